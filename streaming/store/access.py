"""Seats, invitations and mask confirmations in the database."""

import time
from collections.abc import Collection, Mapping
from concurrent.futures import Future
from dataclasses import replace

import structlog
from sqlalchemy import Update, and_, func, or_, select, update
from sqlalchemy.orm import Session

from streaming.domain.access import Confirmation, Invite, SeatRecord
from streaming.domain.session import Role, Seat
from streaming.store.accounts import account_of
from streaming.store.consults import newest_consult
from streaming.store.database import Database
from streaming.store.ending import end_with_guests
from streaming.store.errors import StoreError
from streaming.store.models import (
    AccountRow,
    ConfirmationRow,
    InviteRow,
    RevocationRow,
    SeatRow,
    SessionRow,
)

log = structlog.get_logger()


class StoredAccess:
    """Every call may raise ``StoreError``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_invite(self, invite: Invite) -> None:
        row = InviteRow(
            secret_sha256=invite.secret_sha256,
            room=invite.room,
            role=invite.role.value,
            uses_left=invite.uses_left,
            expires_at_s=invite.expires_at_s,
            lobby=invite.lobby,
            made_at_s=invite.made_at_s,
            made_by_seat=invite.made_by_seat or None,
        )
        await self._database.run(lambda session: session.add(row))

    async def invite(self, secret_sha256: str) -> Invite | None:
        row = await self._database.read(lambda session: session.get(InviteRow, secret_sha256))
        if row is None:
            return None
        return Invite(
            secret_sha256=row.secret_sha256,
            room=row.room,
            role=Role(row.role),
            uses_left=row.uses_left,
            expires_at_s=row.expires_at_s,
            lobby=row.lobby,
            made_at_s=row.made_at_s,
            made_by_seat=row.made_by_seat or "",
        )

    async def claim(self, secret_sha256: str, record: SeatRecord, *, now_s: int) -> bool:
        inviting = select(SeatRow.id).where(SeatRow.revoked.is_(False))
        take = (
            update(InviteRow)
            .where(
                InviteRow.secret_sha256 == secret_sha256,
                InviteRow.uses_left > 0,
                InviteRow.expires_at_s > now_s,
                or_(InviteRow.made_by_seat.is_(None), InviteRow.made_by_seat.in_(inviting)),
            )
            .values(uses_left=InviteRow.uses_left - 1)
            .returning(InviteRow.lobby)
        )

        def work(session: Session) -> bool:
            taken = session.execute(take).first()
            if taken is None:
                return False
            row = _seat_row(record, secret_sha256)
            row.admitted = row.admitted and not taken.lobby  # it may have changed meanwhile
            session.add(row)
            return True

        return await self._database.run(work)

    async def seat(self, seat_id: str) -> SeatRecord | None:
        row = await self._database.read(lambda session: session.get(SeatRow, seat_id))
        if row is None:
            return None
        seat = Seat(
            id=row.id,
            room=row.room,
            role=Role(row.role),
            name=row.name,
            admitted=row.admitted,
            verified=row.account_id is not None,
        )
        return SeatRecord(
            seat=seat,
            secret_sha256=row.secret_sha256,
            expires_at_s=row.expires_at_s,
            revoked=row.revoked,
            account_id=row.account_id or "",
        )

    async def add_seat(self, record: SeatRecord, *, session_id: str) -> SeatRecord | None:
        """One that is taken with an account; None unless, at this moment, it is signed in and may.
        In the lobby if it was shown out of the room in this consult."""

        def work(session: Session) -> SeatRecord | None:
            seat, account_id = record.seat, record.account_id
            row, signed_in = (
                session.get(AccountRow, account_id),
                session.get(SessionRow, session_id),
            )
            if row is None or signed_in is None or signed_in.account_id != account_id:
                return None
            if row.must_change or not account_of(row).may_take(seat.role):
                return None
            put_out = select(SeatRow.id).where(
                SeatRow.account_id == account_id,
                SeatRow.room == seat.room,
                SeatRow.shown_out_of == newest_consult(session, seat.room),
            )
            admitted = session.scalars(put_out).first() is None
            kept = replace(record, seat=replace(seat, admitted=admitted))
            session.add(_seat_row(kept, None))
            return kept

        return await self._database.run(work)

    async def admit(self, seat_id: str) -> None:
        """Whoever waits in the lobby with this seat may come in, for as long as it lasts."""
        change = update(SeatRow).where(SeatRow.id == seat_id).values(admitted=True)
        await self._database.run(lambda session: session.execute(change))

    async def show_to_lobby(self, room: str) -> frozenset[str]:
        """Whoever came into a room through its lobby waits there again; their seats."""
        through_lobby = select(InviteRow.secret_sha256).where(InviteRow.lobby)
        change = (
            update(SeatRow)
            .where(SeatRow.room == room, SeatRow.invite_sha256.in_(through_lobby))
            .values(admitted=False)
            .returning(SeatRow.id)
        )
        return await self._database.run(lambda session: frozenset(session.scalars(change).all()))

    async def seat_count(self, room: str, role: Role) -> int:
        count = (
            select(func.count())
            .select_from(SeatRow)
            .where(SeatRow.room == room, SeatRow.role == role.value, SeatRow.revoked.is_(False))
        )
        return await self._database.read(lambda session: session.scalar(count) or 0)

    async def extend(self, seat_id: str, *, expires_at_s: int) -> None:
        change = update(SeatRow).where(SeatRow.id == seat_id).values(expires_at_s=expires_at_s)
        await self._database.run(lambda session: session.execute(change))

    async def revoke(self, seat_id: str) -> None:
        change = update(SeatRow).where(SeatRow.id == seat_id).values(revoked=True)
        await self._database.run(lambda session: session.execute(change))

    async def show_out(self, seat_id: str, *, by: str) -> frozenset[str]:
        """Revoke a seat, its account's others in the room, and all that came by invitations of
        these, but for seat ``by``; the ids of all of them. The link by which the seat came leads
        to the lobby from now on, and so does its account until the consult is begun anew."""

        def work(session: Session) -> frozenset[str]:
            row = session.get(SeatRow, seat_id)
            if row is None:
                return frozenset()
            row.shown_out_of = newest_consult(session, row.room)
            link = update(InviteRow).where(InviteRow.secret_sha256 == row.invite_sha256)
            session.execute(link.values(lobby=True))
            theirs = SeatRow.id == seat_id
            if row.account_id is not None:
                theirs = and_(SeatRow.account_id == row.account_id, SeatRow.room == row.room)
            return end_with_guests(session, theirs, spare=[by])

        return await self._database.run(work)

    async def revoke_room(self, room: str, role: Role | None = None) -> int:
        """Revoke every seat of a room, or of one role in it; how many there were. Their
        invitations give no more seats, and with everybody or all observers players end too."""
        roles = list(Role) if role is None else [role]
        change = (
            update(SeatRow)
            .where(SeatRow.room == room, SeatRow.role.in_(roles), SeatRow.revoked.is_(False))
            .values(revoked=True)
            .returning(SeatRow.id)
        )
        spend = _spend(room, roles)
        now_s = int(time.time())

        def work(session: Session) -> int:
            session.execute(spend)
            if Role.OBSERVER in roles:
                before = session.get(RevocationRow, room)
                at_s = max(now_s, before.players_at_s + 1) if before else now_s
                session.merge(RevocationRow(room=room, players_at_s=at_s))
            return len(session.scalars(change).all())

        return await self._database.run(work)

    async def spend_invites(self, room: str, role: Role) -> int:
        """The room's invitations for the role give no more seats; how many still did."""
        change = _spend(room, [role]).where(InviteRow.uses_left > 0).returning(InviteRow.role)
        return await self._database.run(lambda session: len(session.scalars(change).all()))

    async def players_revoked(self) -> Mapping[str, int]:
        """By room: when its players were revoked last, in seconds since 1970, UTC. Whoever
        started one with an older grant may not watch on."""
        query = select(RevocationRow.room, RevocationRow.players_at_s)
        rows = await self._database.read(lambda session: session.execute(query).all())
        return {room: at_s for room, at_s in rows}

    async def revoked(self, seat_ids: Collection[str], *, now_s: int) -> frozenset[str]:
        valid = select(SeatRow.id).where(
            SeatRow.id.in_(seat_ids), SeatRow.revoked.is_(False), SeatRow.expires_at_s > now_s
        )
        found = await self._database.read(lambda session: session.scalars(valid).all())
        return frozenset(seat_ids) - frozenset(found)


