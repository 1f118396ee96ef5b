"""What in a text may say who a patient is: found by its shape, or because the site knows it.

It warns, and can't promise to find everything: a rare name in a sentence looks like any other word.

Source: 45 CFR 164.514(b)(2)(i), the identifiers that have a shape (B, C, D, F, G, H to K).
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from streaming.domain.encounter import MIN_NAME_LETTERS, normalised

MAX_JOINED_WORDS = 4
"""A number that is written in groups."""


class FindingKind(StrEnum):
    KNOWN = "known"
    NAME = "name"
    EMAIL = "email"
    DATE = "date"
    PHONE = "phone"
    ADDRESS = "address"
    RECORD_NUMBER = "record_number"
    DIGITS = "digits"


@dataclass(frozen=True, slots=True)
class Finding:
    """Of the text from ``start`` to before ``end``. ``KNOWN`` is of a patient of the site."""

    kind: FindingKind
    start: int
    end: int


_MONTHS = (
    "jan|feb|mar|mär|maer|apr|may|mai|mag|jun|giu|jul|lug|aug|ago|sep|set|oct|okt|out|ott|nov|dec"
    "|dez|dic|déc|fév|fev|avr|abr|ene|gen|juin|juil|août"
)
_DATE_SHAPES = (
    r"(?<!\d)(?:19|20)\d\d([-./])\d{1,2}\1\d{1,2}(?!\d)",
    r"(?<!\d)\d{1,2}([-./])\d{1,2}\2(?:19|20)?\d\d(?!\d)",
    rf"(?<!\d)\d{{1,2}}\.? ?(?:{_MONTHS})[a-zéûç]*\.?,? ?(?:19|20)\d\d(?!\d)",
    rf"\b(?:{_MONTHS})[a-zéûç]*\.? \d{{1,2}},? (?:19|20)\d\d(?!\d)",
    r"(?<!\d)(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)",
    r"\b(?:born|dob|geb|née?|nato|nata|nacid[oa])\b\.?:? *\S+",
)
_STREETS = "street|st\\.|road|rd\\.|avenue|ave\\.|lane|drive|straße|strasse|str\\.|weg|gasse|platz"

_SHAPES: Mapping[FindingKind, re.Pattern[str]] = {
    kind: re.compile(pattern, re.IGNORECASE)
    for kind, pattern in {
        FindingKind.EMAIL: r"[\w.+-]+@[\w-]+\.[\w.-]*\w",
        FindingKind.DATE: "|".join(f"(?:{shape})" for shape in _DATE_SHAPES),
        FindingKind.RECORD_NUMBER: (
            r"\b(?:mrn|pid|ssn|nhs|hn|case no|patient(?: id| no)?|id)\b[.:# -]*[a-z]*\d[\w-]{2,}"
            r"|\b[a-z]{1,5}[-_]?\d{5,}\b|\b\d{3}-\d{2}-\d{4}\b"
        ),
        FindingKind.PHONE: (
            r"(?<![\w.])(?:\+|00)\d[\d ()/-]{5,}\d"
            r"|(?<![\w.])\(?0\d{1,4}[)/ -]+\d[\d -]{4,}\d"
        ),
        FindingKind.ADDRESS: (
            rf"\b\d{{1,4}}[a-z]? [\w'-]+ (?:{_STREETS})(?!\w)|\b[\w'-]*(?:{_STREETS}) \d{{1,4}}\b"
            r"|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|(?<![\d.])\d{5}(?:-\d{4})? [^\W\d]{3,}"
        ),
        FindingKind.DIGITS: r"(?<![\d.,])\d{6,}(?!\d)|(?<![\d.,])\d{3}[ -]\d{3}[ -]\d{3,4}(?!\d)",
    }.items()
}
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mme|M|Herr|Frau|Fr|Hr|Sig|Sr|Sra|Dr|Prof|Patient|patient|Pat|Name|name)"
    r"\b[.:]? +[A-ZÀ-Þ][\w'-]{2,}"
)
_WORD = re.compile(r"[^\W_]+")


def words_in(text: str) -> Mapping[str, tuple[int, int]]:
    """The words by which a patient of the site might be named in the text, normalised, and where
    they stand: its words, and numbers that are written in groups."""
    places = [(match.start(), match.end()) for match in _WORD.finditer(text)]
    found: dict[str, tuple[int, int]] = {}
    for first in range(len(places)):
        for last in range(first, min(first + MAX_JOINED_WORDS, len(places))):
            if last > first and places[last][0] - places[last - 1][1] > 1:
                break
            start, end = places[first][0], places[last][1]
            word = normalised(text[start:end])
            is_number = any(letter.isdigit() for letter in word)
            if len(word) >= MIN_NAME_LETTERS and (last == first or is_number):
                found.setdefault(word, (start, end))
    return found


def findings(text: str, *, known: Collection[str] = ()) -> tuple[Finding, ...]:
    """What may identify, from left to right, nothing twice. ``known`` are those of ``words_in``
    that name a patient of the site."""
    found = [
        Finding(FindingKind.KNOWN, *place)
        for word, place in words_in(text).items()
        if word in known
    ]
    found += [Finding(FindingKind.NAME, *match.span()) for match in _TITLED.finditer(text)]
    for kind, shape in _SHAPES.items():
        found += [Finding(kind, *match.span()) for match in shape.finditer(text)]
    return _apart(found)


def _apart(found: Collection[Finding]) -> tuple[Finding, ...]:
    """Of those that overlap the one that was looked for first."""
    kept: list[Finding] = []
    for finding in found:
        if all(finding.end <= other.start or other.end <= finding.start for other in kept):
            kept.append(finding)
    return tuple(sorted(kept, key=lambda finding: finding.start))
