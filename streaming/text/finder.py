"""Text in a live picture: shown every masked picture, asked twice a second."""

from dataclasses import dataclass

import cv2
import numpy as np

from streaming.text.boxes import padded
from streaming.text.detector import PAD_PX, Detector, Grey, TextBox, look_scale
from streaming.text.opening import Opening
from streaming.text.sift import Sift


@dataclass(frozen=True, slots=True)
class Sighting:
    """Boxes to hide, padded, in pixels of the picture; what they hold stood there at some time
    from ``begins_ns`` to ``ends_ns`` for at least a sixth of a second."""

    begins_ns: int
    ends_ns: int
    boxes: tuple[TextBox, ...]


class Finder:
    """One thread shows and looks. ``show`` takes about 1 ms at 720p, ``look`` about 0.1 s."""

    def __init__(self) -> None:
        """Raises FinderUnavailable."""
        self._detector = Detector()
        self._sift = Sift()
        self._opening = Opening()
        self._height = 0
        self._is_news = False

    def show(self, luma: Grey, captured_at_ns: int) -> None:
        """``luma`` has the masked picture's shape ``(height, width)`` and isn't kept."""
        self._height = luma.shape[0]
        small = shrunk(luma, look_scale(self._height))
        self._is_news = self._opening.add(small, captured_at_ns) > 0 or self._is_news

    def look(self) -> Sighting | None:
        """None when no sixth of a second has become whole since the last look."""
        window = self._opening.window() if self._is_news else None
        self._is_news = False
        if window is None:
            return None
        scale = look_scale(self._height)
        boxes = self._detector.find(window.open, scale=scale)
        foreign = self._sift.foreign(boxes, window.open, scale=scale)
        height, width = self._height, round(window.open.shape[1] / scale)
        hidden = tuple(
            TextBox(padded(box.place, PAD_PX, width=width, height=height), box.score)
            for box in foreign
        )
        return Sighting(window.begins_ns, window.ends_ns, hidden)


def shrunk(luma: Grey, scale: float) -> Grey:
    if scale == 1.0:
        return luma
    size = (round(luma.shape[1] * scale), round(luma.shape[0] * scale))
    return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)
