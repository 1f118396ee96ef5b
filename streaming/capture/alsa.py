"""Sound of a capture card or of a scanner's line output, by ALSA (FFmpeg's ``alsa`` input).

Whatever is plugged in there is heard: with a microphone it would be the room. That is why a
room's ``audio`` is off until somebody sets it (docs/privacy.md).
"""

import time
from collections.abc import Callable, Iterator

import av
from av.container import InputContainer

from streaming.capture.sound_blocks import SoundConverter, duration_ns
from streaming.sound.source import SoundBlock, SoundError

Connect = Callable[[str], InputContainer]


def connect_alsa(device: str) -> InputContainer:
    """The card's own rate and channels."""
    return av.open(device, mode="r", format="alsa")


class AlsaSound:
    """A read takes as long as the card takes for a block: a few milliseconds."""

    def __init__(self, device: str, *, connect: Connect = connect_alsa) -> None:
        self._device = device
        self._connect = connect
        self._container: InputContainer | None = None
        self._frames: Iterator[av.AudioFrame] = iter(())
        self._converter = SoundConverter()

    def open(self) -> None:
        try:
            self._container = self._connect(self._device)
        except (av.FFmpegError, OSError) as error:
            raise SoundError("sound.device_missing", "the sound device can't be opened") from error
        self._frames = self._container.decode(audio=0)
        self._converter = SoundConverter()

    def read(self, timeout_s: float) -> SoundBlock | None:
        """``timeout_s`` is of no use: ALSA's reads block, and end when the card is unplugged."""
        try:
            frame = next(self._frames, None)
        except (av.FFmpegError, OSError) as error:
            raise _lost() from error
        if frame is None:
            raise _lost()
        samples = self._converter.convert(frame)
        return SoundBlock(time.monotonic_ns() - duration_ns(samples), samples)

    def close(self) -> None:
        container, self._container = self._container, None
        if container is not None:
            container.close()


def _lost() -> SoundError:
    return SoundError("sound.device_lost", "the sound device sends nothing any more")
