"""A video or picture without any DICOM around it: MP4, JPEG, PNG.

Nothing but pixels is read: no EXIF, no metadata atoms, no time, no sound.
"""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO

import av
import numpy as np
from av import CodecContext, FFmpegError, Packet, VideoFrame
from av.container import InputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from streaming.dicom.devices import Device
from streaming.dicom.identity_free import Laterality
from streaming.dicom.ultrasound import Region
from streaming.priors.prior import (
    MAX_SIDE,
    Picture,
    Prior,
    Source,
    damaged,
    require_frames,
    require_size,
)

_JPEG, _PNG, _MP4 = "mjpeg", "png", "mp4"
_STILLS = {b"\xff\xd8\xff": _JPEG, b"\x89PNG\r\n\x1a\n": _PNG}
_USUAL_FRAME_TIME_MS = 1_000 / 30


def format_of(data: bytes) -> str:
    """FFmpeg's name of it by the file's first bytes; empty when it is none of these."""
    for start, name in _STILLS.items():
        if data.startswith(start):
            return name
    return _MP4 if data[4:8] == b"ftyp" else ""


def media_prior(data: bytes, source: Source) -> Prior:
    """Raises: PriorError: ``import.damaged``, ``import.size``, ``import.too_long``."""
    form = format_of(data)
    if form in _STILLS.values():
        return _still(data, source, form)
    if form == _MP4:
        return video_prior(data, source)
    raise damaged()


def _still(data: bytes, source: Source, codec: str) -> Prior:
    picture = _decoded_still(data, codec)
    height, width = picture.shape[:2]
    require_size(width, height)
    return Prior(
        source=source,
        pictures=lambda: iter([picture]),
        count=1,
        width=width,
        height=height,
        lossy_bytes=len(data) if codec == _JPEG else 0,
    )


def _decoded_still(data: bytes, codec: str) -> Picture:
    decoder = CodecContext.create(codec, "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.thread_count = 1
    decoder.options = {"max_pixels": str(MAX_SIDE**2)}
    try:
        frames = [*decoder.decode(Packet(data)), *decoder.decode(None)]
    except FFmpegError:
        raise damaged() from None
    if not frames:
        raise damaged()
    return _array(frames[0])


def video_prior(
    data: bytes,
    source: Source,
    *,
    taken_at: datetime | None = None,
    device: Device | None = None,
    laterality: Laterality | None = None,
    regions: tuple[Region, ...] = (),
) -> Prior:
    """Of a video in a container, or of a bare H.264 or MPEG-2 stream as DICOM may hold it; raises
    as ``media_prior`` does."""
    form = _MP4 if format_of(data) == _MP4 else None
    width, height, frame_time_ms = _probed(data, form)
    count = 0
    for _ in _decoded(data, form):
        require_frames(count := count + 1)
    if not count:
        raise damaged()
    return Prior(
        source=source,
        pictures=lambda: _decoded(data, form),
        count=count,
        width=width,
        height=height,
        frame_time_ms=frame_time_ms,
        taken_at=taken_at,
        device=device,
        laterality=laterality,
        regions=regions,
        lossy_bytes=len(data),
    )


def _probed(data: bytes, form: str | None) -> tuple[int, int, float]:
    """Width, height and milliseconds a picture."""
    try:
        with _opened(data, form) as container:
            stream = _video(container)
            width, height = stream.codec_context.width, stream.codec_context.height
            rate = stream.average_rate
    except FFmpegError:
        raise damaged() from None
    require_size(width, height)
    return width, height, 1_000 / float(rate) if rate else _USUAL_FRAME_TIME_MS


def _decoded(data: bytes, form: str | None) -> Iterator[Picture]:
    size = None
    try:
        with _opened(data, form) as container:
            stream = _video(container)
            for frame in container.decode(stream):
                picture = _array(frame)
                size = size or picture.shape
                if picture.shape != size:
                    raise damaged()
                yield picture
    except FFmpegError:
        raise damaged() from None


def _array(frame: VideoFrame) -> Picture:
    grey = frame.format.name.startswith("gray")
    return np.ascontiguousarray(frame.to_ndarray(format="gray" if grey else "rgb24"), np.uint8)


def _opened(data: bytes, form: str | None) -> InputContainer:
    """From memory only: no reference in a file leads to another file or address."""
    return av.open(BytesIO(data), "r", format=form)


def _video(container: InputContainer) -> VideoStream:
    if not container.streams.video:
        raise damaged()
    stream = container.streams.video[0]
    stream.thread_count = 1
    return stream
