"""Is this still the screen whose regions were confirmed? Judged before anything is shown.

A worklist, a patient's page or a review page takes a scanner's furniture away or covers what was
empty; another depth, gain or mode leaves it. A name in the header is strokes, whoever's it is.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from cv2.typing import MatLike

from streaming.domain.layout import COLUMNS, IGNORED, KINDS, ROWS, Layout
from streaming.domain.mask import Mask

Luma = npt.NDArray[np.uint8]
Cells = npt.NDArray[np.uint8]
"""Shape (ROWS, COLUMNS): indices in ``KINDS``."""

SAMPLES = 10
"""Pixels across a cell that are looked at: one in four of 720p."""

LIT_LEVEL = 28
"""Above black by five sigma of a capture card's noise."""

BRIGHT_LEVEL = 128
SATURATED_LEVEL = 225
STROKES_SHARE = 0.03
FILLED_SHARE = 0.6
"""Of a cell's pixels, how many are lit; text covers a third at most."""

FLAT_LEVELS = 3.0
"""Standard deviation: speckle has more, paper on a page less."""

LEAST_KEPT = 0.88
MOST_NEW = 0.6
MOST_FLAT = 0.25
ENOUGH_CELLS = 16
"""With fewer empty cells, or fewer within the region, their shares say nothing."""

CALM_PICTURES = 3
"""A page that is left may fade, or be drawn in two goes."""

_NEIGHBOURS = np.ones((3, 3), np.uint8)


def cells(luma: Luma) -> Cells:
    """Of a whole picture, shape (height, width)."""
    return _kinds(_sample(luma))


def _sample(luma: Luma) -> Luma:
    step = max(1, luma.shape[1] // (COLUMNS * SAMPLES))
    return np.ascontiguousarray(luma[::step, ::step])


def _kinds(sample: Luma) -> Cells:
    lit = _share(sample, LIT_LEVEL)
    kinds = (lit > STROKES_SHARE).astype(np.uint8)
    filled = lit > FILLED_SHARE
    kinds += filled
    kinds += filled & (_share(sample, BRIGHT_LEVEL) > FILLED_SHARE)
    return kinds


def _share(sample: Luma, level: int) -> npt.NDArray[np.float32]:
    above = cv2.threshold(sample, level, 255, cv2.THRESH_BINARY)[1]
    return np.asarray(_means(above) / 255, np.float32)


def _means(sample: MatLike) -> MatLike:
    return cv2.resize(sample, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)


def _flat(sample: Luma) -> npt.NDArray[np.bool_]:
    """Lit cells without any grain: no ultrasound, unless it is too bright to have one."""
    levels = sample.astype(np.float32)
    means = _means(levels)
    spread = _means(levels * levels) - means * means
    lit = (means > LIT_LEVEL) & (means < SATURATED_LEVEL)
    return np.asarray(lit & (spread < FLAT_LEVELS**2))


def layout_of(luma: Luma, mask: Mask) -> Layout:
    """The signature of the picture ``mask`` was confirmed on."""
    seen = cells(luma)
    ignored = _near(mask)
    return Layout(
        tuple(
            "".join(IGNORED if skip else KINDS[kind] for kind, skip in zip(row, skips, strict=True))
            for row, skips in zip(seen, ignored, strict=True)
        )
    )


def _near(mask: Mask) -> npt.NDArray[np.bool_]:
    """The cells a region touches, and their neighbours."""
    touched = np.zeros((ROWS, COLUMNS), np.uint8)
    height, width = mask.size.height, mask.size.width
    for run in mask.runs():
        first = 2 * run.first * COLUMNS // width
        touched[2 * run.row * ROWS // height, first : (2 * run.end - 1) * COLUMNS // width + 1] = 1
    return np.asarray(cv2.dilate(touched, _NEIGHBOURS), bool)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like the confirmed layout a picture is; all are shares of cells, 0 to 1.

    ``kept``: of the landmarks, those that are there. ``new``: of the empty cells, those that aren't
    empty. ``flat``: of the cells around the region, those that are lit and without any grain.
    """

    kept: float
    new: float
    flat: float

    @property
    def fits(self) -> bool:
        return self.kept >= LEAST_KEPT and self.new <= MOST_NEW and self.flat <= MOST_FLAT


class LayoutJudge:
    """Compares pictures with one layout. Takes less than half a millisecond for 720p."""

    def __init__(self, layout: Layout) -> None:
        signs = [
            [-1 if sign == IGNORED else KINDS.index(sign) for sign in row] for row in layout.rows
        ]
        self._kinds = np.array(signs)
        self._empty = self._kinds == 0
        self._landmarks = self._kinds > 0
        ignored = (self._kinds < 0).astype(np.uint8)
        self._region = np.asarray(cv2.erode(ignored, _NEIGHBOURS), bool)

    def compare(self, luma: Luma) -> Likeness:
        sample = _sample(luma)
        seen = _kinds(sample)
        landmarks = int(np.count_nonzero(self._landmarks))
        kept = int(np.count_nonzero(self._landmarks & (seen == self._kinds)))
        return Likeness(
            kept=kept / landmarks if landmarks else 1.0,
            new=_part(seen > 0, self._empty),
            flat=_part(_flat(sample), self._region),
        )


class LayoutWatch:
    """Whether the screen that is confirmed is there, picture by picture."""

    def __init__(self, layout: Layout, *, trusted: bool = True) -> None:
        """Without ``trusted`` it isn't there before ``CALM_PICTURES`` were like it."""
        self._judge = LayoutJudge(layout)
        self._strange = 0 if trusted else CALM_PICTURES

    @property
    def changed(self) -> bool:
        return self._strange > 0

    def recognise(self, luma: Luma) -> bool:
        """False from the first picture that isn't like it, until ``CALM_PICTURES`` are again."""
        if not self._judge.compare(luma).fits:
            self._strange = CALM_PICTURES
        elif self._strange:
            self._strange -= 1
        return not self.changed


def _part(found: npt.NDArray[np.bool_], of: npt.NDArray[np.bool_]) -> float:
    count = int(np.count_nonzero(of))
    return int(np.count_nonzero(found & of)) / count if count >= ENOUGH_CELLS else 0.0
