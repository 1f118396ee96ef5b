"""What stands still in moving pictures: text does, speckle doesn't.

Pictures are gathered in blocks of 1/6 s, blocks in windows of three. A bright pixel of a text is
bright in every picture of a block, so the block's minimum keeps it and wipes speckle away; the
maximum of a window's three minima keeps what stood for one block only. That is a morphological
opening along time, and ``close`` its counterpart for dark text. Source: Serra 1982, "Image
Analysis and Mathematical Morphology" (opening, closing, top-hat).
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from streaming.text.detector import Grey, Picture

NS_PER_S = 1_000_000_000
BLOCK_NS = 160_000_000
"""A sixth of a second, once it is filled up to a whole picture of 25, 30 or 60 a second."""
BLOCKS = 3
TOP_HAT_PX = 11


@dataclass(frozen=True, slots=True)
class Window:
    """Half a second of pictures in three: each of the shape of the luma that was added."""

    begins_ns: int
    ends_ns: int
    open: Grey
    mean: Grey
    close: Grey
    span: Grey
    """How far each pixel went: its highest value less its lowest."""

    def tri(self) -> Picture:
        return np.asarray(cv2.merge([self.open, self.mean, self.close]), np.uint8)

    def top_hat(self) -> Grey:
        """Of ``open``: what is small and bright, free of the tissue it lies on."""
        kernel = np.ones((TOP_HAT_PX, TOP_HAT_PX), np.uint8)
        return np.asarray(cv2.morphologyEx(self.open, cv2.MORPH_TOPHAT, kernel), np.uint8)


@dataclass(frozen=True, slots=True)
class Steady:
    """Of some windows in a row: the lowest ``open`` and the mean. The longer text stands, the
    fainter it may be and still come out of these, since speckle averages away."""

    low: Grey
    mean: Grey


STEADY_WINDOWS = 4
"""Two seconds."""


def steady(windows: Sequence[Window]) -> Steady:
    """Of at least one window, all of one size."""
    return Steady(
        low=np.min([window.open for window in windows], axis=0),
        mean=np.mean([window.mean for window in windows], axis=0).astype(np.uint8),
    )


class _Block:
    def __init__(self, luma: Grey, at_ns: int) -> None:
        self.begins_ns = self.last_ns = at_ns
        self.low, self.high = luma.copy(), luma.copy()
        self.sum = luma.astype(np.uint16)
        self.pictures = 1

    def add(self, luma: Grey, at_ns: int) -> None:
        np.minimum(self.low, luma, out=self.low)
        np.maximum(self.high, luma, out=self.high)
        if self.pictures < _MAX_SUMMED:
            self.sum += luma
            self.pictures += 1
        self.last_ns = at_ns


_MAX_SUMMED = 257
"""As many 255s as 16 bits hold."""


class Opening:
    """Holds the last three whole blocks and the one that is being filled; a picture of another
    size, or from before the last one, begins anew. Not thread-safe."""

    def __init__(self) -> None:
        self._blocks: deque[_Block] = deque(maxlen=BLOCKS + 1)

    def add(self, luma: Grey, at_ns: int) -> int:
        """How many whole blocks there are now that were not there before: 0 or 1."""
        last = self._blocks[-1] if self._blocks else None
        if last is not None and (last.low.shape != luma.shape or at_ns < last.last_ns):
            self._blocks.clear()
            last = None
        if last is not None and at_ns - last.begins_ns < BLOCK_NS:
            last.add(luma, at_ns)
            return 0
        self._blocks.append(_Block(luma, at_ns))
        return int(last is not None)

    def window(self) -> Window | None:
        """Of the last whole blocks, at most three; None before there is one."""
        return _window(list(self._blocks)[-1 - BLOCKS : -1])

    def rest(self, whole_blocks: int) -> Window | None:
        """Of the last ``whole_blocks`` and the one being filled, at the end of a clip."""
        return _window(list(self._blocks)[-1 - whole_blocks :])


def _window(blocks: list[_Block]) -> Window | None:
    if not blocks:
        return None
    total = sum(block.sum.astype(np.uint32) for block in blocks)
    return Window(
        blocks[0].begins_ns,
        blocks[-1].last_ns,
        open=np.max([block.low for block in blocks], axis=0),
        mean=np.asarray(total // sum(block.pictures for block in blocks), np.uint8),
        close=np.min([block.high for block in blocks], axis=0),
        span=np.max([block.high for block in blocks], axis=0)
        - np.min([block.low for block in blocks], axis=0),
    )
