"""The logs of all consults: rows are added, never changed. Labels hold all that a person wrote."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from streaming.domain.consult_events import Entry
from streaming.protocol.consult_codec import event_json, event_of_json
from streaming.store.database import Database
from streaming.store.errors import StoreError
from streaming.store.models import ConsultEventRow, ConsultRow
from streaming.workflow.live.consult_ports import StoredConsult


class StoredConsults:
    """Implements ``workflow.live.consult_ports.ConsultRecords``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def current(self, room: str) -> StoredConsult | None:
        def work(session: Session) -> tuple[str, Sequence[ConsultEventRow]] | None:
            if not (consult := newest_consult(session, room)):
                return None
            lines = (
                select(ConsultEventRow)
                .where(ConsultEventRow.consult_id == consult)
                .order_by(ConsultEventRow.seq)
            )
            return consult, session.scalars(lines).all()

        found = await self._database.read(work)
        return found and StoredConsult(found[0], tuple(_entry(row) for row in found[1]))

    async def begin(self, room: str, consult: str, *, at_ms: int) -> None:
        row = ConsultRow(id=consult, room=room, begun_at_ms=at_ms)
        await self._database.run(lambda session: session.add(row))

    async def append(self, consult: str, entries: Collection[Entry]) -> None:
        rows = [_row(consult, entry) for entry in entries]
        await self._database.run(lambda session: session.add_all(rows))

    async def find(self, consult: str, order_ids: Collection[str]) -> dict[str, Entry]:
        query = select(ConsultEventRow).where(
            ConsultEventRow.consult_id == consult, ConsultEventRow.order_id.in_(order_ids)
        )
        rows = await self._database.read(lambda session: session.scalars(query).all())
        return {entry.id: entry for entry in map(_entry, rows)}


def newest_consult(session: Session, room: str) -> str:
    """Its id; empty before a room's first."""
    newest = (
        select(ConsultRow.id)
        .where(ConsultRow.room == room)
        .order_by(ConsultRow.number.desc())
        .limit(1)
    )
    return session.scalars(newest).first() or ""


def _row(consult: str, entry: Entry) -> ConsultEventRow:
    return ConsultEventRow(
        consult_id=consult,
        seq=entry.seq,
        order_id=entry.id or None,
        by=entry.by,
        at_ms=entry.at_ms,
        event=event_json(entry.event),
    )


def _entry(row: ConsultEventRow) -> Entry:
    try:
        event = event_of_json(row.event)
    except ValueError:
        # Its text may hold a label, so the error isn't chained.
        raise StoreError(
            "store.corrupt",
            "The records hold a line that this release can't read.",
            fix="install the release that wrote it, or restore sonopair.sqlite from a backup",
        ) from None
    return Entry(row.seq, row.order_id or "", row.by, row.at_ms, event)
