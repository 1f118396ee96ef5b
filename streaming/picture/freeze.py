"""Is the scanner frozen? Judged from the masked picture alone; time is an input."""

import cv2
import cv2.typing

from streaming.picture.black import BLACK_LUMA
from streaming.picture.frame import MaskedFrame

HOLD_NS = 1_000_000_000
"""A picture that hasn't changed for this long is frozen: far above any frame interval, and a
probe at rest still shows moving noise."""

BLOCK = 4
"""Pixels: means over 4x4 blocks keep speckle (grains of a few pixels) and quarter a capture
card's noise, which is independent from pixel to pixel."""

NOISE_LEVELS = 4
"""A block changed when its mean moved by more than this: above five sigma of noise of sigma 2."""

CHANGED_SHARE = 0.002
"""A picture changed when this share of its region's blocks did: more than a blinking cursor."""


class FreezeJudge:
    """Compares each picture with the last one that was new, so slow motion adds up and counts."""

    def __init__(self) -> None:
        self._reference: cv2.typing.MatLike | None = None
        self._changed_at_ns = 0
        self._enough = 1

    def observe(self, frame: MaskedFrame, *, now_ns: int) -> int | None:
        """The time at which the picture last changed once that was ``HOLD_NS`` ago, else None."""
        blocks = _block_means(frame)
        if self._reference is None or self._reference.shape != blocks.shape:
            self._accept(blocks, now_ns)
            return None
        if _count_above(NOISE_LEVELS, cv2.absdiff(blocks, self._reference)) > self._enough:
            self._accept(blocks, now_ns)
        frozen = now_ns - self._changed_at_ns >= HOLD_NS
        return self._changed_at_ns if frozen else None

    def forget(self) -> None:
        """A blacked-out picture can't be judged; the next one starts anew."""
        self._reference = None

    def _accept(self, blocks: cv2.typing.MatLike, now_ns: int) -> None:
        lit = _count_above(BLACK_LUMA, blocks)
        self._enough = max(4, int(CHANGED_SHARE * lit))
        self._reference = blocks
        self._changed_at_ns = now_ns


def _block_means(frame: MaskedFrame) -> cv2.typing.MatLike:
    luma = frame.planes[: frame.size.height]
    shape = (frame.size.width // BLOCK, frame.size.height // BLOCK)
    return cv2.resize(luma, shape, interpolation=cv2.INTER_AREA)


def _count_above(level: int, blocks: cv2.typing.MatLike) -> int:
    return cv2.countNonZero(cv2.threshold(blocks, level, 255, cv2.THRESH_BINARY)[1])
