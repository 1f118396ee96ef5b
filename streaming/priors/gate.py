"""Who says that no picture shows an identity."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Protocol

from streaming.priors.prior import Picture


class Verdict(StrEnum):
    CLEAN = "clean"
    NEEDS_A_PERSON = "needs a person"


class PixelGate(Protocol):
    def examine(self, pictures: Iterator[Picture], *, frame_time_ms: float) -> Verdict: ...


class PersonOnly:
    """Nothing is clean until a person has looked."""

    def examine(self, pictures: Iterator[Picture], *, frame_time_ms: float) -> Verdict:
        return Verdict.NEEDS_A_PERSON
