"""A hand in the expert's page, its pointer and its marks in the operator's, over slow sockets."""

import asyncio
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict
from urllib.parse import urlsplit

from playwright.async_api import Browser

from benchmarks.live.product import product
from benchmarks.room.crowd import PICTURE
from benchmarks.room.relay import slow_line
from benchmarks.room.screen import Screen, screen
from benchmarks.statistics import percentile

DELAY_S = 0.025
"""Each way: 50 ms from a page to the node and back."""

MOVE_EVERY_S = 1 / 60
STROKE_S = 0.4
SAME_PLACE = 0.0005
"""Parts of the picture's width; places of a sweep are ten times as far apart."""

LONGEST_MS = 1_000.0
_STEPS = 120
_ARRIVE_S = 1.0
_ROUND_TRIP = "url => barcode.clockOffset(url)"


class Place(TypedDict):
    """``x`` from 0 to 1 in the picture."""

    at_ms: float
    x: float


@dataclass(frozen=True, slots=True)
class Pointing:
    """Milliseconds. ``shown`` of the hand's ``moves`` were drawn in the other page, the others
    gave way to newer ones. ``rtt_ms`` is the least round trip of a message over the slow line."""

    pointer_p50: float
    pointer_p95: float
    mark_p50: float
    mark_p95: float
    moves: int
    shown: int
    marks_lost: int
    rtt_ms: float


async def point_and_draw(browser: Browser, clock: str, *, seconds: float, marks: int) -> Pointing:
    """Raises ValueError when nothing of it was seen."""
    async with product(PICTURE) as node:
        address = urlsplit(node.origin)
        assert address.hostname and address.port
        host, clock_port = clock.split(":")
        async with (
            slow_line(address.hostname, address.port, delay_s=DELAY_S) as port,
            slow_line(host, int(clock_port), delay_s=DELAY_S) as slow_clock,
            screen(browser, clock) as expert,
            screen(browser, clock) as operator,
        ):
            for one, page in ((operator, "cart"), (expert, "expert")):
                await one.open(node.links[page], slow_port=port)
            for one in (operator, expert):
                await one.until_picture()
                await one.until_board()
            await expert.get("watching.hand()")
            await operator.get("watching.board()")
            await _sweep(expert, seconds)
            moves = await _places(expert, "watching.moves")
            pointed = await _places(operator, "watching.pointed")
            await _draw(expert, marks)
            slow_url = f"ws://{host}:{slow_clock}/clock"
            round_trip = await expert.page.evaluate(_ROUND_TRIP, slow_url)
            return judge(
                moves,
                pointed,
                await expert.times("watching.lifts"),
                await operator.times("watching.marked"),
                rtt_ms=round_trip["rtt_ms"],
            )


async def _sweep(page: Screen, seconds: float) -> None:
    """Moves to and fro over the picture, sixty times a second."""
    box: Mapping[str, float] = await page.get("watching.picture()")
    begun_s = time.monotonic()
    for number in range(int(seconds / MOVE_EVERY_S)):
        turn = number % (2 * _STEPS)
        x = 0.2 + 0.6 * min(turn, 2 * _STEPS - turn) / _STEPS
        await page.page.mouse.move(box["x"] + x * box["width"], box["y"] + box["height"] / 2)
        await asyncio.sleep(begun_s + (number + 1) * MOVE_EVERY_S - time.monotonic())
    await asyncio.sleep(_ARRIVE_S)


async def _draw(page: Screen, marks: int) -> None:
    """Short strokes with the pen, round the middle of the picture."""
    box: Mapping[str, float] = await page.get("watching.picture()")
    mouse = page.page.mouse
    await page.page.keyboard.press("d")
    for number in range(marks):
        angle = math.tau * number / marks
        x = box["x"] + box["width"] * (0.5 + 0.3 * math.cos(angle))
        y = box["y"] + box["height"] * (0.5 + 0.3 * math.sin(angle))
        await mouse.move(x, y)
        await mouse.down()
        await mouse.move(x + 30, y + 20, steps=5)
        await mouse.up()
        await asyncio.sleep(STROKE_S)
    await asyncio.sleep(_ARRIVE_S)


async def _places(page: Screen, expression: str) -> list[Place]:
    found: Sequence[Place] = await page.get(expression)
    return [Place(at_ms=page.bench_ms(place["at_ms"]), x=place["x"]) for place in found]


def judge(
    moves: Sequence[Place],
    pointed: Sequence[Place],
    lifts: Sequence[float],
    marked: Sequence[float],
    *,
    rtt_ms: float,
) -> Pointing:
    """All in the order of time, in milliseconds of one clock."""
    pointers = [took for place in pointed if (took := age_ms(place, moves)) is not None]
    marks = first_after(lifts, marked)
    if not pointers or not marks:
        raise ValueError(f"{len(pointers)} pointers and {len(marks)} marks were seen")
    return Pointing(
        pointer_p50=percentile(pointers, 50),
        pointer_p95=percentile(pointers, 95),
        mark_p50=percentile(marks, 50),
        mark_p95=percentile(marks, 95),
        moves=len(moves),
        shown=len(pointers),
        marks_lost=len(lifts) - len(marks),
        rtt_ms=rtt_ms,
    )


def age_ms(place: Place, moves: Sequence[Place]) -> float | None:
    """Since the hand was last there; None if it wasn't lately."""
    ages = [
        place["at_ms"] - move["at_ms"]
        for move in moves
        if abs(move["x"] - place["x"]) < SAME_PLACE
        and 0 <= place["at_ms"] - move["at_ms"] <= LONGEST_MS
    ]
    return min(ages, default=None)


def first_after(begun: Sequence[float], ended: Sequence[float]) -> list[float]:
    """From each beginning to the first end before the next beginning."""
    took = []
    for begin, until in zip(begun, [*begun[1:], math.inf], strict=True):
        end = next((each for each in ended if begin < each < min(until, begin + LONGEST_MS)), None)
        if end is not None:
            took.append(end - begin)
    return took
