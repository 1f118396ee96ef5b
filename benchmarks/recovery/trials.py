"""What is done to the product, and what a browser sees of it."""

import os
import signal
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

import psutil
from playwright.async_api import Browser
from playwright.async_api import Error as BrowserError

from benchmarks.live.browser import new_page
from benchmarks.recovery.node import Node, node
from benchmarks.recovery.watching import Interruption, Watch

FAULT_AFTER_S = 7.0
"""After the source opened: the page shows it by then, and the spare's start is over."""

STALL_S = 2.0
LAST_READ_US = 100_000.0
"""The read that is under way when the fault begins still gives a picture; none comes after it."""

_TROUBLE = (OSError, RuntimeError, TimeoutError, ValueError, psutil.Error, BrowserError)


@dataclass(slots=True)
class Found:
    """``values`` by figure name, one a run; None where there was none, as a slate that never
    came. ``failures``: trials that came to no end, and why."""

    values: dict[str, list[float | None]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)

    def add(self, name: str, value: float | None) -> None:
        self.values[name].append(value)
        print(f"  {name}: {'none' if value is None else f'{value:.0f}'}", file=sys.stderr)

    def add_interruption(self, what: str, seen: Interruption) -> None:
        self.add(f"{what}: slate", seen.slate_ms)
        self.add(f"{what}: picture back", seen.back_ms)


class Trial(Protocol):
    __name__: str

    def __call__(self, running: Node, watch: Watch, found: Found) -> Awaitable[None]: ...


class Trials:
    """One that fails is counted and said, and the others go on."""

    def __init__(self, browser: Browser, clock: str) -> None:
        self._browser = browser
        self._clock = clock
        self.found = Found()

    async def run(self) -> None:
        """Once each, on a new node: one that lost a worker lately is slower to start the next."""
        for trial in (killed_with_spare, hung, both_killed, self.restarted):
            await self._try(trial)
        await self._try(unplugged, faults=f"&lost_after={FAULT_AFTER_S}")
        await self._try(stalled, faults=f"&stall_after={FAULT_AFTER_S}&stall_for={STALL_S}")

    async def restarted(self, running: Node, watch: Watch, found: Found) -> None:
        """Beside the expert who watches already: the cart and an observer."""
        async with AsyncExitStack() as pages:
            seats = [watch]
            for page in ("cart", "observer"):
                seat = Watch(await pages.enter_async_context(new_page(self._browser)), self._clock)
                await seat.open(running.urls[page])
                seats.append(seat)
            await running.stop()
            ended_us = time.monotonic_ns() / 1000
            await running.start()
            seen = [await seat.interruption(ended_us) for seat in seats]
        found.add("node restarted: every seat's picture back", max(s.back_ms for s in seen))

    async def _try(self, trial: Trial, *, faults: str = "") -> None:
        try:
            async with self._watched(faults) as (running, watch):
                await trial(running, watch, self.found)
        except _TROUBLE as error:
            reason = str(error).strip().partition("\n")[0]
            failure = f"{trial.__name__.replace('_', ' ')}: {type(error).__name__}: {reason}"
            self.found.failures.append(failure)
            print(f"  failed: {failure}", file=sys.stderr)

    @asynccontextmanager
    async def _watched(self, faults: str) -> AsyncIterator[tuple[Node, Watch]]:
        async with node(faults) as running, new_page(self._browser) as page:
            watch = Watch(page, self._clock)
            await watch.open(running.urls["expert"])
            yield running, watch


async def killed_with_spare(running: Node, watch: Watch, found: Found) -> None:
    active, _ = await running.workers()
    before = await watch.received()
    seen = await watch.interruption(strike(signal.SIGKILL, active.pid))
    after = await watch.received()
    found.add("worker killed: picture back", seen.back_ms)
    found.add("worker killed: packets lost", after["lost"] - before["lost"])
    found.add("worker killed: new peer connections", after["peers"] - before["peers"])


async def hung(running: Node, watch: Watch, found: Found) -> None:
    active, _ = await running.workers()
    seen = await watch.interruption(strike(signal.SIGSTOP, active.pid))
    found.add_interruption("worker hung (SIGSTOP)", seen)


async def both_killed(running: Node, watch: Watch, found: Found) -> None:
    active, spare = await running.workers()
    seen = await watch.interruption(strike(signal.SIGKILL, spare.pid, active.pid))
    found.add_interruption("both workers killed", seen)


async def unplugged(running: Node, watch: Watch, found: Found) -> None:
    """The phantom is there again at once, so only the slate is of interest."""
    fault_us = await watch.source_opened_us() + FAULT_AFTER_S * 1e6
    seen = await watch.since_last_picture(fault_us + LAST_READ_US)
    found.add("source unplugged: slate", seen.slate_ms)


async def stalled(running: Node, watch: Watch, found: Found) -> None:
    fault_us = await watch.source_opened_us() + FAULT_AFTER_S * 1e6
    seen = await watch.since_last_picture(fault_us + LAST_READ_US)
    found.add("source stalled: slate", seen.slate_ms)
    again = await watch.interruption(fault_us + STALL_S * 1e6)
    found.add("source delivers again: picture back", again.back_ms)


def strike(number: int, *pids: int) -> float:
    """Microseconds of CLOCK_MONOTONIC at which the first one was hit."""
    struck_us = time.monotonic_ns() / 1000
    for pid in pids:
        os.kill(pid, number)
    return struck_us
