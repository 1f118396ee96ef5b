"""The sound of an imaginary pulsed Doppler: blood in an artery, the same at every run.

Blood flows at many speeds at once: tones from almost none up to the fastest, whose pitch follows
the flow through the heart's cycle. Three beats are computed when it is opened; every tone ends
them at the phase it began with, so that they repeat without a click.
"""

import time
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from streaming.capture.pacing import Metronome
from streaming.domain.frame import AUDIO_FRAME_MS, AUDIO_RATE_HZ
from streaming.sound.source import Samples, SoundBlock

BEATS_PER_S = Fraction(6, 5)
"""The phantom's heart: 72 a minute."""

BEATS = 3
"""A whole number of 20 ms steps: 125 of them."""
TONES = 64
FASTEST_HZ = 3_600
DIASTOLE_HZ = 700
LEVEL = 0.35
"""Of full scale, at the loudest moment."""

_STEP = AUDIO_RATE_HZ * AUDIO_FRAME_MS // 1000


class DopplerSound:
    """Blocks of 20 ms, each when its last sample is due."""

    def __init__(self, *, seed: int = 1) -> None:
        self._seed = seed
        self._loop: Samples = np.zeros((_STEP, 1), np.int16)
        self._metronome = Metronome(Fraction(1000, AUDIO_FRAME_MS))
        self._start_ns = 0

    def open(self) -> None:
        self._loop = three_beats(self._seed)
        self._metronome = Metronome(Fraction(1000, AUDIO_FRAME_MS))
        self._start_ns = 0

    def read(self, timeout_s: float) -> SoundBlock | None:
        index = self._metronome.tick(timeout_s)
        if index is None:
            return None
        if not self._start_ns:
            self._start_ns = time.monotonic_ns() - AUDIO_FRAME_MS * 1_000_000
        at = index * _STEP % len(self._loop)
        captured_at_ns = self._start_ns + index * AUDIO_FRAME_MS * 1_000_000
        return SoundBlock(captured_at_ns, self._loop[at : at + _STEP])

    def close(self) -> None:
        pass


def three_beats(seed: int) -> Samples:
    """Shape ``(120000, 1)``."""
    random = np.random.default_rng(seed)
    count = int(BEATS * AUDIO_RATE_HZ / BEATS_PER_S)
    fastest_hz = np.tile(_flow(count // BEATS), BEATS)
    turns = np.cumsum(fastest_hz, dtype=np.float64) / AUDIO_RATE_HZ
    loudness = np.sqrt(fastest_hz / FASTEST_HZ)
    sound = np.zeros(count, np.float32)
    for wanted in random.uniform(0.08, 1.0, TONES):
        share = round(wanted * turns[-1]) / turns[-1]
        phase = random.uniform(0, 1)
        sound += np.sin(2 * np.pi * (share * turns + phase)).astype(np.float32)
    sound *= loudness
    peak = np.abs(sound).max()
    return np.asarray(np.round(sound / peak * LEVEL * 32767), np.int16).reshape(-1, 1)


def _flow(count: int) -> npt.NDArray[np.float64]:
    """The fastest blood of one beat as Doppler shift, Hz: a steep systole with a notch, and a
    diastole that fades."""
    phase = np.arange(count) / count
    systole = np.exp(-(((phase - 0.12) / 0.055) ** 2)) + 0.45 * np.exp(
        -(((phase - 0.26) / 0.10) ** 2)
    )
    diastole = np.exp(-phase / 0.5)
    hz: npt.NDArray[np.float64] = DIASTOLE_HZ * diastole
    hz += (FASTEST_HZ - DIASTOLE_HZ) * systole / systole.max()
    return hz
