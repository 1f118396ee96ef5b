"""An ultrasound region's outline: a sector, or a part of one, or a rectangle.

One shape says it all: a ring's part between two angles, cut by an upright box. Without an inner
radius it is a phased array's sector, with one a curved array's; cut flat above and below, a
trapezoid; with parallel sides, a rectangle. It is fitted to where the picture moves, by the overlap
of both (intersection over union), so dark corners without motion are drawn too.
"""

import math
from dataclasses import dataclass, fields, replace
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.bool_]

FIT_WIDTH = 240
"""Pixels across while fitting: enough for half a percent of the overlap."""

LAST_STEP = 0.2
"""Pixels of the small picture."""


@dataclass(frozen=True, slots=True)
class Shape:
    """``left`` and ``right`` are the sides' angles in radians, from straight down."""

    apex_x: float
    apex_y: float
    inner: float
    outer: float
    left: float
    right: float
    x0: float
    y0: float
    x1: float
    y1: float

    def scaled(self, factor: float) -> "Shape":
        lengths = {f.name: getattr(self, f.name) * factor for f in fields(self)}
        return replace(self, **lengths | {"left": self.left, "right": self.right})


class _Grid:
    """Where a small picture's pixels are, so that many shapes can be drawn on it."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.rows = (np.arange(shape[0], dtype=np.float32) + 0.5)[:, None]
        self.columns = (np.arange(shape[1], dtype=np.float32) + 0.5)[None, :]

    def draw(self, shape: Shape) -> Pixels:
        x, y = self.columns - shape.apex_x, self.rows - shape.apex_y
        across = (self.columns >= shape.x0) & (self.columns < shape.x1)
        down = (self.rows >= shape.y0) & (self.rows < shape.y1)
        squared = x * x + y * y
        ring = (squared >= shape.inner * abs(shape.inner)) & (squared <= shape.outer**2)
        right_of = x * math.cos(shape.left) >= y * math.sin(shape.left)
        left_of = x * math.cos(shape.right) <= y * math.sin(shape.right)
        return np.asarray(across & down & ring & right_of & left_of)


def draw(shape: Shape, size: tuple[int, int]) -> Pixels:
    """``size`` is height, width."""
    return _Grid(size).draw(shape)


def overlap(a: Pixels, b: Pixels) -> float:
    """Intersection over union."""
    union = np.count_nonzero(a | b)
    return np.count_nonzero(a & b) / union if union else 0.0


@dataclass
class Fit:
    """The shape that overlaps ``moving`` best; ``overlap`` says how well, 0 to 1."""

    moving: Pixels

    @cached_property
    def shape(self) -> Shape:
        height, width = self.moving.shape
        factor = min(1.0, FIT_WIDTH / width)
        small = cv2.resize(
            self.moving.astype(np.uint8) * 255,
            (round(width * factor), round(height * factor)),
            interpolation=cv2.INTER_AREA,
        )
        target = small > 127
        grid = _Grid(target.shape)
        starts = [_box(target), *_sectors(target)]
        best = max(
            (_climb(start, target, grid) for start in starts),
            key=lambda shape: overlap(grid.draw(shape), target),
        )
        return best.scaled(1 / factor)

    @cached_property
    def pixels(self) -> Pixels:
        return draw(self.shape, self.moving.shape)

    @cached_property
    def overlap(self) -> float:
        return overlap(self.pixels, self.moving)


def _box(target: Pixels) -> Shape:
    """The bounding box, under an apex so far away that the sides are upright and out of the way."""
    x, y, width, height = cv2.boundingRect(target.astype(np.uint8))
    far = 100.0 * max(target.shape)
    return Shape(
        apex_x=x + width / 2,
        apex_y=-far,
        inner=0,
        outer=2 * far,
        left=-0.1,
        right=0.1,
        x0=x,
        y0=y,
        x1=x + width,
        y1=y + height,
    )


def _sectors(target: Pixels) -> list[Shape]:
    """Starts of a sector: its sides through the outermost pixels of two rows."""
    rows = np.flatnonzero(target.any(1))
    firsts = target.argmax(1)
    lasts = target.shape[1] - 1 - target[:, ::-1].argmax(1)
    widths = np.where(target.any(1), lasts - firsts, 0)
    widest = int(widths.argmax())
    box = _box(target)
    found = []
    for upper_share, lower_share in ((0.1, 0.9), (0.25, 0.75)):
        span = widest - rows[0]
        upper, lower = rows[0] + int(span * upper_share), rows[0] + int(span * lower_share)
        if lower - upper < 4 or widths[lower] <= widths[upper] + 2:
            continue
        left = math.atan((firsts[lower] - firsts[upper]) / (lower - upper))
        right = math.atan((lasts[lower] - lasts[upper]) / (lower - upper))
        down = widths[upper] / (math.tan(right) - math.tan(left))
        apex_x = firsts[upper] - math.tan(left) * down
        found.append(_sector(target, box, (apex_x, upper - down), (left, right)))
    return found


def _sector(
    target: Pixels, box: Shape, apex: tuple[float, float], sides: tuple[float, float]
) -> Shape:
    y, x = np.nonzero(target)
    radii = np.hypot(x + 0.5 - apex[0], y + 0.5 - apex[1])
    inner, outer = np.percentile(radii, (0.5, 99.5))
    return replace(
        box,
        apex_x=apex[0],
        apex_y=apex[1],
        inner=float(inner),
        outer=float(outer),
        left=sides[0],
        right=sides[1],
    )


def _climb(shape: Shape, target: Pixels, grid: _Grid) -> Shape:
    """One value after the other a step up or down, as long as it helps; then smaller steps."""
    best, best_overlap = shape, overlap(grid.draw(shape), target)
    step = max(target.shape) / 32
    while step >= LAST_STEP:
        improved = False
        for name in _NAMES:
            unit = step / max(1.0, shape.outer) if name in ("left", "right") else step
            for change in (unit, -unit):
                tried = replace(best, **{name: getattr(best, name) + change})
                if (found := overlap(grid.draw(tried), target)) > best_overlap:
                    best, best_overlap, improved = tried, found, True
        step = step if improved else step / 2
    return best


_NAMES = tuple(field.name for field in fields(Shape))
