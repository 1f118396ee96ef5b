"""Runs trials one after the other and keeps what each found."""

import asyncio
import sys
import time
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import aiohttp
import psutil
from playwright.async_api import Browser
from playwright.async_api import Error as BrowserError

from benchmarks.room.crowd import Crowd, gather
from benchmarks.room.everything import Block, abba
from benchmarks.room.moments import Filming, Freezes, film, freeze
from benchmarks.room.pointing import Pointing, point_and_draw
from benchmarks.room.voices import MouthToEar, mouth_to_ear

MANY, FEW = 20, 4
"""Viewers beside the speakers."""

LONGEST_S = 120.0
_TROUBLE = (
    ArithmeticError,
    OSError,
    RuntimeError,
    TimeoutError,
    ValueError,
    psutil.Error,
    aiohttp.ClientError,
    BrowserError,
)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Plan:
    """Of one run. ``seconds``: of measuring in each trial but the voice's, in which a beep comes
    only every 0.8 s; ``blocks``: of ABBA, four each."""

    seconds: float
    voice_seconds: float
    marks: int
    freezes: int
    blocks: int
    pictures: Sequence[tuple[bytes, ...]]


@dataclass(slots=True)
class Found:
    """One entry a trial, None for one that failed; ``failures`` says why."""

    many: list[Crowd | None] = field(default_factory=list)
    few: list[Crowd | None] = field(default_factory=list)
    voices: list[MouthToEar | None] = field(default_factory=list)
    pointing: list[Pointing | None] = field(default_factory=list)
    freezes: list[Freezes | None] = field(default_factory=list)
    filming: list[Filming | None] = field(default_factory=list)
    blocks: list[Block | None] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class Trials:
    """One that fails is counted and said, and the others go on."""

    def __init__(self, clock: str, plan: Plan) -> None:
        self._clock = clock
        self._plan = plan
        self._started_s = time.monotonic()
        self.found = Found()

    async def gather(self, run: int) -> None:
        """Both crowds, in turn the one or the other first. No browser may run beside them."""
        crowds = [(MANY, self.found.many), (FEW, self.found.few)]
        for viewers, kept in crowds if run % 2 == 0 else reversed(crowds):
            name = f"{viewers} viewers"
            kept.append(await self._try(name, gather(viewers=viewers, seconds=self._plan.seconds)))

    async def browse(self, browser: Browser) -> None:
        plan, found, where = self._plan, self.found, (browser, self._clock)
        seconds = plan.seconds
        spoken = mouth_to_ear(*where, seconds=plan.voice_seconds)
        found.voices.append(await self._try("voice", spoken))
        drawn = point_and_draw(*where, seconds=seconds, marks=plan.marks)
        found.pointing.append(await self._try("pointing", drawn))
        found.freezes.append(await self._try("freeze", freeze(*where, freezes=plan.freezes)))
        found.filming.append(await self._try("camera", film(*where, seconds=seconds)))
        for _ in range(plan.blocks):
            block = abba(*where, seconds=seconds, pictures=plan.pictures)
            found.blocks.append(await self._try("everything", block))

    async def _try(self, name: str, trial: Coroutine[None, None, Result]) -> Result | None:
        result = None
        try:
            async with asyncio.timeout(LONGEST_S) as limit:
                result = await trial
        except* _TROUBLE as group:
            error = next(leaves(group))
            reason = str(error).strip().partition("\n")[0].rstrip(".")
            if limit.expired():
                reason = f"it took longer than {LONGEST_S:.0f} s"
            self.found.failures.append(f"{name}: {type(error).__name__}: {reason}")
        said = f"{name}: done" if result is not None else f"failed: {self.found.failures[-1]}"
        print(f"{time.monotonic() - self._started_s:5.0f} s  {said}", file=sys.stderr)
        return result


def leaves(error: BaseException) -> Iterator[BaseException]:
    """What went wrong, without the groups it came in."""
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from leaves(each)
    else:
        yield error
