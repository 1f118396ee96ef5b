"""Whether a field was hidden and whether it could be read, by the ink that was drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.deid.drawing import Placed, Plane
from benchmarks.deid.vendors import SIZE
from streaming.domain.mask import Rectangle
from streaming.text.clip_file import ClipFile

HIDDEN = 0.9
"""Of a field's ink: with so much of it covered or black, a field is hidden."""
LEGIBLE_CNR = 1.0
BLACK = 24
"""Luma. Masked pixels are 16, and coding leaves ripples on them."""
_EVERY = 5
"""Pictures judged: enough to meet the best one of each sixth of a second."""
_LEAST_DEVIATION = 2.0
"""Grey levels: on pure black everything would have an infinite contrast."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``blacked`` and ``boxed`` are shares of the ink (0..1); ``cnr`` is the contrast of the ink
    that isn't black to its surround, over the deviation there, in the picture that shows it
    best."""

    blacked: float
    boxed: float
    cnr: float

    @property
    def is_masked(self) -> bool:
        return self.blacked >= HIDDEN

    @property
    def is_boxed(self) -> bool:
        return self.boxed >= HIDDEN

    @property
    def is_legible(self) -> bool:
        return not self.is_masked and self.cnr > LEGIBLE_CNR


def verdicts(clip: Path, placed: Sequence[Placed], boxes: Sequence[Rectangle]) -> list[Verdict]:
    """Of each field, by what is in the coded clip and by the boxes that the gate drew."""
    covered = covered_plane(boxes)
    judging = [_Judging(each) for each in placed]
    with ClipFile(clip) as file:
        for number, picture in enumerate(file.pictures()):
            for each in judging:
                if each.is_shown(number):
                    each.look_at(picture.luma)
    return [each.verdict(covered) for each in judging]


def covered_plane(boxes: Sequence[Rectangle]) -> Plane:
    covered = np.zeros((SIZE.height, SIZE.width), bool)
    for box in boxes:
        covered[box.y0 : box.y1, box.x0 : box.x1] = True
    return covered


class _Judging:
    def __init__(self, placed: Placed) -> None:
        self._placed = placed
        self._ink = placed.ink_plane()
        self._around = _surround(self._ink, margin_px=max(6, placed.field.size_px // 2))
        self._brightest = np.zeros(int(self._ink.sum()), np.uint8)
        self._cnr = 0.0

    def is_shown(self, number: int) -> bool:
        field = self._placed.field
        return field.first <= number < field.end and (number - field.first) % _EVERY == 0

    def look_at(self, luma: npt.NDArray[np.uint8]) -> None:
        letters = luma[self._ink]
        np.maximum(self._brightest, letters, out=self._brightest)
        self._cnr = max(self._cnr, contrast(letters, luma[self._around]))

    def verdict(self, covered: Plane) -> Verdict:
        black = self._brightest <= BLACK
        hidden = black | covered[self._ink]
        return Verdict(
            blacked=float(black.mean()), boxed=float(hidden.mean()), cnr=round(self._cnr, 3)
        )


def contrast(letters: npt.NDArray[np.uint8], surround: npt.NDArray[np.uint8]) -> float:
    """Contrast-to-noise ratio. Letters that are black aren't there."""
    shown = letters[letters > BLACK]
    if shown.size == 0 or surround.size == 0:
        return 0.0
    noise = max(float(surround.std()), _LEAST_DEVIATION)
    return abs(float(shown.mean()) - float(surround.mean())) / noise


def _surround(letters: Plane, *, margin_px: int) -> Plane:
    """The box around the ink and its margin, less the ink and the pixels beside it."""
    x, y, width, height = cv2.boundingRect(letters.astype(np.uint8))
    around = np.zeros_like(letters)
    rows = slice(max(0, y - margin_px), y + height + margin_px)
    around[rows, max(0, x - margin_px) : x + width + margin_px] = True
    near = cv2.dilate(letters.astype(np.uint8), np.ones((3, 3), np.uint8))
    return np.asarray(around & (near == 0), bool)
