"""Who a patient is to everybody outside: a random name, and how far their times are moved."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
"""No vowels, so that no word comes out, and nothing that is mistaken for another letter."""

PREFIX = "SP-"
RANDOM_LETTERS = 9
_DAY_S = 86_400
SHIFT_RANGE_S = (30 * _DAY_S, 1_826 * _DAY_S)


@dataclass(frozen=True, slots=True)
class Subject:
    """``pseudonym`` is random and says nothing of the patient. ``shift_s`` is added to every time
    that is exported: intervals within one patient stay true, and no date is.

    Source: DICOM PS3.15 Annex E.3.6, Retain Longitudinal Temporal Information with Modified Dates.
    """

    pseudonym: str
    shift_s: int = field(repr=False)

    def shifted(self, moment: datetime) -> datetime:
        return moment + timedelta(seconds=self.shift_s)


def random_code(below: Callable[[int], int], letters: int = RANDOM_LETTERS) -> str:
    return "".join(ALPHABET[below(len(ALPHABET))] for _ in range(letters))


def new_subject(below: Callable[[int], int]) -> Subject:
    """``below(n)`` is a random number in 0 … n - 1, from a source nobody can guess. Times move
    back by a month to five years, to the second."""
    least, most = SHIFT_RANGE_S
    return Subject(PREFIX + random_code(below), -(least + below(most - least)))
