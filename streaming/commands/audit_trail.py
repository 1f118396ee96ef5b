"""What ``sonopair audit`` does, without its words on the terminal."""

import re

from streaming.commands.access import with_records
from streaming.config import Settings
from streaming.domain.errors import BadInput, SonopairError
from streaming.store.access import StoredAccess
from streaming.store.audit import AuditLog, Checkpoint

_LINE = re.compile(r"sonopair-audit 1 ([1-9][0-9]{0,17}) ([0-9a-f]{64})")


class AuditBroken(SonopairError):
    """A row of the audit trail was changed, removed or put in between."""


def verify_audit(settings: Settings, checkpoints: list[Checkpoint]) -> None:
    """Raises:
    AuditBroken: ``audit.broken`` or ``audit.replaced``.
    StoreError: the records can't be used.
    """

    async def work(_: StoredAccess, audit: AuditLog) -> tuple[int | None, list[int]]:
        lacking = [each.number for each in checkpoints if await audit.lacks(each)]
        return await audit.broken_at(), lacking

    broken, lacking = with_records(settings, work)
    if broken is not None:
        raise AuditBroken(
            "audit.broken",
            f"The audit trail doesn't hold from row {broken} on",
            fix="keep the file as evidence and compare it with a backup; it is never repaired",
        )
    if lacking:
        raise AuditBroken(
            "audit.replaced",
            f"Row {min(lacking)} isn't the one the checkpoint stands for: the trail was cut off "
            "or written anew",
            fix="keep the file as evidence and compare it with a backup; was a backup restored?",
        )


def checkpoint_line(settings: Settings) -> str:
    """``sonopair-audit 1 NUMBER SHA256``, of the newest row; making it is an event as well.

    Raises:
        StoreError: the records can't be used.
    """

    async def work(_: StoredAccess, audit: AuditLog) -> Checkpoint:
        audit.record("audit.checkpoint")
        await audit.flush()
        newest = await audit.checkpoint()
        assert newest is not None
        return newest

    newest = with_records(settings, work)
    return f"sonopair-audit 1 {newest.number} {newest.sha256}"


def read_checkpoints(text: str) -> list[Checkpoint]:
    """One a line; empty lines don't count.

    Raises:
        BadInput: ``audit.checkpoint``: a line isn't one, or there is none.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found = [_LINE.fullmatch(line) for line in lines]
    checkpoints = [Checkpoint(int(match[1]), match[2]) for match in found if match]
    if not lines or len(checkpoints) < len(lines):
        bad = next((number for number, match in enumerate(found, 1) if not match), 0)
        raise BadInput(
            "audit.checkpoint",
            f"Line {bad} isn't a checkpoint" if bad else "There is no checkpoint",
            fix="give the lines that 'sonopair audit checkpoint' printed",
        )
    return checkpoints
