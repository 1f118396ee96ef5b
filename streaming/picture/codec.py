"""An open FFmpeg encoder that answers every picture with exactly one packet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol

import av
import av.error
import av.logging
from av.codec.context import CodecContext
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType, VideoFrame

from streaming.domain.errors import SonopairError
from streaming.domain.frame import EncodedFrame, Size
from streaming.picture.frame import MaskedFrame

av.logging.set_level(None)


class EncoderError(SonopairError):
    """The encoder can't be opened or gave up."""


class Encoder(Protocol):
    """One rung's encoder for pictures of one size. Not thread-safe."""

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> Size: ...

    def encode(self, frame: MaskedFrame, *, keyframe: bool = False) -> EncodedFrame:
        """Raises EncoderError."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class CodecSettings:
    """``name`` is FFmpeg's; ``nominal_fps`` is the constant rate that rate control assumes."""

    name: str
    size: Size
    nominal_fps: int
    bitrate_bps: int = 0
    pix_fmt: str = "yuv420p"
    threads: int = 1
    options: Mapping[str, str] = field(default_factory=dict)


class OpenCodec:
    """Takes only masked pictures, and planes as they are: no copy, no conversion through RGB."""

    def __init__(self, settings: CodecSettings) -> None:
        self.settings = settings
        self._pictures = 0
        try:
            self.context = _open(settings)
        except (av.error.FFmpegError, ValueError, OSError) as error:
            raise _failed(settings.name, "can't be opened") from error

    def encode(self, frame: MaskedFrame, *, keyframe: bool) -> tuple[bytes, bool]:
        """The packet, and whether it is a key frame.

        Raises:
            EncoderError: ``encoder.failed``, also when the encoder holds pictures back.
        """
        if frame.size != self.settings.size:
            raise ValueError(f"an encoder for {self.settings.size} got a picture of {frame.size}")
        picture = VideoFrame.from_numpy_buffer(frame.planes, format="yuv420p")
        if self.settings.pix_fmt != "yuv420p":
            picture = picture.reformat(format=self.settings.pix_fmt)
        picture.pts = self._pictures
        picture.time_base = self.context.time_base
        if keyframe:
            picture.pict_type = PictureType.I
        self._pictures += 1
        try:
            packets = self.context.encode(picture)
        except (av.error.FFmpegError, OSError) as error:
            raise _failed(self.settings.name, "stopped working") from error
        if len(packets) != 1:
            raise _failed(self.settings.name, "holds pictures back")
        return bytes(packets[0]), packets[0].is_keyframe

    def close(self) -> None:
        """Frees what FFmpeg holds; the context is of no use afterwards."""
        del self.context


def _open(settings: CodecSettings) -> VideoCodecContext:
    context = CodecContext.create(settings.name, "w")
    assert isinstance(context, VideoCodecContext)
    context.width, context.height = settings.size.width, settings.size.height
    context.pix_fmt = settings.pix_fmt
    context.time_base = Fraction(1, settings.nominal_fps)
    context.framerate = Fraction(settings.nominal_fps)
    context.thread_count = settings.threads
    context.max_b_frames = 0
    if settings.bitrate_bps:
        context.bit_rate = settings.bitrate_bps
    context.options = dict(settings.options)
    context.open()
    return context


def _failed(name: str, what: str) -> EncoderError:
    return EncoderError(
        "encoder.failed",
        f"the encoder {name} {what}",
        fix="set the room's encoder to x264, which needs no hardware",
    )
