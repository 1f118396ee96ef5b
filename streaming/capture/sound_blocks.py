"""Every sound's last step: 48 kHz, 16 bits, one channel or two."""

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer

from streaming.domain.frame import AUDIO_RATE_HZ
from streaming.sound.source import Samples

NS_PER_SAMPLE = 1_000_000_000 / AUDIO_RATE_HZ


def sound_stream(container: InputContainer) -> AudioStream | None:
    """The first one that can be decoded."""
    streams = container.streams.audio
    return next((stream for stream in streams if stream.codec_context is not None), None)


class SoundConverter:
    """Decoded sound of any format. Two channels where there are two or more (spectral Doppler has
    flow towards the probe on one, away from it on the other)."""

    def __init__(self) -> None:
        self._resamplers: dict[int, AudioResampler] = {}

    def convert(self, frame: av.AudioFrame) -> Samples:
        """Shape ``(n, channels)``; ``n`` may be 0."""
        channels = 2 if frame.layout.nb_channels > 1 else 1
        resampler = self._resamplers.get(channels)
        if resampler is None:
            layout = "stereo" if channels == 2 else "mono"
            resampler = AudioResampler(format="s16", layout=layout, rate=AUDIO_RATE_HZ)
            self._resamplers = {channels: resampler}
        frame.pts = None  # a jump in the stamps isn't the resampler's to fill
        parts = [part.to_ndarray().reshape(-1, channels) for part in resampler.resample(frame)]
        return np.concatenate([np.empty((0, channels), np.int16), *parts])


def duration_ns(samples: Samples) -> int:
    return int(len(samples) * NS_PER_SAMPLE)
