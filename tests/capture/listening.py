"""Hearing a source of sound in tests."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from streaming.sound.source import SoundBlock, SoundSource
from tests.capture.reading import PATIENCE_S

RATE_HZ = 48_000


@contextmanager
def listening(sound: SoundSource | None) -> Iterator[SoundSource]:
    assert sound is not None
    sound.open()
    try:
        yield sound
    finally:
        sound.close()


def next_block(sound: SoundSource) -> SoundBlock:
    give_up_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up_s:
        if (block := sound.read(0.5)) is not None:
            assert block.samples.dtype == np.int16 and block.samples.shape[1] in (1, 2)
            assert block.captured_at_ns <= time.monotonic_ns()
            return block
    raise AssertionError("no sound came")


def heard(sound: SoundSource, seconds: float) -> np.ndarray:
    """At least so much of it: shape ``(n, channels)``."""
    parts: list[np.ndarray] = []
    while sum(map(len, parts)) < seconds * RATE_HZ:
        parts.append(next_block(sound).samples)
    return np.concatenate(parts)


def pitch_hz(samples: np.ndarray) -> float:
    """The strongest frequency of one channel."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * RATE_HZ / len(samples))
