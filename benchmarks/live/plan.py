"""What is tried, and in which order: every contender in every run, each run starting elsewhere."""

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
    """``viewers`` None: one headless Chromium watches; else that many that don't decode."""

    who: Who
    picture: Picture = P720_30
    viewers: int | None = None

    def __str__(self) -> str:
        crowd = "" if self.viewers is None else f" x {self.viewers}"
        return f"{self.who} {self.picture}{crowd}"

    def contender(self) -> AbstractAsyncContextManager[Contender]:
        match self.who:
            case Who.PRODUCT:
                return product(self.picture)
            case Who.STOCK_VP8:
                return stock(self.picture, "VP8")
            case Who.STOCK_H264:
                return stock(self.picture, "H264")
            case Who.JANUS:
                return janus(self.picture)


WATCHED = (
    Trial(Who.PRODUCT),
    Trial(Who.STOCK_VP8),
    Trial(Who.JANUS),
    Trial(Who.STOCK_H264),
    Trial(Who.PRODUCT, P1080_30),
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
)

Item = TypeVar("Item")


def rotated(items: Sequence[Item], run: int) -> list[Item]:
    """So that no contender always comes after the same other one's heat."""
    start = run % len(items)
    return [*items[start:], *items[:start]]