SETUP_PAGE = "setup-page"
NEWEST_CONFIRMATIONS = 32
SETTINGS = "settings"
"""Who confirmed a mask: a person on the set-up page, or whoever wrote the settings."""


class StoredConfirmations:
    """Who confirmed which mask for which source. Rows are added, never changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, confirmation: Confirmation) -> None:
        row = _confirmation_row(confirmation)
        await self._database.run(lambda session: session.add(row))

    def confirmed(self, source_id: str, *, toml: str, sha256: str) -> None:
        """Add what was confirmed on the set-up page just now, without waiting for the disk."""
        confirmation = Confirmation(
            source_id=source_id,
            profile_sha256=sha256,
            profile_toml=toml,
            who=SETUP_PAGE,
            at_s=int(time.time()),
        )
        row = _confirmation_row(confirmation)
        self._database.submit(lambda session: session.add(row)).add_done_callback(_report)

    async def latest(self, source_id: str, *, who: str = "") -> Confirmation | None:
        """The last one for the source; with ``who``, the last one that they made."""
        query = (
            select(ConfirmationRow)
            .where(ConfirmationRow.source_id == source_id)
            .order_by(ConfirmationRow.id.desc())
            .limit(1)
        )
        if who:
            query = query.where(ConfirmationRow.who == who)
        row = await self._database.read(lambda session: session.scalars(query).first())
        if row is None:
            return None
        return Confirmation(
            source_id=row.source_id,
            profile_sha256=row.profile_sha256,
            profile_toml=row.profile_toml,
            who=row.who,
            at_s=row.at_s,
        )

    async def tomls(self, source_id: str, *, who: str) -> list[str]:
        """The profiles that ``who`` confirmed for the source, newest first, each once."""
        query = (
            select(ConfirmationRow.profile_toml)
            .where(ConfirmationRow.source_id == source_id, ConfirmationRow.who == who)
            .order_by(ConfirmationRow.id.desc())
            .limit(NEWEST_CONFIRMATIONS)
        )
        found = await self._database.read(lambda session: list(session.scalars(query)))
        return list(dict.fromkeys(found))


def _spend(room: str, roles: Collection[Role]) -> Update:
    return (
        update(InviteRow)
        .where(InviteRow.room == room, InviteRow.role.in_(roles))
        .values(uses_left=0)
    )


def _seat_row(record: SeatRecord, invite_sha256: str | None) -> SeatRow:
    return SeatRow(
        id=record.seat.id,
        room=record.seat.room,
        role=record.seat.role.value,
        name=record.seat.name,
        secret_sha256=record.secret_sha256,
        invite_sha256=invite_sha256,
        account_id=record.account_id or None,
        admitted=record.seat.admitted,
        expires_at_s=record.expires_at_s,
        revoked=record.revoked,
    )


def _confirmation_row(confirmation: Confirmation) -> ConfirmationRow:
    return ConfirmationRow(
        source_id=confirmation.source_id,
        profile_sha256=confirmation.profile_sha256,
        profile_toml=confirmation.profile_toml,
        who=confirmation.who,
        at_s=confirmation.at_s,
    )


def _report(future: Future[None]) -> None:
    error = future.exception()
    if error is not None:
        code = error.code if isinstance(error, StoreError) else "store.failed"
        log.error("confirmation not kept", code=code)
