"""What black is in a masked picture: limited range, so that no decoder shows it as grey."""

import numpy as np

from streaming.domain.frame import Size
from streaming.domain.mask import Rectangle
from streaming.picture.frame import I420

BLACK_LUMA = 16
NEUTRAL_CHROMA = 128


def black_picture(size: Size) -> I420:
    planes = np.full((size.height * 3 // 2, size.width), NEUTRAL_CHROMA, np.uint8)
    planes[: size.height] = BLACK_LUMA
    return planes


def black_out(planes: I420, box: Rectangle, size: Size) -> None:
    """Every 2x2 block that ``box`` touches, in place; what lies outside the picture is cut."""
    top, bottom = _blocks(box.y0, box.y1, size.height)
    left, right = _blocks(box.x0, box.x1, size.width)
    if top >= bottom or left >= right:
        return
    planes[2 * top : 2 * bottom, 2 * left : 2 * right] = BLACK_LUMA
    chroma = planes[size.height :].reshape(2, size.height // 2, size.width // 2)
    chroma[:, top:bottom, left:right] = NEUTRAL_CHROMA


def _blocks(low: int, high: int, side: int) -> tuple[int, int]:
    return max(0, low) // 2, (min(side, high) + 1) // 2
