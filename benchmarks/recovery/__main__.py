"""`python -m benchmarks.recovery`: end, hang and restart things; when is the picture back?"""

import argparse
import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser

from benchmarks.live import harness
from benchmarks.live.browser import chromium, new_page
from benchmarks.recovery.node import Node, node
from benchmarks.recovery.watching import Interruption, Watch
from benchmarks.report import Figure, Report
from benchmarks.statistics import median_of_runs

RUNS = 10


class Found:
    """Values by figure name, one a run."""

    def __init__(self) -> None:
        self.values: dict[str, list[float]] = {}

    def add(self, name: str, value: float | None) -> None:
        if value is not None:
            self.values.setdefault(name, []).append(value)
            print(f"  {name}: {value:.0f}", file=sys.stderr)

    def figure(self, name: str, unit: str, target: float) -> Figure:
        values = self.values.get(name)
        if not values:
            return Figure(name, None, unit, target)
        median = median_of_runs(values)
        return Figure(name, median.value, unit, target, low=median.low, high=median.high)


@asynccontextmanager
async def watched(browser: Browser, clock: str) -> AsyncIterator[tuple[Node, Watch]]:
    async with node() as running, new_page(browser) as page:
        watch = Watch(page, clock)
        await watch.open(running.urls["expert"])
        yield running, watch


def strike(number: int, *pids: int) -> float:
    """Microseconds of CLOCK_MONOTONIC at which the first one was hit."""
    struck_us = time.monotonic_ns() / 1000
    for pid in pids:
        os.kill(pid, number)
    return struck_us


async def killed_with_spare(browser: Browser, clock: str, found: Found) -> None:
    async with watched(browser, clock) as (running, watch):
        await asyncio.to_thread(running.wait_for_spare)
        before = await watch.received()
        seen = await watch.interruption(strike(signal.SIGKILL, running.workers()[0].pid))
        after = await watch.received()
        found.add("worker killed: picture back", seen.back_ms)
        found.add("worker killed: packets lost", after["lost"] - before["lost"])
        found.add("worker killed: new peer connections", after["peers"] - before["peers"])


async def killed_without_spare(browser: Browser, clock: str, found: Found) -> None:
    async with watched(browser, clock) as (running, watch):
        await asyncio.to_thread(running.wait_for_spare)
        active, spare = running.workers()
        _add(
            found,
            "both workers killed",
            await watch.interruption(strike(signal.SIGKILL, spare.pid, active.pid)),
        )


async def stopped(browser: Browser, clock: str, found: Found) -> None:
    async with watched(browser, clock) as (running, watch):
        await asyncio.to_thread(running.wait_for_spare)
        _add(
            found,
            "worker hung (SIGSTOP)",
            await watch.interruption(strike(signal.SIGSTOP, running.workers()[0].pid)),
        )


async def restarted(browser: Browser, clock: str, found: Found) -> None:
    async with watched(browser, clock) as (running, watch), new_page(browser) as page:
        other = Watch(page, clock)
        await other.open(running.urls["cart"])
        await running.stop()
        ended_us = time.monotonic_ns() / 1000
        await running.start()
        seats = [await seat.interruption(ended_us) for seat in (watch, other)]
        found.add("node restarted: every seat's picture back", max(s.back_ms for s in seats))


def _add(found: Found, what: str, seen: Interruption) -> None:
    found.add(f"{what}: slate", seen.slate_ms)
    found.add(f"{what}: picture back", seen.back_ms)


async def measure(runs: int) -> Found:
    found = Found()
    trials = (killed_with_spare, killed_without_spare, stopped, restarted)
    async with harness.serve() as clock, chromium() as browser:
        for run in range(runs):
            print(f"run {run + 1} of {runs}", file=sys.stderr)
            for trial in trials:
                await trial(browser, clock, found)
    return found


def report(found: Found) -> Report:
    figures = (
        found.figure("worker killed: picture back", "ms", 1_000),
        found.figure("worker killed: packets lost", "", 0),
        found.figure("worker killed: new peer connections", "", 0),
        found.figure("both workers killed: slate", "ms", 300),
        found.figure("both workers killed: picture back", "ms", 3_000),
        found.figure("worker hung (SIGSTOP): slate", "ms", 1_000),
        found.figure("worker hung (SIGSTOP): picture back", "ms", 3_000),
        found.figure("node restarted: every seat's picture back", "ms", 5_000),
    )
    remarks = (
        "The phantom at 720p30 in headless Chromium on the same machine; times from the signal "
        "(for the restart: from the node's end) to the first shown frame. Medians over runs.",
    )
    return Report("recovery", figures, remarks, details={"runs": found.values})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recovery", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help=f"runs of each kind ({RUNS})")
    found = asyncio.run(measure(parser.parse_args().runs))
    print(report(found).write())


if __name__ == "__main__":
    main()
