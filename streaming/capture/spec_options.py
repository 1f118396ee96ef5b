"""The ``?key=value&…`` part of a SPEC, read strictly: what isn't understood is an error."""

import math
from fractions import Fraction
from urllib.parse import parse_qsl

from streaming.capture.faults import Faults
from streaming.capture.i420 import MAX_SIZE
from streaming.domain.frame import Size
from streaming.picture.source import SourceError

FAULTS = frozenset({"freeze_after", "freeze_for", "stall_after", "stall_for", "lost_after"})


class Options:
    """``query`` is what follows the question mark; ``known`` are the keys it may hold."""

    def __init__(self, query: str, known: frozenset[str]) -> None:
        pairs = parse_qsl(query, keep_blank_values=True)
        self._values = dict(pairs)
        for key in self._values:
            if key not in known:
                raise malformed("one of its options isn't known", ", ".join(sorted(known)))

    def text(self, key: str, default: str) -> str:
        return self._values.get(key, default)

    def has(self, key: str) -> bool:
        return key in self._values

    def flag(self, key: str) -> bool:
        value = self._values.get(key, "0")
        if value not in {"0", "1"}:
            raise malformed(f"'{key}' is 0 or 1", f"{key}=1")
        return value == "1"

    def integer(self, key: str, default: int) -> int:
        value = self._values.get(key, str(default))
        if not (value.isascii() and value.isdigit() and len(value) <= 9):
            raise malformed(f"'{key}' is a whole number", f"{key}={default}")
        return int(value)

    def seconds(self, key: str, default: float) -> float:
        try:
            value = float(self._values.get(key, default))
        except ValueError:
            value = -1.0
        if not value >= 0:
            raise malformed(f"'{key}' is a number of seconds", f"{key}=2.5")
        return value

    def rate(self, key: str) -> Fraction | None:
        """Pictures per second, 1 to 240; ``30``, ``29.97`` or ``30000/1001``."""
        if key not in self._values:
            return None
        try:
            value = Fraction(self._values[key])
        except (ValueError, ZeroDivisionError):
            value = Fraction(0)
        if not 1 <= value <= 240:
            raise malformed(f"'{key}' is a rate from 1 to 240", f"{key}=30")
        return value.limit_denominator(1001)

    def size(self, key: str, default: Size | None, *, at_least: Size) -> Size | None:
        """Even sides from ``at_least`` to 4096x2304."""
        if key not in self._values:
            return default
        width, cross, height = self._values[key].lower().partition("x")
        numbers = [
            int(side) if side.isascii() and side.isdigit() else 0 for side in (width, height)
        ]
        size = Size(*numbers)
        fits = (
            at_least.width <= size.width <= MAX_SIZE.width
            and at_least.height <= size.height <= MAX_SIZE.height
        )
        if not (cross and fits and size.width % 2 == 0 and size.height % 2 == 0):
            raise malformed(
                f"'{key}' is WIDTHxHEIGHT, even, from {at_least} to {MAX_SIZE}", f"{key}=1280x720"
            )
        return size

    def faults(self) -> Faults:
        return Faults(
            freeze_after_s=self.seconds("freeze_after", math.inf),
            freeze_for_s=self.seconds("freeze_for", math.inf),
            stall_after_s=self.seconds("stall_after", math.inf),
            stall_for_s=self.seconds("stall_for", math.inf),
            lost_after_s=self.seconds("lost_after", math.inf),
        )


def malformed(message: str, example: str) -> SourceError:
    return SourceError("source.spec_malformed", f"in the source: {message}", fix=f"use {example}")
