"""Every source's last step: a picture in I420, limited range, even in size, in its own buffer.

I420 is what masks and encoders take (see ``picture.frame.RawFrame``). Limited range (ITU-R BT.601
and BT.709, 8 bits): luma 16 to 235, chroma 16 to 240 around 128.
"""

import cv2
import numpy as np
import numpy.typing as npt
from av import VideoFrame
from av.video.reformatter import ColorRange, VideoReformatter

from streaming.domain.frame import Size
from streaming.picture.frame import I420
from streaming.picture.source import SourceError

Plane = npt.NDArray[np.uint8]

MIN_SIDE = 16
MAX_SIZE = Size(4096, 2304)
BLACK_LUMA = 16
NO_COLOUR = 128

_LEVELS = np.arange(256)
FULL_TO_LIMITED_LUMA = np.round(16 + _LEVELS * 219 / 255).astype(np.uint8)
FULL_TO_LIMITED_CHROMA = np.round(128 + (_LEVELS - 128) * 224 / 255).astype(np.uint8)


def even_size(width: int, height: int) -> Size:
    """The size a picture of ``width`` x ``height`` has after an odd last column or row is cropped.

    Raises:
        SourceError: ``source.size`` below 16 pixels or above 4096x2304.
    """
    if not (MIN_SIDE <= width <= MAX_SIZE.width and MIN_SIDE <= height <= MAX_SIZE.height):
        raise SourceError(
            "source.size",
            f"a picture of {width}x{height} pixels can't be used",
            fix=f"set the source to at most {MAX_SIZE} and at least {MIN_SIDE} pixels a side",
        )
    return Size(width & ~1, height & ~1)


def black(size: Size) -> I420:
    planes = np.full((size.height * 3 // 2, size.width), NO_COLOUR, np.uint8)
    planes[: size.height] = BLACK_LUMA
    return planes


def split(planes: I420) -> tuple[Plane, Plane, Plane]:
    """Luma, U and V as views into the one buffer."""
    height = planes.shape[0] * 2 // 3
    quarter = (height // 2, planes.shape[1] // 2)
    chroma = planes[height:].reshape(2, *quarter)
    return planes[:height], chroma[0], chroma[1]


def from_grey(grey: Plane, *, limited: bool) -> I420:
    """A monochrome picture of shape ``(height, width)``; ``limited`` says what its range is."""
    size = even_size(grey.shape[1], grey.shape[0])
    planes = np.full((size.height * 3 // 2, size.width), NO_COLOUR, np.uint8)
    grey = grey[: size.height, : size.width]
    if limited:
        planes[: size.height] = grey
    else:
        cv2.LUT(grey, FULL_TO_LIMITED_LUMA, dst=planes[: size.height])
    return planes


def from_rgb(rgb: Plane) -> I420:
    """``(height, width, 3)``, full range."""
    return Converter().convert(VideoFrame.from_ndarray(np.ascontiguousarray(rgb), "rgb24"))


def from_nv12(luma: Plane, chroma: Plane) -> I420:
    """``luma`` ``(height, width)`` and ``chroma`` ``(height / 2, width)``, U and V alternating.

    Rows may be further apart than they are long.
    """
    size = even_size(luma.shape[1], luma.shape[0])
    planes = np.empty((size.height * 3 // 2, size.width), np.uint8)
    y, u, v = split(planes)
    y[:] = luma[: size.height, : size.width]
    pairs = chroma[: size.height // 2, : size.width].reshape(size.height // 2, size.width // 2, 2)
    cv2.extractChannel(pairs, 0, dst=u)
    cv2.extractChannel(pairs, 1, dst=v)
    return planes


def from_yu12(luma: Plane, chroma: Plane) -> I420:
    """``luma`` ``(height, width)`` and ``chroma`` ``(2, height / 2, at least width / 2)``."""
    size = even_size(luma.shape[1], luma.shape[0])
    planes = np.empty((size.height * 3 // 2, size.width), np.uint8)
    y, u, v = split(planes)
    y[:] = luma[: size.height, : size.width]
    u[:], v[:] = chroma[:, : size.height // 2, : size.width // 2]
    return planes


def from_yuyv(packed: Plane) -> I420:
    """YUYV 4:2:2 of shape ``(height, width, 2)``, width even."""
    size = even_size(packed.shape[1], packed.shape[0])
    packed = packed[: size.height]
    planes = np.empty((size.height * 3 // 2, size.width), np.uint8)
    luma, u, v = split(planes)
    cv2.extractChannel(packed, 0, dst=luma)
    quads = packed.reshape(size.height, size.width // 2, 4)
    tall = np.empty((size.height, size.width // 2), np.uint8)
    for channel, chroma in ((1, u), (3, v)):
        cv2.extractChannel(quads, channel, dst=tall)
        halve_rows(tall, into=chroma)
    return planes


def halve_rows(chroma: Plane, *, into: Plane) -> None:
    """4:2:2 to 4:2:0: the mean of each pair of rows. ``chroma`` is contiguous, its height even."""
    height, width = chroma.shape
    pairs = chroma.reshape(height // 2, 2 * width)
    cv2.addWeighted(pairs[:, :width], 0.5, pairs[:, width:], 0.5, 0, dst=into)


def to_limited(planes: I420) -> I420:
    """In place, for a picture that came in full range."""
    luma, u, v = split(planes)
    cv2.LUT(luma, FULL_TO_LIMITED_LUMA, dst=luma)
    for chroma in (u, v):
        cv2.LUT(chroma, FULL_TO_LIMITED_CHROMA, dst=chroma)
    return planes


class Converter:
    """Decoded pictures of any format to I420. One per thread: it keeps swscale's tables."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def convert(self, frame: VideoFrame) -> I420:
        """Raises SourceError ``source.size``."""
        size = even_size(frame.width, frame.height)
        if frame.format.name != "yuv420p" or frame.color_range == ColorRange.JPEG:
            frame = self._reformatter.reformat(
                frame, format="yuv420p", dst_color_range=ColorRange.MPEG, threads=1
            )
        return _copy_planes(frame, size)


def _copy_planes(frame: VideoFrame, size: Size) -> I420:
    planes = np.empty((size.height * 3 // 2, size.width), np.uint8)
    for source, target in zip(frame.planes, split(planes), strict=True):
        rows = np.frombuffer(memoryview(source), np.uint8).reshape(-1, source.line_size)
        target[:] = rows[: target.shape[0], : target.shape[1]]
    return planes
