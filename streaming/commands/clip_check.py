"""`sonopair gate`: looks a finished clip through for text, and says whether it may leave."""

import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from streaming.commands.redraw import redraw
from streaming.domain.errors import BadInput
from streaming.domain.gate import Finding, GateState, Reason, Scan, transition
from streaming.domain.mask import Rectangle
from streaming.picture.priority import lower_priority
from streaming.text.clip import ClipScanner

NICENESS = 10
"""A room that is live on this machine goes first."""

HELD_STATUS = 4

_WORDS = {
    Reason.TEXT: "text was found",
    Reason.COLOUR: "it shows colour or power Doppler, over which text is found less surely",
    Reason.HELD_STILL: "the picture is held still, where text can't be told by its stillness",
    Reason.UNREADABLE: "not every picture could be looked at",
    Reason.OTHER_STREAMS: "it holds more than its pictures: sound, captions or a second video",
}


def check_clip(file: Path, *, mask_to: Path | None, boxes: Sequence[Rectangle]) -> dict[str, Any]:
    """The report on ``file``; with ``mask_to`` on that new clip, in which what was found and
    ``boxes`` are black.

    Raises:
        FinderUnavailable: text can't be looked for on this machine.
        BadInput: ``gate.unreadable``, ``gate.target_exists``, ``gate.target_unwritable``.
    """
    lower_priority(NICENESS)
    scanner = ClipScanner()
    scan = scanner.scan(file, progress=_told("looked through"))
    if mask_to is None:
        return report(scan, file)
    hidden = [*(finding.place for finding in scan.findings), *boxes]
    redraw(file, mask_to, hidden, progress=_told("written"))
    return report(scanner.scan(mask_to, progress=_told("looked through")), mask_to)


def report(scan: Scan, file: Path) -> dict[str, Any]:
    """For machines. ``sha256`` ties it to the file; neither the file's name nor what was read is
    in it."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return {
        "state": transition(GateState.CHECKING, scan.event()).value,
        "reasons": [reason.value for reason in scan.reasons()],
        "sha256": digest,
        "pictures": scan.pictures,
        "duration_s": round(scan.duration_s, 3),
        "findings": [asdict(finding.place) | _seen(finding) for finding in scan.findings],
        "left": scan.left,
    }


def _seen(finding: Finding) -> dict[str, float]:
    return {
        "begins_s": finding.begins_s,
        "ends_s": finding.ends_s,
        "score": finding.score,
    }


def sentences(found: dict[str, Any]) -> list[str]:
    """For a person."""
    length = f"{found['duration_s']:.1f} s, {found['pictures']} pictures"
    if found["state"] == GateState.RELEASED:
        return [f"released: no text was found ({length})"]
    return [
        f"quarantined: a person has to decide ({length})",
        *(f"  because {_WORDS[Reason(reason)]}" for reason in found["reasons"]),
        *(
            f"    {one['begins_s']:.1f} to {one['ends_s']:.1f} s: "
            f"{one['x0']},{one['y0']},{one['x1']},{one['y1']} (score {one['score']:.2f})"
            for one in found["findings"]
        ),
    ]


def exit_status(found: dict[str, Any]) -> int:
    return 0 if found["state"] == GateState.RELEASED else HELD_STATUS


def parse_box(text: str) -> Rectangle:
    """Raises BadInput ``gate.box``."""
    try:
        x0, y0, x1, y1 = (int(part) for part in text.split(","))
    except ValueError:
        x0 = y0 = x1 = y1 = 0
    if not (0 <= x0 < x1 and 0 <= y0 < y1):
        raise BadInput(
            "gate.box",
            f"'{text}' isn't a box",
            fix="give X0,Y0,X1,Y1 in pixels from the top left, for example 100,40,260,64",
        )
    return Rectangle(x0, y0, x1, y1)


def write_report(found: dict[str, Any], file: Path) -> None:
    """Raises BadInput ``gate.target_unwritable``."""
    try:
        file.write_text(json.dumps(found, indent=1) + "\n")
    except OSError as error:
        raise BadInput(
            "gate.target_unwritable",
            f"{file} can't be written: {error.strerror}",
            fix="name a file in a folder this user may write to",
        ) from None


def _told(done: str) -> Callable[[float], None]:
    """On a terminal, in steps of five per cent."""
    last = -1

    def tell(share: float) -> None:
        nonlocal last
        step = int(share * 20)
        if step != last and sys.stderr.isatty():
            print(f"\r{step * 5} % {done}", end="\n" if step == 20 else "", file=sys.stderr)
        last = step

    return tell
