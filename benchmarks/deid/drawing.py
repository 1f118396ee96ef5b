"""Puts fields on a screen's pictures, and knows where each pixel of ink lies."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.deid.lettering import Ink, ink
from benchmarks.deid.plan import PICTURES, ClipPlan, Field, Where
from benchmarks.deid.vendors import SIZE, Screen
from streaming.domain.mask import Rectangle
from streaming.picture.frame import I420, RawFrame
from streaming.picture.masking import hidden_samples

Plane = npt.NDArray[np.bool_]

STEP_NS = 1_000_000_000 // 30
_TRIES = 400


@dataclass(frozen=True, slots=True)
class Placed:
    """A field at ``box``, which its ink fills."""

    field: Field
    box: Rectangle
    ink: Ink
    luma: int

    def ink_plane(self) -> Plane:
        """Of the whole picture: what is letter rather than not."""
        plane = np.zeros((SIZE.height, SIZE.width), bool)
        plane[self.box.y0 : self.box.y1, self.box.x0 : self.box.x1] = self.ink > 0.5
        return plane


def place(field: Field, screen: Screen) -> Placed:
    """In its zone; one that doesn't fit in is made smaller until it does."""
    passes = hidden_samples(screen.profile.mask)[: SIZE.height] == 0
    size_px, text = field.size_px, field.text
    rng = np.random.default_rng(field.place_seed)
    while True:
        letters = ink(text, field.font, size_px)
        box = _fitting(letters.shape, field.where, passes, rng)
        if box is not None:
            return Placed(field, box, letters, _luma(field, box, screen))
        if size_px > 12:
            size_px -= 2
        else:
            text = text[: max(3, len(text) // 2)]


def _fitting(
    shape: tuple[int, ...], where: Where, passes: Plane, rng: np.random.Generator
) -> Rectangle | None:
    """In the sector wholly inside what passes, elsewhere wholly outside."""
    height, width = shape
    zone = _zone(where, passes)
    if zone.x1 - zone.x0 <= width or zone.y1 - zone.y0 <= height:
        return None
    for _ in range(_TRIES):
        x = int(rng.integers(zone.x0, zone.x1 - width)) // 2 * 2
        y = int(rng.integers(zone.y0, zone.y1 - height)) // 2 * 2
        under = passes[y : y + height, x : x + width]
        if under.all() if where is Where.IN_SECTOR else not under.any():
            return Rectangle(x, y, x + width, y + height)
    return None


def _zone(where: Where, passes: Plane) -> Rectangle:
    """Around the region's bounds: above, below, beside, or within them."""
    x, y, width, height = cv2.boundingRect(passes.astype(np.uint8))
    match where:
        case Where.BANNER:
            return Rectangle(0, 0, SIZE.width, max(y, 60))
        case Where.BOTTOM:
            return Rectangle(0, min(y + height, SIZE.height - 60), SIZE.width, SIZE.height)
        case Where.SIDE:
            return Rectangle(0, 0, max(x + width // 4, 200), SIZE.height)
        case Where.IN_SECTOR:
            return Rectangle(x, y, x + width, y + height)


def _luma(field: Field, box: Rectangle, screen: Screen) -> int:
    if field.luma is not None:
        return field.luma
    luma = screen.pictures[0][: SIZE.height]
    surround = float(luma[box.y0 : box.y1, box.x0 : box.x1].mean())
    return min(235, round(surround) + field.above)


def raw_pictures(
    plan: ClipPlan, screen: Screen, placed: list[Placed], *, count: int = PICTURES
) -> Iterator[RawFrame]:
    """As they come from a capture card: background and fields, nothing masked."""
    for number in range(count):
        planes = screen.pictures[(plan.first_picture + number) % len(screen.pictures)].copy()
        for each in placed:
            if each.field.first <= number < each.field.end:
                _draw(planes, each)
        yield RawFrame("bench", number, number * STEP_NS, SIZE, planes)


def _draw(planes: I420, placed: Placed) -> None:
    box = placed.box
    under = planes[box.y0 : box.y1, box.x0 : box.x1]
    mixed = under + placed.ink * (placed.luma - under.astype(np.float32))
    under[:] = mixed.round().clip(0, 255).astype(np.uint8)
    chroma = planes[SIZE.height :].reshape(2, SIZE.height // 2, SIZE.width // 2)
    half = _halved(placed.ink)
    rows, columns = half.shape
    tint = chroma[:, box.y0 // 2 : box.y0 // 2 + rows, box.x0 // 2 : box.x0 // 2 + columns]
    tint[:] = (tint + half * (128 - tint.astype(np.float32))).round().astype(np.uint8)


def _halved(letters: Ink) -> Ink:
    """As 4:2:0 samples it; boxes begin at even pixels."""
    height, width = letters.shape
    even = cv2.copyMakeBorder(letters, 0, height % 2, 0, width % 2, cv2.BORDER_CONSTANT)
    size = (even.shape[1] // 2, even.shape[0] // 2)
    return np.asarray(cv2.resize(even, size, interpolation=cv2.INTER_AREA), np.float32)
