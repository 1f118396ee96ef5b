"""Who says that no picture of a cine shows an identity."""

from enum import StrEnum
from typing import Protocol


class Verdict(StrEnum):
    CLEAN = "clean"
    NEEDS_A_PERSON = "needs a person"


class PixelGate(Protocol):
    def examine(self, mp4: bytes) -> Verdict:
        """Of a whole cine, as it will be kept. Stills aren't asked about: text is found by how it
        stands still while the picture moves, so that a still always needs a person."""


class PersonOnly:
    """Nothing is clean until a person has looked."""

    def examine(self, mp4: bytes) -> Verdict:
        return Verdict.NEEDS_A_PERSON
