"""Real time without drift and without bursts: deadlines are counted from a start, never added up.

After a delay the deadlines that were missed are skipped, so a reader that was held up for a second
gets one picture, not thirty.
"""

import time
from collections.abc import Callable
from fractions import Fraction

NS_PER_S = 1_000_000_000

DEFAULT_RATE = Fraction(30)
"""Pictures per second where a recording doesn't say."""

STILL_RATE = Fraction(15)
"""Pictures per second of a source that has only one picture."""

Clock = Callable[[], int]
Sleep = Callable[[float], None]


class Metronome:
    """Beats at ``rate`` per second, the first one at once."""

    def __init__(
        self, rate: Fraction, *, clock: Clock = time.monotonic_ns, sleep: Sleep = time.sleep
    ) -> None:
        self._rate = rate
        self._clock = clock
        self._sleep = sleep
        self._start_ns = 0
        self._last = -1

    def tick(self, timeout_s: float) -> int | None:
        """Wait for the next beat: its index from 0, the newest if several are due, or None."""
        if self._last < 0:
            self._start_ns = self._clock()
            self._last = 0
            return 0
        due_ns = self._start_ns + self._position_ns(self._last + 1)
        if not wait_until(due_ns, timeout_s, clock=self._clock, sleep=self._sleep):
            return None
        elapsed_ns = max(self._clock(), due_ns) - self._start_ns
        self._last = max(self._last + 1, int(elapsed_ns * self._rate / NS_PER_S))
        return self._last

    def _position_ns(self, index: int) -> int:
        """Rounded up, so that the beat's index can be had back from its position."""
        return -int(-index * NS_PER_S / self._rate // 1)


class Playhead:
    """Keeps a recording, whose pictures have positions, at the pace of the clock.

    A picture that is up to a second late is still in step and may be shown or skipped; later than
    that (the machine slept, the disk hung), play goes on from here.
    """

    MAX_LATE_NS = NS_PER_S

    def __init__(self, *, clock: Clock = time.monotonic_ns, sleep: Sleep = time.sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._start_ns: int | None = None

    @property
    def start_ns(self) -> int | None:
        """When position 0 was due, as it is played now; None before the first picture."""
        return self._start_ns

    def wait(self, position_ns: int, timeout_s: float) -> bool:
        """Wait until the picture at ``position_ns`` is due; False when that takes longer."""
        now_ns = self._clock()
        if self._start_ns is None or now_ns - self._start_ns - position_ns > self.MAX_LATE_NS:
            self._start_ns = now_ns - position_ns
        due_ns = self._start_ns + position_ns
        return wait_until(due_ns, timeout_s, clock=self._clock, sleep=self._sleep)

    def is_past(self, position_ns: int) -> bool:
        """Whether a picture that ended at ``position_ns`` is over, and so needn't be shown."""
        if self._start_ns is None:
            return False
        late_ns = self._clock() - self._start_ns - position_ns
        return 0 <= late_ns <= self.MAX_LATE_NS


def wait_until(due_ns: int, timeout_s: float, *, clock: Clock, sleep: Sleep) -> bool:
    """Sleep until ``due_ns`` or for ``timeout_s``, whichever ends first: whether it is due."""
    give_up_ns = clock() + int(timeout_s * NS_PER_S)
    while (now_ns := clock()) < due_ns:
        if now_ns >= give_up_ns:
            return False
        sleep((min(due_ns, give_up_ns) - now_ns) / NS_PER_S)
    return True
