"""A proposal for a scanner profile: where on a few seconds of its screen the ultrasound is.

Nothing is decided here: a proposal is drawn for a person, who confirms it or draws another. It errs
by showing less: whatever looks like text is cut out, with a margin.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from cv2.typing import MatLike

from streaming.domain.frame import Size
from streaming.domain.mask import MAX_POINTS, Polygon, Rectangle, Region
from streaming.picture.region_fit import Fit, Pixels
from streaming.picture.region_motion import Luma, Stillness, furniture, ink, observe

GLIMPSE_WIDTH = 960
LEAST_GLIMPSES = 8

CLOSE_SHARE = 0.05
"""Of the height: how wide a gap in what moves may be and still belong to it."""

LEAST_PART = 0.02
"""Of the picture: what is smaller is an ECG, a clock, an icon."""

LEAST_OF_LARGEST = 0.2
LEAST_ALIVE = 0.1
MOST_PART = 0.93
GOOD_OVERLAP = 0.95
SURE_OVERLAP = 0.9

GLYPH_GAP = (11, 5)
LEAST_TEXT = (7, 4)
MARGIN = 3
"""Pixels of a glimpse: across and down."""


class Sureness(StrEnum):
    SURE = "sure"
    UNSURE = "unsure"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Proposal:
    """``regions`` is empty when nothing was found; ``code`` and ``advice`` then say what to do."""

    size: Size
    regions: tuple[Region, ...]
    sureness: Sureness
    code: str
    advice: str


ADVICE = {
    "proposal.found": "Look at what is inside, and confirm it.",
    "proposal.unsure": "The outline isn't clear: check it closely, or move the probe and look "
    "again.",
    "proposal.too_short": "Too few pictures came. Check the source, and look again.",
    "proposal.no_signal": "The picture is empty. Check the cable and the scanner's output.",
    "proposal.frozen": "Nothing moves. Unfreeze the scanner, hold the probe to the patient and "
    "move it, then look again.",
    "proposal.little_motion": "Hardly anything moves, as with a probe in the air. Use gel, hold "
    "the probe to the patient and move it, then look again.",
    "proposal.all_moves": "The whole picture moves: this is no scanner's screen, or it shows no "
    "frame around the ultrasound. Draw the region by hand.",
}


def glimpse(luma: Luma) -> Luma:
    """A copy at half size or smaller, at most ``GLIMPSE_WIDTH`` wide; small pictures as they are.

    ``luma`` is a whole picture's, of shape (height, width).
    """
    height, width = luma.shape
    step = glimpse_step(width)
    shape = (width // step, height // step)
    return np.asarray(cv2.resize(luma, shape, interpolation=cv2.INTER_AREA), np.uint8).copy()


def glimpse_step(width: int) -> int:
    """Pixels of a picture of this width per pixel of its glimpse."""
    return -(-width // GLIMPSE_WIDTH)


def propose(glimpses: Sequence[Luma], *, size: Size) -> Proposal:
    """From ``glimpse`` of pictures, all of ``size``, about 0.1 s apart, over a few seconds.

    Takes about a second for five seconds of 720p. Nothing of the pictures is kept.
    """
    if len(glimpses) < LEAST_GLIMPSES:
        return _nothing(size, "proposal.too_short")
    stillness = observe(glimpses)
    moving = stillness.moving
    if code := _why_nothing(stillness, moving):
        return _nothing(size, code)
    parts = _parts(moving)
    if not parts:
        return _nothing(size, "proposal.little_motion")
    shown = np.zeros_like(moving)
    sure = True
    for part in parts:
        outline, clear = _outline(part, stillness)
        shown |= outline
        sure &= clear
    shown &= ~_texts(stillness)
    regions = _regions(shown, step=glimpse_step(size.width))
    if not regions:
        return _nothing(size, "proposal.little_motion")
    if sure:
        return _proposal(size, regions, Sureness.SURE, "proposal.found")
    return _proposal(size, regions, Sureness.UNSURE, "proposal.unsure")


def _proposal(size: Size, regions: tuple[Region, ...], sureness: Sureness, code: str) -> Proposal:
    return Proposal(size, regions, sureness, code, ADVICE[code])


def _nothing(size: Size, code: str) -> Proposal:
    return _proposal(size, (), Sureness.NOTHING, code)


def _why_nothing(stillness: Stillness, moving: Pixels) -> str:
    share = float(moving.mean())
    if share > MOST_PART:
        return "proposal.all_moves"
    if share >= LEAST_PART:
        return ""
    if float(stillness.low.std()) < 2:
        return "proposal.no_signal"
    return "proposal.frozen" if share < LEAST_PART / 10 else "proposal.little_motion"


def _parts(moving: Pixels) -> list[Pixels]:
    """What moves together, the larger of it: two where a scanner shows two pictures."""
    width = _odd(CLOSE_SHARE * moving.shape[0])
    grains = cv2.morphologyEx(moving.astype(np.uint8), cv2.MORPH_OPEN, _disc(3))
    closed = _close(grains, width)
    # What hangs on by a thread (a number that changes, beside the sector) isn't part of it.
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, _disc(_odd(width / 2)))
    for axis in (0, 1):
        opened = cv2.min(opened, _without_gaps(opened, moving, axis))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened)
    areas = stats[1:count, cv2.CC_STAT_AREA]
    if not len(areas):
        return []
    least = max(LEAST_PART * moving.size, LEAST_OF_LARGEST * areas.max())
    return [
        _without_holes(labels == index + 1) for index, area in enumerate(areas) if area >= least
    ]


def _dead(still: Pixels) -> Pixels:
    """The large areas of ``still``: no dim corner of a sector, but what lies between two."""
    width = _odd(CLOSE_SHARE * still.shape[0])
    return np.asarray(cv2.morphologyEx(still.astype(np.uint8), cv2.MORPH_OPEN, _disc(width)), bool)


def _without_gaps(part: MatLike, moving: Pixels, axis: int) -> Luma:
    """Without the columns (axis 0) or rows in which nothing moves: between two pictures."""
    filled = (part > 0).sum(axis, dtype=np.int64)
    alive = (moving & (part > 0)).sum(axis, dtype=np.int64) >= LEAST_ALIVE * filled
    return np.asarray(np.broadcast_to(np.expand_dims(alive, axis), part.shape), np.uint8)


def _outline(part: Pixels, stillness: Stillness) -> tuple[Pixels, bool]:
    """The shape that fits, else what moves, without its holes; and whether it's clear."""
    fit = Fit(part)
    if fit.overlap >= GOOD_OVERLAP:
        stirring = _without_holes(stillness.stirring & part)
        return fit.pixels & ~_dead(fit.pixels & ~stirring), True
    width = _odd(CLOSE_SHARE / 2 * part.shape[0])
    tight = _close((stillness.moving & part).astype(np.uint8), width)
    smooth = cv2.morphologyEx(tight, cv2.MORPH_OPEN, _disc(width))
    return _without_holes(smooth), fit.overlap >= SURE_OVERLAP


