"""The scanner's picture in the expert's page, with a whole consult going on around it and without.

ABBA within one page: without, with, with, without. So a drift is divided between both, and both
meet the same phase of the picture's 30 Hz to the screen's 60.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from statistics import fmean

from playwright.async_api import Browser

from benchmarks.live.latency import Latency, Sample, summarise
from benchmarks.live.product import JOIN_PROBE, Product, join_ms, product
from benchmarks.live.viewer import Arrivals
from benchmarks.processes import Cost, CostMeter
from benchmarks.room.crowd import PICTURE
from benchmarks.room.drawing import MARKS, clear_board, fill_board, point, stroke
from benchmarks.room.film import film
from benchmarks.room.guest import Guest, guests
from benchmarks.room.screen import Screen, screen
from benchmarks.room.speech import speech, talk
from benchmarks.statistics import percentile
from streaming.capture.phantom import BARCODE_ORIGIN

SETTLE_S = 1.5
ORDER = (False, True, True, False)
VOICE_HZ = 440
_MARKS = """document.querySelectorAll('[data-testid="marks"] > *').length"""


@dataclass(frozen=True, slots=True)
class Watched:
    """``arr_p95``: captured to last packet at the operator, who has no browser, ms."""

    latency: Latency
    arr_p95: float
    costs: dict[str, Cost]


@dataclass(frozen=True, slots=True)
class Block:
    """Two measurements of each. ``join_ms``: from the page's request for media to its first
    frame, with the node otherwise at rest."""

    without: list[Watched]
    with_all: list[Watched]
    join_ms: float

    def moved(self, value: Callable[[Watched], float]) -> float:
        """By how much ``value`` is higher with everything, in the mean."""
        return fmean(map(value, self.with_all)) - fmean(map(value, self.without))


async def abba(
    browser: Browser, clock: str, *, seconds: float, pictures: Sequence[tuple[bytes, ...]]
) -> Block:
    """``pictures``: what the probe camera films.

    Raises:
        RuntimeError: something of "everything" didn't happen.
        ValueError: the page read no barcode.
        TimeoutError, ExceptionGroup: see ``guests``.
    """
    block = Block([], [], 0.0)
    async with product(PICTURE) as node, screen(browser, clock) as expert:
        joined_ms = await _open(expert, node)
        async with guests([node.links["cart"], node.links["camera"]]) as (operator, camera):
            measure = partial(_measure, expert, operator, node, seconds)
            for with_all in ORDER:
                if not with_all:
                    block.without.append(await measure())
                    continue
                async with _everything(expert, operator, camera, pictures):
                    block.with_all.append(await measure())
    return Block(block.without, block.with_all, joined_ms)


async def _open(expert: Screen, node: Product) -> float:
    """Its microphone is asked for and missing, so that it can be plugged in. Gives the time of
    the join in milliseconds."""
    await expert.page.add_init_script(JOIN_PROBE)
    await expert.open(node.links["expert"])
    await expert.until_picture()
    await expert.get("seams.unplug()")
    await expert.press("Turn mic on")
    x, y = BARCODE_ORIGIN
    await expert.get("place => barcode.watch(place)", {"x": x, "y": y})
    return await join_ms(expert.page)


@asynccontextmanager
async def _everything(
    expert: Screen, operator: Guest, camera: Guest, pictures: Sequence[tuple[bytes, ...]]
) -> AsyncIterator[None]:
    """Both speak, the operator points, strokes and has filled the board, the camera films."""
    async with asyncio.TaskGroup() as tasks:
        await expert.get("seams.plug()")
        await fill_board(operator)
        running = [
            tasks.create_task(talk(operator, speech(VOICE_HZ))),
            tasks.create_task(point(operator)),
            tasks.create_task(stroke(operator)),
            tasks.create_task(film(camera, pictures)),
        ]
        await expert.until(f"{_MARKS} >= {MARKS}")
        await expert.until("seams.microphones.length > 0")
        before = await expert.get("seams.counts()")
        yield
        after = await expert.get("seams.counts()")
        for task in running:
            task.cancel()
        await clear_board(operator)
        await expert.get("seams.unplug()")
        idle = [what for what, count in before.items() if after[what] <= count]
        if idle:
            raise RuntimeError(f"of everything the page had nothing {' and '.join(idle)}")
    await expert.until(f"{_MARKS} === 0")


async def _measure(expert: Screen, operator: Guest, node: Product, seconds: float) -> Watched:
    await asyncio.sleep(SETTLE_S)
    meter = CostMeter(node.processes)
    await expert.get("barcode.samples.splice(0).length")
    operator.line.arrivals = Arrivals()
    meter.start()
    await asyncio.sleep(seconds)
    costs = meter.stop()
    arr_p95 = percentile(operator.line.arrivals.ages_ms, 95)
    samples: list[Sample] = await expert.get("barcode.samples.splice(0)")
    return Watched(summarise(samples, expert.offset_us), arr_p95, costs)
