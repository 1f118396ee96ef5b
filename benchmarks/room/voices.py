"""Mouth to ear: the operator's microphone beeps, the expert's page hears it."""

import asyncio
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.async_api import Browser

from benchmarks.live.product import product
from benchmarks.room.crowd import PICTURE
from benchmarks.room.screen import Screen, screen
from benchmarks.statistics import percentile

LONGEST_MS = 500.0
"""A beep that comes later than this would be taken for the next one; it counts as not heard."""

SETTLE_S = 3.0


@dataclass(frozen=True, slots=True)
class MouthToEar:
    """Milliseconds. ``unheard`` beeps of the microphone never came out of a lane."""

    p50: float
    p95: float
    beeps: int
    unheard: int


async def mouth_to_ear(browser: Browser, clock: str, *, seconds: float) -> MouthToEar:
    """Raises ValueError when no beep was heard."""
    async with (
        product(PICTURE) as node,
        screen(browser, clock) as operator,
        screen(browser, clock) as expert,
    ):
        await operator.open(node.links["cart"])
        await expert.open(node.links["expert"])
        for each in (operator, expert):
            await each.until_picture()
        await operator.press("Turn mic on")
        await operator.until("seams.microphones.length > 0")
        await operator.get("watching.listen(seams.microphones)")
        await expert.get("watching.listen(seams.lanes)")
        await asyncio.sleep(SETTLE_S + seconds)
        spoken, heard = await onsets(operator), await onsets(expert)
    return judge(spoken, heard, settled_s=SETTLE_S)


async def onsets(page: Screen) -> list[float]:
    """Of all beeps so far. Raises ValueError when the page was too slow to hear everything."""
    if await page.get("watching.hearing.missed"):
        raise ValueError("the browser stood still for longer than the bench's ear remembers")
    return await page.times(
        "watching.hearing.onsets_s.map((at_s) => at_s * 1000 + watching.hearing.offset_ms)"
    )


def judge(spoken: Sequence[float], heard: Sequence[float], *, settled_s: float) -> MouthToEar:
    """Milliseconds of one clock, in order. Beeps of the first ``settled_s`` don't count, nor do
    those at the end that may still be under way."""
    if not spoken or not heard:
        raise ValueError(f"{len(spoken)} beeps spoken, {len(heard)} heard")
    first_ms, last_ms = spoken[0] + settled_s * 1000, max(heard[-1], spoken[-1]) - LONGEST_MS
    took: list[float] = []
    beeps = 0
    for begun in spoken:
        if not first_ms <= begun <= last_ms:
            continue
        beeps += 1
        place = bisect_left(heard, begun)
        if place < len(heard) and heard[place] - begun <= LONGEST_MS:
            took.append(heard[place] - begun)
    return MouthToEar(percentile(took, 50), percentile(took, 95), beeps, beeps - len(took))
