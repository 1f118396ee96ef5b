"""Pictures of a prior, encoded anew: what stood in the old bytes beside them isn't there any more.

A still is JPEG-LS, lossless. A cine is H.264 High Profile, level 4.1, with a key frame a second and
no B-frames, in an MP4 whose header holds the shifted time and nothing else.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from os import close, memfd_create

import av
import numpy as np
from av import CodecContext, VideoFrame
from av.video.codeccontext import VideoCodecContext

from streaming.priors.prior import Picture

CRF = 18
GOP_FRAMES = 30
_TIME_BASE = Fraction(1, 90_000)


def encode_still(picture: Picture) -> bytes:
    form = "gray" if picture.ndim == 2 else "rgb24"
    encoder = CodecContext.create("jpegls", "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.height, encoder.width = picture.shape[:2]
    encoder.pix_fmt = form
    encoder.time_base = Fraction(1, 25)
    frame = VideoFrame.from_ndarray(picture, form)
    packets = [*encoder.encode(frame), *encoder.encode(None)]
    return b"".join(bytes(packet) for packet in packets)


def encode_cine(
    pictures: Iterator[Picture], *, frame_time_ms: float, tags: Mapping[str, str]
) -> tuple[bytes, int, int, int]:
    """The MP4, and its pictures' width, height and number. An odd side gets one more row or
    column, a copy of the last: 4:2:0 needs even ones."""
    descriptor = memfd_create("cine")  # the index is moved to the front, which needs a path
    try:
        path = f"/proc/self/fd/{descriptor}"
        size = _write_mp4(path, pictures, frame_time_ms=frame_time_ms, tags=tags)
        with open(path, "rb") as file:
            return file.read(), *size
    finally:
        close(descriptor)


def _write_mp4(
    path: str, pictures: Iterator[Picture], *, frame_time_ms: float, tags: Mapping[str, str]
) -> tuple[int, int, int]:
    step = max(1, round(frame_time_ms * 90))
    width = height = count = 0
    with av.open(path, "w", format="mp4", options=_FORMAT_OPTIONS) as container:
        container.metadata.update(tags)
        stream = None
        for count, picture in enumerate(pictures, start=1):
            even = _even(picture)
            if stream is None:
                height, width = even.shape[:2]
                stream = container.add_stream(
                    "libx264", rate=Fraction(1_000 / frame_time_ms).limit_denominator(1_001)
                )
                stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
                stream.options = dict(_ENCODER_OPTIONS)
                stream.codec_context.time_base = _TIME_BASE
            frame = VideoFrame.from_ndarray(even, "gray" if even.ndim == 2 else "rgb24")
            frame.pts, frame.time_base = (count - 1) * step, _TIME_BASE
            container.mux(stream.encode(frame))
        if stream is not None:
            container.mux(stream.encode(None))
    return width, height, count


_FORMAT_OPTIONS = {"movflags": "+faststart", "fflags": "+bitexact"}
_ENCODER_OPTIONS = {
    "preset": "medium",
    "profile": "high",
    "level": "4.1",
    "crf": str(CRF),
    "g": str(GOP_FRAMES),
    "bf": "0",
    "threads": "1",
}


def _even(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    if height % 2 == 0 and width % 2 == 0:
        return picture
    more = ((0, height % 2), (0, width % 2), (0, 0))[: picture.ndim]
    return np.pad(picture, more, mode="edge")
