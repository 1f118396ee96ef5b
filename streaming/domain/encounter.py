"""One visit of a patient: who it is inside the site, and what everybody outside may know of it."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from streaming.domain.errors import BadInput
from streaming.domain.subject import random_code

MAX_RECORD_NUMBER = 64
MIN_NAME_LETTERS = 3
"""Of a word of a name that is looked for in free text: shorter ones are in every sentence."""

_CASE_LETTERS = 6


class Side(StrEnum):
    """Of the patient's body; ``NONE`` where there is no side to it."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    NONE = "none"


class Reason(StrEnum):
    """Why somebody has to know who a case is of. The audit trail keeps it; it takes no free text.

    Source: 45 CFR 164.506(c), treatment, payment and operations; 164.512, as required by law.
    """

    CARE = "care"
    RESULT = "result"
    CONSENT = "consent"
    QUALITY = "quality"
    LEGAL = "legal"


@dataclass(frozen=True, slots=True)
class Patient:
    """As the site knows them. None of it leaves the site; none of it is in a log or printed."""

    record_number: str = field(repr=False)
    name: str = field(default="", repr=False)
    born: date | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Encounter:
    """``case`` is random and says nothing of patient or date; with ``side`` it is what those
    outside call the patient by. Another encounter of the patient has another one."""

    case: str
    side: Side
    room: str
    begun_at_s: int


def new_case(below: Callable[[int], int]) -> str:
    """Such as ``K7Q-X3M``. ``below(n)`` is a random number in 0 … n - 1."""
    letters = random_code(below, _CASE_LETTERS)
    return f"{letters[:3]}-{letters[3:]}"


def normalised(text: str) -> str:
    """Letters and digits alone, without accents and in one case: how it is written doesn't matter
    when two are compared."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def require_record_number(text: str) -> str:
    """Without the space around it.

    Raises:
        BadInput: ``encounter.record_number``; it isn't quoted.
    """
    number = text.strip()
    if not normalised(number) or len(number) > MAX_RECORD_NUMBER or not number.isprintable():
        raise BadInput(
            "encounter.record_number",
            f"A record number has 1 to {MAX_RECORD_NUMBER} letters and digits.",
            fix="type it as it is on the wristband or in the hospital's system",
        )
    return number


def identifying_words(patient: Patient) -> frozenset[str]:
    """What would name the patient in a text, normalised."""
    words = {normalised(patient.record_number)}
    words |= set(name_words(patient.name))
    if patient.born is not None:
        words.add(patient.born.strftime("%Y%m%d"))
    return frozenset(words)


def name_words(name: str) -> Iterable[str]:
    for word in re.split(r"[\W_]+", name):
        if len(plain := normalised(word)) >= MIN_NAME_LETTERS:
            yield plain