def _without_holes(pixels: MatLike | Pixels) -> Pixels:
    """A heart's dark chamber belongs to the picture."""
    solid: MatLike = np.array(pixels, np.uint8)
    contours, _ = cv2.findContours(solid, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(solid, contours, -1, 1, cv2.FILLED)
    return np.asarray(solid, bool)


def _texts(stillness: Stillness) -> Pixels:
    """Around what looks like two letters or more, and around solid furniture, with a margin."""
    gap = cv2.getStructuringElement(cv2.MORPH_RECT, GLYPH_GAP)
    joined = cv2.morphologyEx(ink(stillness).astype(np.uint8), cv2.MORPH_CLOSE, gap)
    contours, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    texts = furniture(stillness).astype(np.uint8)
    for contour in contours:
        x, y, width, height = cv2.boundingRect(contour)
        if width < LEAST_TEXT[0] or height < LEAST_TEXT[1]:
            continue
        hull = cv2.convexHull(contour)
        cv2.fillConvexPoly(texts, hull, 1)
        if cv2.contourArea(hull) >= width * height / 2:  # else it is a slanting ruler
            texts[y : y + height, x : x + width] = 1
    margin = cv2.getStructuringElement(cv2.MORPH_RECT, (2 * MARGIN + 1, 2 * MARGIN + 1))
    return np.asarray(cv2.dilate(texts, margin), bool)


def _regions(shown: Pixels, *, step: int) -> tuple[Region, ...]:
    """In pixels of the whole picture, drawn a little inside."""
    inside = cv2.erode(shown.astype(np.uint8), _disc(3), borderType=cv2.BORDER_CONSTANT)
    contours, levels = cv2.findContours(inside, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    regions = []
    for index, contour in enumerate(contours):
        if levels[0][index][3] >= 0 or cv2.contourArea(contour) < LEAST_PART / 4 * inside.size:
            continue
        holes = [contours[i] for i in range(len(contours)) if levels[0][i][3] == index]
        regions.append(_region(contour, holes, step=step))
    return tuple(regions)


def _region(contour: MatLike, holes: Sequence[MatLike], *, step: int) -> Region:
    x, y, width, height = cv2.boundingRect(contour)
    if not holes and cv2.contourArea(contour) >= 0.995 * (width - 1) * (height - 1):
        return Rectangle(x * step, y * step, (x + width) * step, (y + height) * step)
    tolerance = 1.0  # what the erosion left to the edge
    while True:
        points = _corners(contour, tolerance)
        for hole in holes:
            points = _with_hole(points, _corners(hole, tolerance))
        if len(points) <= MAX_POINTS:
            middle = step // 2
            return Polygon(tuple((x * step + middle, y * step + middle) for x, y in points))
        tolerance *= 1.5


def _corners(contour: MatLike, tolerance: float) -> list[tuple[int, int]]:
    return [(int(x), int(y)) for ((x, y),) in cv2.approxPolyDP(contour, tolerance, closed=True)]


def _with_hole(outer: list[tuple[int, int]], hole: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """One outline through a cut from ``outer`` to ``hole`` and back: the even-odd rule hides it."""
    gaps = np.hypot(*(np.array(outer)[:, None] - np.array(hole)[None]).transpose(2, 0, 1))
    i, j = divmod(int(gaps.argmin()), len(hole))
    return [*outer[: i + 1], *hole[j:], *hole[: j + 1], *outer[i:]]


def _close(pixels: MatLike, width: int) -> Luma:
    """Closing that reaches the picture's edges as it reaches everything else."""
    padded = cv2.copyMakeBorder(pixels, width, width, width, width, cv2.BORDER_CONSTANT, value=0)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, _disc(width))
    return np.asarray(closed[width:-width, width:-width], np.uint8)


def _disc(width: int) -> Luma:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width)), np.uint8)


def _odd(width: float) -> int:
    return 2 * (max(3, round(width)) // 2) + 1
