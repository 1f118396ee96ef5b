"""Text in a live picture: shown every masked picture, asked twice a second."""

from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np

from streaming.domain.boxes import padded
from streaming.text.detector import PAD_PX, Detector, Grey, TextBox, look_scale
from streaming.text.opening import STEADY_WINDOWS, Opening, Window, steady
from streaming.text.sift import Sift


@dataclass(frozen=True, slots=True)
class Sighting:
    """Boxes to hide, padded, in pixels of the picture; they may overlap. What they hold stood there
    for a sixth of a second from ``begins_ns`` to ``ends_ns``, or, faintly, in the last looks."""

    begins_ns: int
    ends_ns: int
    boxes: tuple[TextBox, ...]


class Finder:
    """One thread shows and looks. ``show`` takes about 1 ms at 720p, ``look`` about 0.1 s: first at
    what stood lately, then at the mean of the last looks, which shows what is too faint else."""

    def __init__(self) -> None:
        """Raises FinderUnavailable."""
        self._detector = Detector()
        self._sift = Sift()
        self._opening = Opening()
        self._windows: deque[Window] = deque(maxlen=STEADY_WINDOWS)
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
        foreign = self._foreign(window.open, scale)
        if self._windows and self._windows[-1].open.shape != window.open.shape:
            self._windows.clear()
        self._windows.append(window)
        if len(self._windows) > 1:
            foreign += self._foreign(steady(self._windows).mean, scale)
        height, width = self._height, round(window.open.shape[1] / scale)
        hidden = tuple(
            TextBox(padded(box.place, PAD_PX, width=width, height=height), box.score)
            for box in foreign
        )
        return Sighting(window.begins_ns, window.ends_ns, hidden)

    def _foreign(self, projection: Grey, scale: float) -> list[TextBox]:
        boxes = self._detector.find(projection, scale=scale)
        return self._sift.foreign(boxes, projection, scale=scale)


def shrunk(luma: Grey, scale: float) -> Grey:
    if scale == 1.0:
        return luma
    size = (round(luma.shape[1] * scale), round(luma.shape[0] * scale))
    return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)
