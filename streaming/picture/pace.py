"""How many pictures a second a source really delivers, from their capture times alone."""

from collections import deque

WINDOW_NS = 1_000_000_000
SETTLED_NS = 300_000_000
"""Below this span the figure would jump about."""

NOMINAL_RATES = (30, 60, 120, 240)
OVERSHOOT = 1.1


class Pace:
    """The window holds the last second, at most 256 pictures (older ones fall out). One thread
    tells, any may ask."""

    def __init__(self) -> None:
        self._times: deque[int] = deque(maxlen=256)
        self.fps = 0.0
        """0.0 while it isn't known."""

    def picture(self, captured_at_ns: int) -> None:
        """A step back or a pause longer than the window starts anew."""
        times = self._times
        if times and not 0 <= captured_at_ns - times[-1] <= WINDOW_NS:
            times.clear()
        times.append(captured_at_ns)
        while captured_at_ns - times[0] > WINDOW_NS:
            times.popleft()
        span_ns = captured_at_ns - times[0]
        self.fps = (len(times) - 1) * 1e9 / span_ns if span_ns >= SETTLED_NS else 0.0


def nominal_rate(fps: float, *, current: int = NOMINAL_RATES[0]) -> int:
    """The constant rate an encoder should assume; ``current`` unless ``fps`` outgrows it."""
    return next(
        (r for r in NOMINAL_RATES if r >= current and fps <= OVERSHOOT * r),
        max(current, NOMINAL_RATES[-1]),
    )
