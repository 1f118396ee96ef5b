"""What ``sonopair doctor`` and ``sonopair turn check`` answer."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
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


def report(findings: Sequence[Finding], *, as_json: bool) -> int:
    """Prints them; the exit status."""
    failed = any(finding.verdict is Verdict.PROBLEM for finding in findings)
    if as_json:
        print(json.dumps({"ok": not failed, "findings": [asdict(each) for each in findings]}))
        return int(failed)
    for finding in findings:
        print(f"{finding.verdict.value:8}{finding.name}: {finding.message}")
        if finding.fix:
            print(f"        fix: {finding.fix}")
    return int(failed)
