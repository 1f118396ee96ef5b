"""Which of a capture device's modes to use, and its bytes turned into I420."""

from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np

from streaming.capture import i420
from streaming.capture.v4l2_device import Mode, Streaming
from streaming.domain.frame import Size
from streaming.picture.frame import I420
from streaming.picture.source import SourceError

FORMATS = ("NV12", "YU12", "YUYV", "GREY", "MJPG")
"""Best first. MJPG is compressed by the device: it costs quality, latency and CPU."""

PAGE_BYTES = 4_096
COMFORTABLE_RATE = 25
DEFAULT_MAX_SIZE = Size(1920, 1080)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a SPEC asks for; None or "" leaves the choice to ``choose_mode``."""

    size: Size | None = None
    rate: Fraction | None = None
    format: str = ""


def choose_mode(modes: list[Mode], wanted: Wanted) -> Mode:
    """The largest picture up to 1920x1080 at 25 a second or more, in the best format that has it.

    Raises:
        SourceError: ``source.device_mode``.
    """
    rate = wanted.rate or Fraction(COMFORTABLE_RATE)
    usable = [
        mode
        for mode in modes
        if mode.fourcc in FORMATS
        and wanted.format in ("", mode.fourcc)
        and (mode.size == wanted.size if wanted.size else _fits(mode.size, DEFAULT_MAX_SIZE))
        and (not wanted.rate or not mode.rate or mode.rate >= wanted.rate)
    ]
    if not usable:
        offered = ", ".join(sorted({f"{mode.fourcc} {mode.size}" for mode in modes})) or "nothing"
        raise SourceError(
            "source.device_mode",
            "the device doesn't offer what the source asks for",
            fix=f"choose from what it offers: {offered}",
        )

    def preference(mode: Mode) -> tuple[bool, int, int, Fraction]:
        fast_enough = not mode.rate or mode.rate >= rate
        area = mode.size.width * mode.size.height
        return (fast_enough, area, -FORMATS.index(mode.fourcc), mode.rate)

    best = max(usable, key=preference)
    return Mode(best.fourcc, best.size, wanted.rate or best.rate)


class Unpacker:
    """A driver's bytes to I420."""

    def __init__(self) -> None:
        self._converter = i420.Converter()
        self._jpeg = _jpeg_decoder()

    def unpack(self, data: i420.Plane, streaming: Streaming) -> I420 | None:
        """None for a buffer that can't hold a picture of the size that was agreed.

        Longer than by a page's padding, it is of a size the driver hasn't told of: its rows would
        be sheared, and what the mask should hide would lie elsewhere.
        """
        if streaming.fourcc == "MJPG":
            return self._decode_jpeg(data)
        width, height = streaming.size.width, streaming.size.height
        row_bytes = streaming.row_bytes or width * (2 if streaming.fourcc == "YUYV" else 1)
        rows = height * 3 // 2 if streaming.fourcc in ("NV12", "YU12") else height
        if not 0 <= data.size - row_bytes * rows < PAGE_BYTES:
            return None
        table = data[: row_bytes * rows].reshape(rows, row_bytes)
        match streaming.fourcc:
            case "NV12":
                return i420.from_nv12(table[:height, :width], table[height:, :width])
            case "YUYV":
                packed = np.ascontiguousarray(table[:, : width * 2])
                return i420.from_yuyv(packed.reshape(height, width, 2))
            case "GREY":
                return i420.from_grey(np.ascontiguousarray(table[:, :width]), limited=False)
            case _:
                return i420.from_yu12(
                    table[:height, :width], table[height:].reshape(2, -1, row_bytes // 2)
                )

    def _decode_jpeg(self, data: i420.Plane) -> I420 | None:
        try:
            frames = self._jpeg.decode(av.Packet(data.tobytes()))
        except av.FFmpegError:
            self._jpeg = _jpeg_decoder()
            return None
        return self._converter.convert(frames[0]) if frames else None


def _jpeg_decoder() -> av.VideoCodecContext:
    decoder = av.CodecContext.create("mjpeg", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.thread_count = 1
    return decoder


def _fits(size: Size, limit: Size) -> bool:
    return size.width <= limit.width and size.height <= limit.height
