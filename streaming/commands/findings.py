"""What ``sonopair doctor`` answers."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """``PROBLEM`` keeps the node from working, ``NOTE`` only takes something away."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """``fix`` is empty only with ``OK``."""

    name: str
    verdict: Verdict
    message: str
    fix: str = ""


def ok(name: str, message: str) -> Finding:
    return Finding(name, Verdict.OK, message)


def note(name: str, message: str, *, fix: str) -> Finding:
    return Finding(name, Verdict.NOTE, message, fix)


def problem(name: str, message: str, *, fix: str) -> Finding:
    return Finding(name, Verdict.PROBLEM, message, fix)
