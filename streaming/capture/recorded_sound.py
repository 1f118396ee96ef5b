"""The sound of a video file, in step with its pictures as they are played."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

from streaming.capture.pacing import NS_PER_S, wait_until
from streaming.capture.sound_blocks import SoundConverter, duration_ns, sound_stream
from streaming.sound.source import SoundBlock, SoundError

LATE_NS = 250_000_000
"""Sound that should have been heard so long ago is left out."""


@dataclass(frozen=True, slots=True)
class Playing:
    """Loop ``loop`` is played such that its stamp 0 was due at ``zero_ns`` of the clock."""

    loop: int
    zero_ns: int


class RecordedSound:
    """Reads the file once more, sound only, and follows where ``playing`` says the pictures are:
    it starts over when they do, and until then is silent where it is shorter."""

    def __init__(self, path: str, *, playing: Callable[[], Playing | None]) -> None:
        self._path = path
        self._playing = playing
        self._container: InputContainer | None = None
        self._stream: AudioStream | None = None
        self._frames: Iterator[av.AudioFrame] = iter(())
        self._converter = SoundConverter()
        self._loop: int | None = None
        self._pending: tuple[int, av.AudioFrame] | None = None

    def open(self) -> None:
        self._loop, self._pending = None, None
        self._converter = SoundConverter()
        try:
            self._container = av.open(self._path, mode="r")
        except (av.FFmpegError, OSError) as error:
            raise _unreadable() from error
        if (stream := sound_stream(self._container)) is None:
            self.close()
            raise _unreadable()
        self._stream = stream

    def read(self, timeout_s: float) -> SoundBlock | None:
        give_up_ns = time.monotonic_ns() + int(timeout_s * NS_PER_S)
        while (left_ns := give_up_ns - time.monotonic_ns()) > 0:
            if (playing := self._playing()) is None or not self._find(playing):
                time.sleep(min(left_ns, 20_000_000) / NS_PER_S)
            elif (block := self._due(playing, left_ns / NS_PER_S)) is not None:
                return block
        return None

    def close(self) -> None:
        container, self._container = self._container, None
        if container is not None:
            container.close()

    def _find(self, playing: Playing) -> bool:
        """Whether there is a piece to be played next in this loop."""
        if playing.loop != self._loop:
            self._loop, self._pending = playing.loop, None
            self._frames = self._from(time.monotonic_ns() - playing.zero_ns)
        while self._pending is None:
            if (frame := _next(self._frames)) is None:
                return False
            if frame.pts is not None and frame.time_base is not None:
                self._pending = (int(frame.pts * frame.time_base * NS_PER_S), frame)
        return True

    def _from(self, stamp_ns: int) -> Iterator[av.AudioFrame]:
        """Where there is nothing to seek by, from wherever it is."""
        if self._container is None or self._stream is None:
            raise RuntimeError("read before open")
        with contextlib.suppress(av.FFmpegError):
            self._container.seek(max(0, stamp_ns) // 1000)
        return self._container.decode(self._stream)

    def _due(self, playing: Playing, timeout_s: float) -> SoundBlock | None:
        """What is pending, once its last sample is due; None while it isn't, or too late."""
        assert self._pending is not None
        stamp_ns, frame = self._pending
        starts_ns = playing.zero_ns + stamp_ns
        ends_ns = starts_ns + frame.samples * NS_PER_S // frame.sample_rate
        if not wait_until(ends_ns, timeout_s, clock=time.monotonic_ns, sleep=time.sleep):
            return None
        self._pending = None
        if time.monotonic_ns() - ends_ns > LATE_NS:
            return None
        samples = self._converter.convert(frame)
        return SoundBlock(ends_ns - duration_ns(samples), samples) if len(samples) else None


def _next(frames: Iterator[av.AudioFrame]) -> av.AudioFrame | None:
    try:
        return next(frames, None)
    except av.FFmpegError as error:
        if isinstance(error, av.EOFError):
            return None
        raise _unreadable() from error


def _unreadable() -> SoundError:
    return SoundError("sound.unreadable", "the recording's sound can't be decoded")
