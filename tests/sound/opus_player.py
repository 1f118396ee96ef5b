"""Opus packets back to sound, in tests."""

from collections.abc import Sequence

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.codec.context import CodecContext

from streaming.domain.frame import AudioFrame


def played(frames: Sequence[AudioFrame]) -> np.ndarray:
    """Shape ``(n, channels)``, floats between -1 and 1."""
    context = CodecContext.create("libopus", "r")
    assert isinstance(context, AudioCodecContext)
    context.sample_rate = 48_000
    context.layout = "stereo" if frames[0].channels == 2 else "mono"
    parts = []
    for frame in frames:
        for decoded in context.decode(av.Packet(frame.opus)):
            parts.append(decoded.to_ndarray().reshape(-1, frames[0].channels))
    sound = np.concatenate(parts)
    full_scale = 32_768 if sound.dtype == np.int16 else 1
    return sound.astype(float) / full_scale
