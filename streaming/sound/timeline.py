"""Sound in steps of 20 ms: when each was captured, and which one it is. Pure; stamps are input."""

import numpy as np

from streaming.domain.frame import AUDIO_FRAME_MS, AUDIO_RATE_HZ
from streaming.sound.source import Samples, SoundBlock

STEP = AUDIO_RATE_HZ * AUDIO_FRAME_MS // 1000
"""Samples."""

STEP_NS = AUDIO_FRAME_MS * 1_000_000
JUMP_NS = 200_000_000
"""A block this far from where the samples before it end doesn't follow them."""

SLEW = 64
"""A sound card's clock and the machine's differ by a few parts in 100,000: the stamps follow the
machine's by one part in this of the difference at each block, which also takes out the jitter."""


class Steps:
    """Cuts blocks into steps. ``number`` of a step counts the time since the first one, so a gap
    in the sound is a gap in the numbers; it never goes back."""

    def __init__(self, *, channels: int, number: int = 0) -> None:
        """``number`` is the first step's."""
        self.next_number = number
        self._rest: Samples = np.empty((0, channels), np.int16)
        self._next_ns: int | None = None
        """When the first sample of ``_rest`` was captured."""

    def cut(self, block: SoundBlock) -> list[tuple[int, int, Samples]]:
        """Number, ``captured_at_ns`` and ``STEP`` samples of each step that is now whole."""
        self._follow(block)
        assert self._next_ns is not None
        samples = np.concatenate([self._rest, block.samples])
        steps = []
        whole = len(samples) // STEP * STEP
        for at in range(0, whole, STEP):
            steps.append((self.next_number, self._next_ns, samples[at : at + STEP]))
            self.next_number += 1
            self._next_ns += STEP_NS
        self._rest = samples[whole:]
        return steps

    def _follow(self, block: SoundBlock) -> None:
        if self._next_ns is None:
            self._next_ns = block.captured_at_ns
            return
        expected_ns = self._next_ns + len(self._rest) * 1_000_000_000 // AUDIO_RATE_HZ
        off_ns = block.captured_at_ns - expected_ns
        if abs(off_ns) < JUMP_NS:
            self._next_ns += off_ns // SLEW
            return
        # The rest is less than a step: what follows begins with the block itself.
        self.next_number += max(0, round((block.captured_at_ns - self._next_ns) / STEP_NS))
        self._rest = self._rest[:0]
        self._next_ns = block.captured_at_ns
