"""Opus of a scanner's sound: full band, no DTX (Doppler is noise: it would be taken for silence).

Source: RFC 6716; RFC 7587 section 4.
"""

from fractions import Fraction

import av
import av.error
from av.audio.codeccontext import AudioCodecContext
from av.codec.context import CodecContext

from streaming.domain.frame import AUDIO_FRAME_MS, AUDIO_RATE_HZ, AudioFrame
from streaming.sound.source import Samples, SoundBlock, SoundError
from streaming.sound.timeline import STEP, Steps

BITRATE_BPS = {1: 64_000, 2: 96_000}
"""By channels; speech would be content with a third, noise isn't."""

_LAYOUTS = {1: "mono", 2: "stereo"}


class OpusEncoder:
    """For blocks of this many channels: ``fits`` says whether one is."""

    def __init__(self, channels: int, *, number: int = 0) -> None:
        """``number`` is the first frame's. Raises SoundError."""
        self._channels = channels
        self._steps = Steps(channels=channels, number=number)
        try:
            self._codec = _open(channels)
        except (av.error.FFmpegError, ValueError) as error:
            raise _failed() from error

    @property
    def next_number(self) -> int:
        return self._steps.next_number

    def fits(self, block: SoundBlock) -> bool:
        return bool(block.samples.shape[1] == self._channels)

    def encode(self, block: SoundBlock) -> list[AudioFrame]:
        """Raises SoundError."""
        return [
            self._encode(number, captured_at_ns, samples)
            for number, captured_at_ns, samples in self._steps.cut(block)
        ]

    def _encode(self, number: int, captured_at_ns: int, samples: Samples) -> AudioFrame:
        frame = av.AudioFrame.from_ndarray(
            samples.reshape(1, -1), format="s16", layout=_LAYOUTS[self._channels]
        )
        frame.sample_rate = AUDIO_RATE_HZ
        frame.pts = number * STEP
        frame.time_base = Fraction(1, AUDIO_RATE_HZ)
        try:
            packets = self._codec.encode(frame)
        except (av.error.FFmpegError, ValueError) as error:
            raise _failed() from error
        if len(packets) != 1 or packets[0].pts is None:
            raise _failed()
        # The encoder looks ahead: its packet begins 6.5 ms before the samples it was given.
        ahead_ns = (number * STEP - packets[0].pts) * 1_000_000_000 // AUDIO_RATE_HZ
        return AudioFrame(
            number=number,
            captured_at_ns=captured_at_ns - ahead_ns,
            channels=self._channels,
            opus=bytes(packets[0]),
        )


def _open(channels: int) -> AudioCodecContext:
    context = CodecContext.create("libopus", "w")
    assert isinstance(context, AudioCodecContext)
    context.layout = _LAYOUTS[channels]
    context.sample_rate = AUDIO_RATE_HZ
    context.format = "s16"
    context.bit_rate = BITRATE_BPS[channels]
    context.time_base = Fraction(1, AUDIO_RATE_HZ)
    context.options = {
        "application": "audio",
        "frame_duration": f"{AUDIO_FRAME_MS}",
        "vbr": "constrained",
    }
    context.open()
    return context


def _failed() -> SoundError:
    return SoundError("sound.encoder", "the sound can't be encoded")
