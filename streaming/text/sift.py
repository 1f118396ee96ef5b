"""Tells a scanner's own words from others, and reads no box twice that hasn't changed."""

from dataclasses import dataclass

import cv2
import numpy as np

from streaming.domain.mask import Rectangle
from streaming.text.detector import Grey, Picture, TextBox
from streaming.text.reader import Reader
from streaming.text.vocabulary import is_scanner_text

KEPT = 64
"""Boxes remembered; of more, the one seen longest ago is read again when it comes back."""
_MARGIN_PX = 3
"""Of the looked-at picture, around a box: letters that touch the edge are read less surely."""

CHANGED = 16
"""Mean difference of the box's pixels: below it, it is still the same words."""


@dataclass(slots=True, eq=False)
class _Known:
    box: Rectangle
    crop: Grey
    is_scanners: bool


class Sift:
    """Not thread-safe."""

    def __init__(self) -> None:
        """Raises FinderUnavailable."""
        self._reader = Reader()
        self._known: list[_Known] = []

    def foreign(self, boxes: list[TextBox], picture: Picture, *, scale: float) -> list[TextBox]:
        """Those that aren't, surely and wholly, a scanner's words. ``picture`` is what they were
        found in, scaled by ``scale``."""
        return [box for box in boxes if not self._is_scanners(box.place, picture, scale)]

    def _is_scanners(self, box: Rectangle, picture: Picture, scale: float) -> bool:
        crop = _crop(picture, box, scale)
        grey = np.asarray(crop if crop.ndim == 2 else crop.max(axis=2), np.uint8)
        known = next((known for known in self._known if _is_still(known, box, grey)), None)
        if known is None:
            reading = self._reader.read(crop)
            verdict = is_scanner_text(reading.text, reading.confidence)
            known = _Known(box, grey, verdict)
        else:
            self._known.remove(known)
        self._known = [*self._known[1 - KEPT :], known]
        return known.is_scanners


def _crop(picture: Picture, box: Rectangle, scale: float) -> Picture:
    height, width = picture.shape[:2]
    x0, y0 = int(box.x0 * scale) - _MARGIN_PX, int(box.y0 * scale) - _MARGIN_PX
    x1, y1 = int(np.ceil(box.x1 * scale)) + _MARGIN_PX, int(np.ceil(box.y1 * scale)) + _MARGIN_PX
    return picture[max(0, y0) : min(height, y1), max(0, x0) : min(width, x1)]


def _is_still(known: _Known, box: Rectangle, crop: Grey) -> bool:
    """The same place to a few pixels, and the same pixels: a name that comes where a label stood
    is read anew."""
    near = max(
        abs(known.box.x0 - box.x0),
        abs(known.box.y0 - box.y0),
        abs(known.box.x1 - box.x1),
        abs(known.box.y1 - box.y1),
    )
    if near > _NEAR_PX:
        return False
    height, width = known.crop.shape
    again = cv2.resize(crop, (width, height))
    return float(np.mean(cv2.absdiff(known.crop, again))) < CHANGED


_NEAR_PX = 3
