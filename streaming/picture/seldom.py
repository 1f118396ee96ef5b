"""What a source may say as often as it changes, told at most once a second."""

import time
from collections.abc import Callable

INTERVAL_NS = 1_000_000_000


class Seldom:
    """One of each kind passes a second; the rest is counted. A kind is one thread's at a time."""

    def __init__(self, clock_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._clock_ns = clock_ns
        self._passed_ns: dict[str, int] = {}
        self._held_back: dict[str, int] = {}

    def passes(self, kind: str) -> str | None:
        """What to add to its words (how many were held back before it), or None: hold it back."""
        now_ns, passed_ns = self._clock_ns(), self._passed_ns.get(kind)
        held_back = self._held_back.get(kind, 0)
        if passed_ns is not None and now_ns - passed_ns < INTERVAL_NS:
            self._held_back[kind] = held_back + 1
            return None
        self._passed_ns[kind], self._held_back[kind] = now_ns, 0
        return f" It came {held_back} times more since it was last told." if held_back else ""
