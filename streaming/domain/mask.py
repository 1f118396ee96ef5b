"""Which pixels of a captured picture may leave the machine: geometry only.

The picture is 4:2:0, so one colour sample covers a *block* of 2x2 pixels, and whatever passes does
so by whole blocks. A block passes when one region covers it wholly; two regions that meet inside
a block leave it black.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor

from streaming.domain.errors import MaskError
from streaming.domain.frame import Size

Point = tuple[int, int]

MAX_REGIONS = 64
MAX_POINTS = 256


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Pixels ``x0 <= x < x1`` and ``y0 <= y < y1``."""

    x0: int
    y0: int
    x1: int
    y1: int


@dataclass(frozen=True, slots=True)
class Polygon:
    """Corner points on the pixel grid, closed by itself, filled by the even-odd rule.

    Where the outline crosses itself, what it covers twice is outside: of the two readings of such
    a drawing, the one that shows less.
    """

    points: tuple[Point, ...]


Region = Rectangle | Polygon


@dataclass(frozen=True, slots=True, order=True)
class Run:
    """Blocks ``first <= column < end`` of block row ``row`` pass (a block is 2x2 pixels)."""

    row: int
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Mask:
    """The part of a captured picture that may leave the machine; the rest is blacked out.

    Pixels of the captured picture, origin top-left, half-open x0 <= x < x1. Shrunk inward to
    even edges: one chroma sample of 4:2:0 covers 2x2 pixels, so an odd edge would leak a column.

    Raises:
        MaskError: ``profile.region_missing``, ``profile.region_limit``, ``profile.region_outside``
            or ``profile.region_empty`` (nothing is left of a region once shrunk).

    Source: DICOM PS3.15 Annex E, Clean Pixel Data Option (113101).
    """

    size: Size
    regions: tuple[Region, ...]

    def __post_init__(self) -> None:
        if not self.regions:
            raise MaskError(
                "profile.region_missing",
                "no region may pass, so nothing would be shown",
                fix="name at least one rectangle or polygon in 'regions'",
            )
        if len(self.regions) > MAX_REGIONS:
            raise MaskError(
                "profile.region_limit",
                f"{len(self.regions)} regions are more than {MAX_REGIONS}",
                fix="join regions that touch, or draw one polygon around them",
            )
        for number, region in enumerate(self.regions, start=1):
            _check_region(region, number=number, size=self.size)

    def runs(self) -> Iterator[Run]:
        """What passes, region by region (so runs of different regions may overlap)."""
        for region in self.regions:
            yield from _region_runs(region)


def _check_region(region: Region, *, number: int, size: Size) -> None:
    corners = _corners(region)
    if len(corners) > MAX_POINTS:
        raise MaskError(
            "profile.region_limit",
            f"region {number} has {len(corners)} points, more than {MAX_POINTS}",
            fix="draw it with fewer corners",
        )
    if any(not (0 <= x <= size.width and 0 <= y <= size.height) for x, y in corners):
        raise MaskError(
            "profile.region_outside",
            f"region {number} reaches outside the picture of {size}",
            fix=f"keep x within 0..{size.width} and y within 0..{size.height}",
        )
    if next(_region_runs(region), None) is None:
        raise MaskError(
            "profile.region_empty",
            f"region {number} is empty once shrunk to even pixels",
            fix="a rectangle needs x0 < x1 and y0 < y1; a region needs room for a 2x2 block",
        )


def _corners(region: Region) -> Sequence[Point]:
    match region:
        case Rectangle(x0, y0, x1, y1):
            return ((x0, y0), (x1, y1))
        case Polygon(points):
            return points


def _region_runs(region: Region) -> Iterator[Run]:
    match region:
        case Rectangle(x0, y0, x1, y1):
            first, end = (x0 + 1) // 2, x1 // 2
            if first < end:
                for row in range((y0 + 1) // 2, y1 // 2):
                    yield Run(row, first, end)
        case Polygon(points):
            yield from _polygon_runs(points)


def _polygon_runs(points: Sequence[Point]) -> Iterator[Run]:
    """Blocks wholly inside: in each block row, what lies between the outline's crossings of the
    row's middle, less every block that the outline itself touches."""
    edges = list(zip(points, (*points[1:], points[0]), strict=True))
    rows = [y for _, y in points]
    for row in range(min(rows) // 2, (max(rows) + 1) // 2):
        touched = [span for edge in edges if (span := _span_in_row(edge, row)) is not None]
        crossings = sorted(x for edge in edges if (x := _crossing(edge, 2 * row + 1)) is not None)
        for left, right in zip(crossings[::2], crossings[1::2], strict=True):
            for first, end in _subtract((ceil(left / 2), floor(right / 2)), touched):
                yield Run(row, first, end)


def _crossing(edge: tuple[Point, Point], y: int) -> float | None:
    """Where ``edge`` crosses the horizontal line at ``y``; its upper end counts, not its lower."""
    (xa, ya), (xb, yb) = edge
    if (ya <= y) == (yb <= y):
        return None
    return xa + (xb - xa) * (y - ya) / (yb - ya)


def _span_in_row(edge: tuple[Point, Point], row: int) -> tuple[int, int] | None:
    """Block columns ``first <= column < end`` whose inside ``edge`` touches in this block row."""
    top, bottom = 2 * row, 2 * row + 2
    (xa, ya), (xb, yb) = edge if edge[0][1] <= edge[1][1] else (edge[1], edge[0])
    if yb <= top or ya >= bottom:
        return None
    if ya == yb:
        left, right = float(min(xa, xb)), float(max(xa, xb))
    else:
        ends = [xa + (xb - xa) * (max(min(y, yb), ya) - ya) / (yb - ya) for y in (top, bottom)]
        left, right = min(ends), max(ends)
    return floor(left / 2), ceil(right / 2)


def _subtract(span: tuple[int, int], holes: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    first, end = span
    for hole_first, hole_end in sorted(holes):
        if first < min(hole_first, end):
            yield first, min(hole_first, end)
        first = max(first, hole_end)
    if first < end:
        yield first, end
