"""What is tried, and in which order: every contender in every run, each run starting elsewhere.

What is only shown for comparison, or would take too long, has fewer runs: see ``EVERY``.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from benchmarks.live.contender import Contender, Picture
from benchmarks.live.janus import janus
from benchmarks.live.product import product
from benchmarks.live.stock import stock

P720_30 = Picture(1280, 720, 30)
P1080_30 = Picture(1920, 1080, 30)
P720_60 = Picture(1280, 720, 60)


class Who(StrEnum):
    PRODUCT = "sonopair"
    STOCK_VP8 = "stock aiortc VP8"
    STOCK_H264 = "stock aiortc H.264"
    JANUS = "Janus"


@dataclass(frozen=True, slots=True)
class Trial:
    """``viewers`` None: one headless Chromium watches; else that many that don't decode.
    ``archive``: the product encodes for a recorder as well."""

    who: Who
    picture: Picture = P720_30
    viewers: int | None = None
    archive: bool = False

    def __str__(self) -> str:
        crowd = "" if self.viewers is None else f" x {self.viewers}"
        archive = " with archive encode" if self.archive else ""
        return f"{self.who} {self.picture}{crowd}{archive}"

    def contender(self) -> AbstractAsyncContextManager[Contender]:
        match self.who:
            case Who.PRODUCT:
                return product(self.picture, archive=self.archive)
            case Who.STOCK_VP8:
                return stock(self.picture, "VP8")
            case Who.STOCK_H264:
                return stock(self.picture, "H264")
            case Who.JANUS:
                return janus(self.picture)


OVERLOADED = Trial(Who.STOCK_H264, viewers=8)
WATCHED = (
    Trial(Who.PRODUCT),
    Trial(Who.STOCK_VP8),
    Trial(Who.PRODUCT, archive=True),
    Trial(Who.JANUS),
    Trial(Who.STOCK_H264),
    Trial(Who.PRODUCT, P1080_30, archive=True),
    Trial(Who.PRODUCT, P1080_30),
    Trial(Who.PRODUCT, P720_60, archive=True),
    Trial(Who.PRODUCT, P720_60),
)
CROWDS = (
    Trial(Who.PRODUCT, viewers=1),
    Trial(Who.JANUS, viewers=1),
    Trial(Who.STOCK_H264, viewers=1),
    Trial(Who.PRODUCT, viewers=8),
    Trial(Who.JANUS, viewers=8),
    Trial(Who.PRODUCT, viewers=32),
    Trial(Who.JANUS, viewers=32),
    Trial(Who.PRODUCT, viewers=100),
    OVERLOADED,
)
EVERY = {
    Trial(Who.PRODUCT, P1080_30): 2,
    Trial(Who.PRODUCT, P720_60): 2,
    Trial(Who.STOCK_H264): 2,
    Trial(Who.STOCK_H264, viewers=1): 2,
    Trial(Who.PRODUCT, viewers=8): 2,
    Trial(Who.JANUS, viewers=8): 2,
    Trial(Who.PRODUCT, viewers=100): 3,
    OVERLOADED: 5,
}
"""A trial that isn't here takes part in every run; one that is, in every n-th, from the first."""

Item = TypeVar("Item")


def rotated(items: Sequence[Item], run: int) -> list[Item]:
    """So that no contender always comes after the same other one's heat."""
    start = run % len(items)
    return [*items[start:], *items[:start]]


def due(trial: Trial, run: int) -> bool:
    return run % EVERY.get(trial, 1) == 0
