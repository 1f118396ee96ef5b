"""A finished clip written anew with boxes blacked out: decoded, redacted, encoded, never patched.

Nothing of the old file passes but its pictures and their times: no metadata, no other stream.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
from av.container import OutputContainer
from av.video.stream import VideoStream

from streaming.domain.errors import BadInput
from streaming.domain.frame import EncodedFrame, Size
from streaming.domain.mask import Rectangle
from streaming.domain.profile import ScannerProfile
from streaming.picture.encode import ArchiveEncoder
from streaming.picture.frame import RawFrame
from streaming.picture.masking import Masker
from streaming.picture.redaction import redacted
from streaming.text.clip_file import NS_PER_S, ClipFile, ClipPicture

_CLOCK_HZ = 90_000
_DEFAULT_RATE = 30


def redraw(
    source: Path,
    target: Path,
    boxes: Sequence[Rectangle],
    *,
    progress: Callable[[float], None] = lambda share: None,
) -> None:
    """``target`` appears when it is whole; it is MP4, whatever ``source`` was.

    Raises:
        BadInput: ``gate.target_exists``, ``gate.target_unwritable``.
        ClipError: ``gate.unreadable``.
    """
    if target.exists():
        raise BadInput(
            "gate.target_exists",
            f"{target} is there already",
            fix="name a file that isn't: no clip is ever written over",
        )
    part = target.with_name(f".{target.name}.part")
    try:
        with ClipFile(source) as clip:
            write_mp4(part, _encoded(clip, boxes, progress))
        os.replace(part, target)
    except OSError as error:
        raise BadInput(
            "gate.target_unwritable",
            f"{target} can't be written: {error.strerror}",
            fix="name a file in a folder this user may write to, with room for it",
        ) from None
    finally:
        part.unlink(missing_ok=True)


def write_mp4(path: Path, pictures: Iterable[EncodedFrame]) -> None:
    """H.264, the first picture a key frame; shown at the times at which they were captured.

    Raises:
        OSError: ``path`` can't be written.
    """
    with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as container:
        stream: VideoStream | None = None
        for encoded in pictures:
            if stream is None:
                stream = _add_stream(container, encoded)
            packet = av.Packet(encoded.data)
            packet.stream = stream
            packet.time_base = Fraction(1, _CLOCK_HZ)
            packet.pts = packet.dts = encoded.captured_at_ns * _CLOCK_HZ // NS_PER_S
            packet.is_keyframe = encoded.keyframe
            container.mux(packet)


def _add_stream(container: OutputContainer, first: EncodedFrame) -> VideoStream:
    """Its parameter sets are in the first key frame, where FFmpeg's own reader finds them."""
    with av.open(BytesIO(first.data), format="h264") as parameters:
        stream = container.add_stream_from_template(parameters.streams.video[0])
    stream.time_base = Fraction(1, _CLOCK_HZ)
    return stream


def _encoded(
    clip: ClipFile, boxes: Sequence[Rectangle], progress: Callable[[float], None]
) -> Iterator[EncodedFrame]:
    """A clip changes its size nowhere; one that does ends there, and its scan says so."""
    fps = round(clip.rate) if clip.rate else _DEFAULT_RATE
    encoder: ArchiveEncoder | None = None
    for number, picture in enumerate(clip.pictures()):
        size = _size(picture)
        if encoder is None:
            encoder = ArchiveEncoder(size, nominal_fps=max(1, fps))
            masker = Masker(_everything(size))
        if size != encoder.size:
            break
        raw = RawFrame("", number, picture.at_ns, size, picture.planes)
        yield encoder.encode(redacted(masker.mask(raw), boxes))
        progress(min(1.0, picture.at_ns / max(1, clip.duration_ns)))
    if encoder is not None:
        encoder.close()


def _size(picture: ClipPicture) -> Size:
    height, width = picture.luma.shape
    return Size(width, height)


def _everything(size: Size) -> ScannerProfile:
    """A finished clip was masked as it was made."""
    return ScannerProfile(
        name="a finished clip", size=size, regions=(Rectangle(0, 0, size.width, size.height),)
    )
