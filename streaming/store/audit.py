"""The audit trail: append-only rows, each hashed together with the one before it.

A row that was changed, removed or put in between breaks the chain from there on. Its tail can be
cut off, or the whole chain made anew, unnoticed: unless a checkpoint of it is kept elsewhere.
"""

import asyncio
import hashlib
import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from streaming.store.database import Database
from streaming.store.errors import StoreError
from streaming.store.models import AuditRow

MAX_WAITING = 10_000
"""Events that wait for the disk; beyond it the newest are counted, and the count is recorded as
``audit.gap`` once the disk takes rows again."""

GENESIS = "0" * 64
WITHHELD = "(withheld)"
_FACT = re.compile(r"[A-Za-z0-9_.:/@+-]{0,128}")

log = structlog.get_logger(__name__)

Fact = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Row ``number`` and its hash, which stands for it and for every row before it."""

    number: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Event:
    at_ms: int
    name: str
    facts: str


class AuditLog:
    """``record`` is for the event loop: it never waits for the disk and never raises.

    What the disk refuses stays waiting and is tried again with the next event. ``flush`` before
    the database is closed.
    """

    def __init__(self, database: Database, *, utc_s: Callable[[], float] = time.time) -> None:
        self._database = database
        self._utc_s = utc_s
        self._lock = threading.RLock()
        self._waiting: deque[_Event] = deque()
        self._missed = 0
        self._writing: Future[tuple[int, int]] | None = None
        self.failure = ""
        """Code of the error that keeps events from being written, or empty."""

    def record(self, event: str, **facts: Fact) -> None:
        """Append one event. A text that isn't a code, an id or a path is stored as withheld: free
        text could hold a name."""
        entry = _Event(int(self._utc_s() * 1000), event, canonical(facts))
        with self._lock:
            if len(self._waiting) >= MAX_WAITING:
                self._missed += 1
            else:
                self._waiting.append(entry)
            if self._writing is None:
                self._start()

    async def flush(self) -> None:
        """Wait until what is waiting was written or refused."""
        while (writing := self._writing) is not None:
            await asyncio.gather(asyncio.wrap_future(writing), return_exceptions=True)

    async def broken_at(self) -> int | None:
        """Number of the first row that doesn't follow from the one before it; None if all do."""
        return await self._database.read(_first_broken)

    async def checkpoint(self) -> Checkpoint | None:
        """Of the newest row; None before the first."""
        return await self._database.read(_newest)

    async def lacks(self, checkpoint: Checkpoint) -> bool:
        """Whether the row it stands for is gone, or is another one."""

        def differs(session: Session) -> bool:
            row = session.get(AuditRow, checkpoint.number)
            return row is None or row.sha256 != checkpoint.sha256

        return await self._database.read(differs)

    def _start(self) -> None:
        self._writing = self._database.submit(self._write)
        self._writing.add_done_callback(self._written)

    def _write(self, session: Session) -> tuple[int, int]:
        """Runs on the database's thread; how many waiting events, and how many missed ones, the
        new rows stand for."""
        with self._lock:
            events, missed = list(self._waiting), self._missed
        gap = _Event(int(self._utc_s() * 1000), "audit.gap", canonical({"events": missed}))
        _append(session, [*events, gap] if missed else events)
        return len(events), missed

    def _written(self, future: Future[tuple[int, int]]) -> None:
        with self._lock:
            self._writing = None
            error = future.exception()
            if error is not None:
                code = error.code if isinstance(error, StoreError) else "store.failed"
                if code != self.failure:
                    log.error("audit not written", code=code, waiting=len(self._waiting))
                self.failure = code
                return
            self.failure = ""
            written, missed = future.result()
            self._missed -= missed
            for _ in range(written):
                self._waiting.popleft()
            if self._waiting:
                self._start()


def canonical(facts: Mapping[str, Fact]) -> str:
    """The JSON text that is stored and hashed: sorted keys, no spaces, ASCII."""
    safe = {
        key: WITHHELD if isinstance(fact, str) and not _FACT.fullmatch(fact) else fact
        for key, fact in facts.items()
    }
    return json.dumps(safe, sort_keys=True, separators=(",", ":"))


def chained_sha256(previous: str, *, number: int, at_ms: int, event: str, facts: str) -> str:
    text = "\n".join((previous, str(number), str(at_ms), event, facts))
    return hashlib.sha256(text.encode()).hexdigest()


def _append(session: Session, events: list[_Event]) -> None:
    last = _newest(session) or Checkpoint(0, GENESIS)
    number, previous = last.number, last.sha256
    for entry in events:
        number += 1
        sha256 = chained_sha256(
            previous, number=number, at_ms=entry.at_ms, event=entry.name, facts=entry.facts
        )
        session.add(
            AuditRow(
                number=number,
                at_ms=entry.at_ms,
                event=entry.name,
                facts=entry.facts,
                previous_sha256=previous,
                sha256=sha256,
            )
        )
        previous = sha256


def _newest(session: Session) -> Checkpoint | None:
    row = session.scalars(select(AuditRow).order_by(AuditRow.number.desc()).limit(1)).first()
    return None if row is None else Checkpoint(row.number, row.sha256)


def _first_broken(session: Session) -> int | None:
    previous, expected = GENESIS, 1
    for row in session.scalars(select(AuditRow).order_by(AuditRow.number)):
        sha256 = chained_sha256(
            previous, number=row.number, at_ms=row.at_ms, event=row.event, facts=row.facts
        )
        if (row.number, row.previous_sha256, row.sha256) != (expected, previous, sha256):
            return row.number
        previous, expected = row.sha256, expected + 1
    return None
