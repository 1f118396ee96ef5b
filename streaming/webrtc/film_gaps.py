"""Which packets of one incoming stream came, which are missing, and when to ask for them. Pure.

RFC 3550 (appendix A.1) for the numbers, RFC 4585 (6.2.1) for asking. A gap is asked for at once:
whoever watches waits for it.
"""

from dataclasses import dataclass

MAX_MISSING = 512
"""More at once aren't repaired: the stream begins anew, with a key frame."""

MAX_AGE_NS = 1_000_000_000
MAX_TRIES = 8
MAX_NACKED = 128
"""In one go; the others are asked for the next time."""

FIRST_RTT_NS = 100_000_000
"""Assumed until a repair told how long one takes."""

_KNOWN = 2_048
_MIN_PAUSE_NS = 20_000_000
_MAX_RTT_NS = 1_000_000_000
_PAUSE_OF_RTT = 1.5


@dataclass(slots=True)
class _Missing:
    since_ns: int
    asked_ns: int = 0
    tries: int = 0


class Gaps:
    """One stream, from its first packet's sequence number on.

    ``repaired`` and ``given_up`` count packets; ``rtt_ns`` is from a request to its repair.
    """

    def __init__(self, first: int) -> None:
        self._highest = first
        self._first = first
        self._arrived = [-1] * _KNOWN
        self._arrived[first % _KNOWN] = first
        self._missing: dict[int, _Missing] = {}
        self.rtt_ns = FIRST_RTT_NS
        self.repaired = self.given_up = 0

    @property
    def highest(self) -> int:
        """Unwrapped."""
        return self._highest

    @property
    def missing(self) -> int:
        return len(self._missing)

    def unwrap(self, sequence: int) -> int:
        """The number nearest to the highest one whose low 16 bits these are."""
        return self._highest + ((sequence - self._highest + 0x8000 & 0xFFFF) - 0x8000)

    def breaks(self, number: int) -> bool:
        """So far ahead that more would be missing than can be asked for."""
        return number - self._highest - 1 + len(self._missing) > MAX_MISSING

    def arrive(self, number: int, now_ns: int) -> bool:
        """A packet of the stream itself came. False: it was here before, or is too old to tell."""
        if number > self._highest:
            for between in range(self._highest + 1, number):
                self._missing[between] = _Missing(now_ns)
            self._highest = number
        elif number in self._missing:
            del self._missing[number]
        elif number < self._first or number <= self._highest - _KNOWN or self._has(number):
            return False
        self._arrived[number % _KNOWN] = number
        return True

    def repair(self, number: int, now_ns: int) -> bool:
        """A packet came again. False if nobody misses it: browsers measure a link's capacity by
        sending old packets once more."""
        missing = self._missing.pop(number, None)
        if missing is None:
            return False
        self._arrived[number % _KNOWN] = number
        self.repaired += 1
        if missing.tries == 1:
            self._measure(now_ns - missing.asked_ns)
        return True

    def to_ask_for(self, now_ns: int) -> list[int]:
        """Numbers to send a NACK for now, oldest first; at most ``MAX_NACKED``."""
        due: list[int] = []
        for number, missing in tuple(self._missing.items()):
            if now_ns - missing.since_ns > MAX_AGE_NS or missing.tries >= MAX_TRIES:
                del self._missing[number]
                self.given_up += 1
            elif len(due) < MAX_NACKED and now_ns >= self._next_ns(missing):
                missing.tries += 1
                missing.asked_ns = now_ns
                due.append(number)
        return due

    def _has(self, number: int) -> bool:
        return self._arrived[number % _KNOWN] == number

    def _next_ns(self, missing: _Missing) -> int:
        """At once, then after more than a round trip, and longer each time."""
        if not missing.tries:
            return missing.since_ns
        pause_ns = max(_MIN_PAUSE_NS, int(self.rtt_ns * _PAUSE_OF_RTT))
        return missing.asked_ns + pause_ns * missing.tries

    def _measure(self, rtt_ns: int) -> None:
        """Only of packets asked for once (Karn): which request a repair answers is certain."""
        self.rtt_ns += (min(rtt_ns, _MAX_RTT_NS) - self.rtt_ns) // 8
