"""Runs trials one after the other and keeps what each run found."""

import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field

import psutil
from playwright.async_api import Browser
from playwright.async_api import Error as BrowserError

from benchmarks.live.browser import Viewing, new_page
from benchmarks.live.contender import Contender
from benchmarks.live.fanout import FanOut, fan_out
from benchmarks.live.latency import Latency
from benchmarks.live.plan import Trial, Who
from benchmarks.live.product import join_ms
from benchmarks.processes import Cost, CostMeter

_TROUBLE = (OSError, RuntimeError, TimeoutError, ValueError, psutil.Error)


@dataclass(frozen=True, slots=True)
class Watched:
    latency: Latency
    costs: dict[str, Cost]
    join_ms: float | None


@dataclass(slots=True)
class Found:
    """By trial, one entry a run in the order of the runs; None for a run that failed or that the
    trial had no part in. ``failures`` says why, by trial."""

    watched: dict[Trial, list[Watched | None]] = field(default_factory=lambda: defaultdict(list))
    crowds: dict[Trial, list[FanOut | None]] = field(default_factory=lambda: defaultdict(list))
    failures: dict[Trial, list[str]] = field(default_factory=lambda: defaultdict(list))


class Runner:
    """A trial that fails is counted and said, and the others go on."""

    def __init__(self, harness: str, *, seconds: float) -> None:
        self._harness = harness
        self._seconds = seconds
        self._started = time.monotonic()
        self.found = Found()

    def leave_out(self, trial: Trial) -> None:
        """Of this run, so that runs stay comparable by their place."""
        kept = self.found.watched if trial.viewers is None else self.found.crowds
        kept[trial].append(None)

    async def watch(self, trial: Trial, browser: Browser) -> None:
        watched = None
        try:
            async with trial.contender() as contender, new_page(browser) as page:
                await contender.show(page, self._harness)
                joined_ms = await join_ms(page) if trial.who is Who.PRODUCT else None
                meter = CostMeter(contender.processes)
                latency = await Viewing(page).measure(self._harness, self._seconds, meter)
                watched = Watched(latency, meter.stop(), joined_ms)
        except (*_TROUBLE, BrowserError) as error:
            self._failed(trial, error)
        self.found.watched[trial].append(watched)
        if watched:
            self._say(f"{trial}: cb {watched.latency.cb_p50:.1f}/{watched.latency.cb_p95:.1f} ms")

    async def crowd(self, trial: Trial) -> None:
        assert trial.viewers is not None
        result = None
        try:
            async with trial.contender() as contender:
                result = await self._fan_out(contender, trial, trial.viewers)
        except _TROUBLE as error:
            self._failed(trial, error)
        self.found.crowds[trial].append(result)
        if result:
            node = result.costs["node"].cores
            self._say(f"{trial}: arr {result.arr_p50:.1f}/{result.arr_p95:.1f} ms, {node:.3f} core")

    async def _fan_out(self, contender: Contender, trial: Trial, viewers: int) -> FanOut:
        probes = 1 if trial.who is Who.PRODUCT and viewers == 1 else 0
        return await fan_out(
            contender,
            viewers=viewers,
            seconds=self._seconds,
            fps=trial.picture.fps,
            key_frames=probes,
        )

    def _failed(self, trial: Trial, error: Exception) -> None:
        reason = str(error).strip().partition("\n")[0]
        self.found.failures[trial].append(f"{type(error).__name__}: {reason}")
        self._say(f"{trial}: failed: {reason}")

    def _say(self, line: str) -> None:
        print(f"{time.monotonic() - self._started:5.0f} s  {line}", file=sys.stderr)
