"""Where text stands in one picture: the PP-OCR detection network and rules for its answer.

The network gives each pixel the probability to belong to a (shrunk) line of text; a connected
piece of likely pixels is a box once it is grown back. Source of the form of the answer: Liao et
al. 2020, "Real-time Scene Text Detection with Differentiable Binarization", section 3.2.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from streaming.domain.mask import Rectangle
from streaming.text.models import DETECTION, open_model

Grey = npt.NDArray[np.uint8]
"""Shape ``(height, width)``."""
Picture = npt.NDArray[np.uint8]
"""Shape ``(height, width)`` or ``(height, width, 3)``."""

LIKELY = 0.3
MIN_SCORE = 0.5
GROW = 0.6
"""Of area over circumference: the network's pieces are smaller than the text by about as much."""
PAD_PX = 6
MIN_HEIGHT_PX, MIN_WIDTH_PX = 9, 14
MIN_SHAPE = 0.9
"""Width over height. Text lies; a sector's edge stands."""
MAX_HEIGHT = 1 / 9
"""Of the picture's height. Without a bound whole sectors are taken for a word."""
TALL, TALL_SCORE = 1 / 15, 0.8
"""From this part of the picture's height on a box must be surer: tissue that is taken for text is,
letters that large are clear."""
LOOK_HEIGHT_PX = 540
"""Pictures are looked at in this height: 720p in 0.75, 1080p in half, smaller ones as they are."""
_STRIDE = 32
"""The network's sides are multiples of it."""


@dataclass(frozen=True, slots=True)
class TextBox:
    """Pixels of the picture that hold text, with a margin, and how sure that is (0..1)."""

    place: Rectangle
    score: float


def look_scale(height: int) -> float:
    return min(1.0, LOOK_HEIGHT_PX / height)


class Detector:
    """Not thread-safe. About 0.1 s for a 720p picture on one core."""

    def __init__(self) -> None:
        """Raises FinderUnavailable."""
        self._session = open_model(DETECTION)
        self._input = self._session.get_inputs()[0].name

    def find(self, picture: Picture, *, scale: float) -> list[TextBox]:
        """``picture`` is already scaled by ``scale``; the boxes are in unscaled pixels.

        What is black around the picture isn't looked at.
        """
        content = _content(picture)
        if content is None:
            return []
        x0, y0, x1, y1 = content
        likely = self._likely(picture[y0:y1, x0:x1])
        height, width = picture.shape[:2]
        bounds = (round(width / scale), round(height / scale))
        boxes = (_box(piece, likely) for piece in _pieces(likely))
        placed = [_placed(box, offset=(x0, y0), scale=scale, bounds=bounds) for box in boxes if box]
        return [box for box in placed if is_text_like(box, picture_height=bounds[1])]

    def _likely(self, picture: Picture) -> npt.NDArray[np.float32]:
        height, width = picture.shape[:2]
        padded = np.zeros((_multiple(height), _multiple(width), 3), np.uint8)
        padded[:height, :width] = picture if picture.ndim == 3 else picture[:, :, None]
        tensor = padded.transpose(2, 0, 1)[None].astype(np.float32) / 127.5 - 1.0
        (answer,) = self._session.run(None, {self._input: tensor})
        return np.asarray(answer[0, 0, :height, :width], np.float32)


_FLOAT_BOX = tuple[float, float, float, float, float]


def _content(picture: Picture) -> tuple[int, int, int, int] | None:
    """The rectangle around everything that isn't black, None when all is."""
    bright = (picture if picture.ndim == 2 else picture.max(axis=2)) > BLACK
    x0, y0, width, height = cv2.boundingRect(bright.astype(np.uint8))
    return (x0, y0, x0 + width, y0 + height) if width and height else None


BLACK = 24
"""Masked pixels are 16; coding leaves ripples on them."""


def _multiple(side: int) -> int:
    return -(-side // _STRIDE) * _STRIDE


def _pieces(likely: npt.NDArray[np.float32]) -> list[npt.NDArray[np.int32]]:
    found, _ = cv2.findContours(
        (likely > LIKELY).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    return [np.asarray(piece, np.int32) for piece in found]


def _box(piece: npt.NDArray[np.int32], likely: npt.NDArray[np.float32]) -> _FLOAT_BOX | None:
    """The piece grown back, with its score; None for an unlikely one."""
    x, y, width, height = cv2.boundingRect(piece)
    inside = np.zeros((height, width), np.uint8)
    cv2.drawContours(inside, [piece], -1, 1, cv2.FILLED, offset=(-x, -y))
    score = float(cv2.mean(likely[y : y + height, x : x + width], inside)[0])
    if score < MIN_SCORE:
        return None
    grow = GROW * width * height / (2 * (width + height))
    return x - grow, y - grow, x + width + grow, y + height + grow, score


def _placed(
    box: _FLOAT_BOX, *, offset: tuple[int, int], scale: float, bounds: tuple[int, int]
) -> TextBox:
    x0, y0, x1, y1, score = box
    place = Rectangle(
        max(0, int((x0 + offset[0]) / scale)),
        max(0, int((y0 + offset[1]) / scale)),
        min(bounds[0], int(np.ceil((x1 + offset[0]) / scale))),
        min(bounds[1], int(np.ceil((y1 + offset[1]) / scale))),
    )
    return TextBox(place, score)


def is_text_like(box: TextBox, *, picture_height: int) -> bool:
    width, height = box.place.x1 - box.place.x0, box.place.y1 - box.place.y0
    return (
        MIN_HEIGHT_PX <= height <= MAX_HEIGHT * picture_height
        and width >= MIN_WIDTH_PX
        and width >= MIN_SHAPE * height
        and (height < TALL * picture_height or box.score >= TALL_SCORE)
    )
