"""Any video FFmpeg can read, played in real time by its own time stamps and looped."""

import time
from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from typing import Protocol

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from streaming.capture.i420 import Converter, even_size
from streaming.capture.pacing import DEFAULT_RATE, NS_PER_S, STILL_RATE, Metronome, Playhead
from streaming.capture.recorded_sound import Playing, RecordedSound
from streaming.capture.sound_blocks import sound_stream
from streaming.domain.frame import Size
from streaming.picture.frame import I420, RawFrame
from streaming.picture.source import SourceError
from streaming.sound.source import SoundSource


class Player(Protocol):
    """Plays one file; ``read`` and ``close`` as in ``picture.source.Source``."""

    def read(self, timeout_s: float) -> RawFrame | None: ...

    def close(self) -> None: ...


def open_video(media: str | BytesIO, *, source_id: str) -> Player:
    """Raises SourceError ``source.video_unreadable``, ``source.no_video`` or ``source.size``."""
    container, stream = _open(media)
    try:
        even_size(stream.codec_context.width, stream.codec_context.height)
        frames = container.decode(stream)
        first, second = _next(frames), _next(frames)
    except SourceError:
        container.close()
        raise
    if first is None:
        container.close()
        raise unreadable()
    if second is None:
        container.close()
        return StillPlayer(Converter().convert(first), source_id=source_id)
    return VideoPlayer(media, container, stream, source_id=source_id)


class StillPlayer:
    """One picture, again and again."""

    def __init__(self, planes: I420, *, source_id: str) -> None:
        self._planes = planes
        self._size = Size(planes.shape[1], planes.shape[0] * 2 // 3)
        self._source_id = source_id
        self._metronome = Metronome(STILL_RATE)

    def read(self, timeout_s: float) -> RawFrame | None:
        number = self._metronome.tick(timeout_s)
        if number is None:
            return None
        planes = self._planes.copy()
        return RawFrame(self._source_id, number, time.monotonic_ns(), self._size, planes)

    def close(self) -> None:
        pass


class Timeline:
    """Where pictures lie from the start of play, loop after loop.

    Their stamps start over with each loop and may be missing or jump; positions never go back and
    never leave a gap of more than a second.
    """

    def __init__(self, step_ns: int) -> None:
        self._step_ns = step_ns
        self._end_ns = 0
        self._offset_ns: int | None = None

    @property
    def offset_ns(self) -> int | None:
        """Position less stamp of this loop's pictures; None before the first, or without stamps."""
        return self._offset_ns

    def start_over(self) -> None:
        """The next stamp is that of the first picture again."""
        self._offset_ns = None

    def place(self, stamp_ns: int | None) -> int:
        position_ns = self._end_ns
        if stamp_ns is not None:
            if self._offset_ns is not None:
                position_ns = stamp_ns + self._offset_ns
            if not self._end_ns - self._step_ns < position_ns <= self._end_ns + NS_PER_S:
                position_ns = self._end_ns
            self._offset_ns = position_ns - stamp_ns
        self._end_ns = position_ns + self._step_ns
        return position_ns


class VideoPlayer:
    """Pictures that are over before they could be shown are decoded but not delivered."""

    def __init__(
        self,
        media: str | BytesIO,
        container: InputContainer,
        stream: VideoStream,
        *,
        source_id: str,
    ) -> None:
        """``container`` is ``media`` opened, and this player's to close."""
        self._media = media
        self._container = container
        self._stream = stream
        self._source_id = source_id
        self._converter = Converter()
        self._playhead = Playhead()
        self._step_ns = int(NS_PER_S / _rate(stream))
        self._timeline = Timeline(self._step_ns)
        self._frames = self._rewind()
        self._number = -1
        self._position_ns = 0
        self._pending: av.VideoFrame | None = None
        self._loop = 0
        self._playing: Playing | None = None
        self._sound = (
            RecordedSound(media, playing=lambda: self._playing)
            if isinstance(media, str) and sound_stream(container) is not None
            else None
        )

    @property
    def sound(self) -> SoundSource | None:
        return self._sound

    def read(self, timeout_s: float) -> RawFrame | None:
        give_up_ns = time.monotonic_ns() + int(timeout_s * NS_PER_S)
        while True:
            if self._pending is None:
                self._pending = self._advance()
            left_s = max(0.0, (give_up_ns - time.monotonic_ns()) / NS_PER_S)
            if not self._playhead.wait(self._position_ns, left_s):
                return None
            frame, self._pending = self._pending, None
            self._tell_where()
            if not self._playhead.is_past(self._position_ns + self._step_ns):
                return self._deliver(frame)

    def close(self) -> None:
        self._container.close()

    def _tell_where(self) -> None:
        start_ns, offset_ns = self._playhead.start_ns, self._timeline.offset_ns
        if start_ns is not None and offset_ns is not None:
            self._playing = Playing(self._loop, start_ns + offset_ns)

    def _deliver(self, frame: av.VideoFrame) -> RawFrame:
        size = even_size(frame.width, frame.height)
        planes = self._converter.convert(frame)
        return RawFrame(self._source_id, self._number, time.monotonic_ns(), size, planes)

    def _advance(self) -> av.VideoFrame:
        """The next picture, after the last one the first again; sets number and position."""
        frame = _next(self._frames)
        if frame is None:
            self._timeline.start_over()
            self._loop += 1
            self._frames = self._rewind()
            frame = _next(self._frames)
            if frame is None:
                raise unreadable()
        self._number += 1
        self._position_ns = self._timeline.place(_stamp_ns(frame))
        return frame

    def _rewind(self) -> Iterator[av.VideoFrame]:
        """Where there is nothing to seek by (a bare H.264 stream) the file is opened again."""
        try:
            self._container.seek(0)
        except av.FFmpegError:
            self._container.close()
            self._container, self._stream = _open(self._media)
        return self._container.decode(self._stream)


def unreadable() -> SourceError:
    return SourceError(
        "source.video_unreadable",
        "the video can't be decoded",
        fix="check that the file plays elsewhere, or convert it to MP4 with H.264",
    )


def _open(media: str | BytesIO) -> tuple[InputContainer, VideoStream]:
    if isinstance(media, BytesIO):
        media.seek(0)
    try:
        container = av.open(media, mode="r")
    except av.FFmpegError as error:
        raise unreadable() from error
    if not container.streams.video:
        container.close()
        raise SourceError(
            "source.no_video",
            "there is no video in it",
            fix="choose a file or stream with a video track",
        )
    stream = container.streams.video[0]
    stream.thread_type = "AUTO"
    return container, stream


def _rate(stream: VideoStream) -> Fraction:
    rate = stream.average_rate or stream.guessed_rate or DEFAULT_RATE
    return rate if 1 <= rate <= 240 else DEFAULT_RATE


def _stamp_ns(frame: av.VideoFrame) -> int | None:
    if frame.pts is None or frame.time_base is None:
        return None
    return int(frame.pts * frame.time_base * NS_PER_S)


def _next(frames: Iterator[av.VideoFrame]) -> av.VideoFrame | None:
    try:
        return next(frames, None)
    except av.FFmpegError as error:
        if isinstance(error, av.EOFError):
            return None
        raise unreadable() from error
