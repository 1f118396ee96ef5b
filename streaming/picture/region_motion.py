"""Where a few seconds of a scanner's screen move, and where ink stands still on them.

Speckle changes from picture to picture; text, scales and frames don't. A clock, an ECG sweep or a
heart rate changes now and then: the *trimmed* mean below leaves a quarter of the steps out, so what
changes seldom counts as still.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import cv2.typing
import numpy as np
import numpy.typing as npt

Luma = npt.NDArray[np.uint8]
Pixels = npt.NDArray[np.bool_]
Levels = npt.NDArray[np.float32]

KEPT_SHARE = 0.75
STEP = 1 / 16
"""Levels: how finely differences are kept while they wait to be sorted."""

BRIM = 0.04
"""The outermost part of a screen, where there is no ultrasound: it shows the card's noise."""

LEAST_LEVELS = 0.25
INK_LEVELS = 14
STILL_LEVELS = 6
SOLID_LEVEL = 48
BLOCK = 7
STROKE = 11
"""Pixels, wider than a stroke of 28 px type in a glimpse."""


@dataclass(frozen=True, slots=True)
class Stillness:
    """``motion`` in levels a step; ``noise`` is what a part without any motion has of it."""

    motion: Levels
    noise: float
    low: Luma
    high: Luma

    @property
    def threshold(self) -> float:
        return max(LEAST_LEVELS, 1.6 * self.noise + 0.2)

    @property
    def moving(self) -> Pixels:
        return self.motion > self.threshold

    @property
    def stirring(self) -> Pixels:
        """Moving a little at least, as a sector's corner that hardly has an echo."""
        return self.motion > max(LEAST_LEVELS / 4, 1.2 * self.noise + 0.1)

    @property
    def still(self) -> Pixels:
        spread = cv2.subtract(self.high, self.low)
        return np.asarray(spread < STILL_LEVELS + 6 * self.noise)


def observe(glimpses: Sequence[Luma]) -> Stillness:
    """Glimpses of one size, at least three, about 0.1 s apart."""
    stack = np.stack(glimpses)
    motion = np.empty(stack.shape[1:], np.float32)
    low, high = np.empty_like(stack[0]), np.empty_like(stack[0])
    steps = _steps(glimpses)
    kept = max(1, round(KEPT_SHARE * len(steps)))
    tenth = len(stack) // 10
    for row in range(stack.shape[1]):
        motion[row] = np.partition(steps[:, row], kept - 1, axis=0)[:kept].mean(0) * STEP
        levels = np.sort(stack[:, row], axis=0)
        low[row], high[row] = levels[tenth], levels[-1 - tenth]
    return Stillness(motion, _noise(motion), low, high)


def _steps(glimpses: Sequence[Luma]) -> Luma:
    steps = np.empty((len(glimpses) - 1, *glimpses[0].shape), np.uint8)
    before = cv2.blur(glimpses[0].astype(np.float32), (3, 3))
    for index, glimpse in enumerate(glimpses[1:]):
        after = cv2.blur(glimpse.astype(np.float32), (3, 3))
        np.minimum(cv2.absdiff(after, before) / STEP, 255, out=steps[index], casting="unsafe")
        before = after
    return steps


def _noise(motion: Levels) -> float:
    height, width = motion.shape
    y, x = max(2, round(BRIM * height)), max(2, round(BRIM * width))
    brim = (motion[:y], motion[-y:], motion[:, :x], motion[:, -x:])
    return float(np.percentile(np.concatenate([part.ravel() for part in brim]), 30))


def ink(stillness: Stillness) -> Pixels:
    """Bright strokes that stand still, also where everything around them moves, bright itself.

    Long lines (the frame of a colour box, a ruler) are no text and are left out.
    """
    stroke = cv2.getStructuringElement(cv2.MORPH_RECT, (STROKE, STROKE))
    bright = cv2.morphologyEx(stillness.low, cv2.MORPH_TOPHAT, stroke) > INK_LEVELS
    bright |= stillness.low > SOLID_LEVEL
    strokes: cv2.typing.MatLike = (bright & stillness.still).astype(np.uint8)
    for size in ((4 * STROKE, 1), (1, 4 * STROKE)):
        line = cv2.getStructuringElement(cv2.MORPH_RECT, size)
        strokes = cv2.subtract(strokes, cv2.morphologyEx(strokes, cv2.MORPH_OPEN, line))
    return np.asarray(strokes, bool)


def furniture(stillness: Stillness) -> Pixels:
    """Whole areas that are bright and stand still: grey and colour bars, buttons, bands."""
    solid = (stillness.still & (stillness.low > SOLID_LEVEL)).astype(np.uint8)
    block = cv2.getStructuringElement(cv2.MORPH_RECT, (BLOCK, BLOCK))
    return np.asarray(cv2.morphologyEx(solid, cv2.MORPH_OPEN, block), bool)
