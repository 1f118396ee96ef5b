"""A rectangle of pixels."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rect:
    """Half-open: x0 <= x < x1."""

    x0: int
    y0: int
    x1: int
    y1: int
