"""YUV4MPEG2, the format in which any program can hand over raw pictures: a strict parser.

A stream is one header line, then for each picture a line that starts with ``FRAME`` and the planes.
Source: the yuv4mpeg manual of mjpegtools; FFmpeg's ``XCOLORRANGE`` tag.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from streaming.capture import i420
from streaming.capture.pacing import DEFAULT_RATE
from streaming.domain.frame import Size
from streaming.picture.frame import I420
from streaming.picture.source import SourceError

Bytes = npt.NDArray[np.uint8]
"""One dimension."""

MAGIC = b"YUV4MPEG2"
FRAME_MAGIC = b"FRAME"
MAX_HEADER = 1024
MAX_FRAME_HEADER = 256

_COLOUR_420 = {"420", "420jpeg", "420mpeg2", "420paldv"}
_COLOUR_422 = {"422"}
_COLOUR_MONO = {"mono"}
_FIX = "send 8-bit 4:2:0: ffmpeg … -pix_fmt yuv420p -f yuv4mpegpipe PATH"


@dataclass(frozen=True, slots=True)
class Layout:
    """What the header says. ``width`` and ``height`` may be odd; ``size`` is what is delivered."""

    width: int
    height: int
    size: Size
    rate: Fraction
    chroma: str
    full_range: bool

    @property
    def picture_bytes(self) -> int:
        chroma_width = (self.width + 1) // 2
        chroma_height = {"420": (self.height + 1) // 2, "422": self.height, "mono": 0}[self.chroma]
        return self.width * self.height + 2 * chroma_width * chroma_height

    @property
    def is_i420(self) -> bool:
        """Whether the bytes of a picture are those of a ``RawFrame`` already."""
        return self.chroma == "420" and self.size == Size(self.width, self.height)


def malformed(detail: str) -> SourceError:
    return SourceError("source.y4m_malformed", f"this isn't YUV4MPEG2 video: {detail}", fix=_FIX)


def truncated(detail: str) -> SourceError:
    return SourceError(
        "source.y4m_truncated",
        f"the YUV4MPEG2 video is cut short: {detail}",
        fix="write the file again; it ends in the middle of something",
    )


def parse_header(line: bytes) -> Layout:
    """The header without its line feed.

    Raises:
        SourceError: ``source.y4m_malformed``, ``source.y4m_format`` or ``source.size``.
    """
    words = line.decode("ascii", "replace").split(" ")
    if words[0] != MAGIC.decode():
        raise malformed("it doesn't begin with YUV4MPEG2")
    tags = {word[0]: word[1:] for word in words[1:] if word and word[0] != "X"}
    extensions = [word for word in words[1:] if word.startswith("X")]
    width, height = _side(tags, "W"), _side(tags, "H")
    return Layout(
        width=width,
        height=height,
        size=i420.even_size(width, height),
        rate=_rate(tags.get("F", "0:0")),
        chroma=_chroma(tags.get("C", "420")),
        full_range="XCOLORRANGE=FULL" in extensions,
    )


def check_frame_header(line: bytes) -> None:
    """Raises SourceError ``source.y4m_malformed``."""
    if line != FRAME_MAGIC and not line.startswith(FRAME_MAGIC + b" "):
        raise malformed("a picture doesn't begin with FRAME")


def to_i420(layout: Layout, data: Bytes) -> I420:
    """``data`` holds ``picture_bytes``; it is reused where it is I420 already."""
    if layout.chroma == "mono":
        grey = data.reshape(layout.height, layout.width)
        return i420.from_grey(grey, limited=not layout.full_range)
    if layout.is_i420:
        planes = data.reshape(layout.height * 3 // 2, layout.width)
    else:
        planes = _crop(layout, data)
    return i420.to_limited(planes) if layout.full_range else planes


def _crop(layout: Layout, data: Bytes) -> I420:
    width, height = layout.size.width, layout.size.height
    planes = np.empty((height * 3 // 2, width), np.uint8)
    luma, *chromas = i420.split(planes)
    luma_end = layout.width * layout.height
    luma[:] = data[:luma_end].reshape(layout.height, layout.width)[:height, :width]
    halves = data[luma_end:].reshape(2, -1, (layout.width + 1) // 2)
    for half, chroma in zip(halves, chromas, strict=True):
        if layout.chroma == "422":
            i420.halve_rows(np.ascontiguousarray(half[:height, : width // 2]), into=chroma)
        else:
            chroma[:] = half[: height // 2, : width // 2]
    return planes


def _side(tags: dict[str, str], tag: str) -> int:
    value = tags.get(tag, "")
    if not _is_number(value):
        raise malformed(f"its header has no usable {tag}")
    return int(value)


def _rate(value: str) -> Fraction:
    """Pictures per second; ``0:0`` means unknown."""
    numerator, _, denominator = value.partition(":")
    if not (_is_number(numerator) and _is_number(denominator)):
        raise malformed("its header has no usable frame rate")
    if int(numerator) == 0 or int(denominator) == 0:
        return DEFAULT_RATE
    rate = Fraction(int(numerator), int(denominator))
    if not 1 <= rate <= 240:
        raise malformed("its frame rate isn't between 1 and 240")
    return rate


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9


def _chroma(value: str) -> str:
    for known, names in (("420", _COLOUR_420), ("422", _COLOUR_422), ("mono", _COLOUR_MONO)):
        if value in names:
            return known
    raise SourceError(
        "source.y4m_format", "the YUV4MPEG2 video has a pixel format that isn't supported", fix=_FIX
    )
