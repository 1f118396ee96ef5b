"""Seats and the invitations that give them.

A seat's cookie is ``id.secret``: the id finds the record, the secret's digest must match it.
"""

import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from streaming.auth.sessions import SESSION_LIFETIME_S
from streaming.auth.tokens import digest, random_id, random_secret
from streaming.domain.access import CLOCK_SLACK_S, Invite, NotAuthenticated, Seating, SeatRecord
from streaming.domain.account import Account, SignedIn
from streaming.domain.errors import BadInput, NotAllowed
from streaming.domain.session import SEAT_ROLES, Role, Seat

SEAT_LIFETIME_S = 90 * 86_400
"""Since the last renewal; a seat in its second half is renewed when it is used. One that was taken
with an account ends with its session's time instead."""

MAX_COOKIE_LENGTH = 128


class AccessRecords(Protocol):
    """Where seats and invitations are kept (implemented by ``store.access``)."""

    async def add_invite(self, invite: Invite) -> None: ...

    async def invite(self, secret_sha256: str) -> Invite | None: ...

    async def claim(self, secret_sha256: str, record: SeatRecord, *, now_s: int) -> bool:
        """Take one use of the invitation and add the seat, both or neither.

        False when no use is left, it has expired, or the seat that made it is revoked.
        """

    async def add_seat(self, record: SeatRecord, *, session_id: str) -> SeatRecord | None:
        """Without an invitation: an account's. As it was kept, perhaps in the lobby; None if, in
        the same transaction, the session or the account's right to the seat is gone."""

    async def admit(self, seat_id: str) -> None: ...

    async def spend_invites(self, room: str, role: Role) -> int:
        """How many invitations of the room for the role gave seats and don't any more."""

    async def seat(self, seat_id: str) -> SeatRecord | None: ...

    async def seat_count(self, room: str, role: Role) -> int: ...

    async def extend(self, seat_id: str, *, expires_at_s: int) -> None: ...

    async def revoke(self, seat_id: str) -> None: ...

    async def revoked(self, seat_ids: Collection[str], *, now_s: int) -> frozenset[str]:
        """Those of ``seat_ids`` that are revoked or expired, or don't exist."""

    async def players_revoked(self) -> Mapping[str, int]:
        """By room: when its players were revoked last."""


class SeatBook:
    """Times are seconds since 1970, UTC."""

    def __init__(self, records: AccessRecords) -> None:
        self._records = records

    async def create_invite(
        self,
        *,
        room: str,
        role: Role,
        uses: int,
        lifetime_s: int,
        now_s: int,
        lobby: bool = False,
        made_by_seat: str = "",
    ) -> str:
        """The invitation's secret, which is shown once and kept only as a digest. With ``lobby``
        whoever enters by it waits to be admitted. It ends with the seat that made it, if any.

        Raises:
            BadInput: ``invite.role``: there are no such seats.
        """
        if role not in SEAT_ROLES:
            raise BadInput("invite.role", f"A seat is for one of {', '.join(SEAT_ROLES)}.")
        secret = random_secret()
        await self._records.add_invite(
            Invite(
                secret_sha256=digest(secret),
                room=room,
                role=role,
                uses_left=uses,
                expires_at_s=now_s + lifetime_s,
                lobby=lobby,
                made_at_s=now_s,
                made_by_seat=made_by_seat,
            )
        )
        return secret

    async def spend_invites(self, *, room: str, role: Role) -> int:
        """How many invitations gave seats and don't any more; seats that were taken stay."""
        return await self._records.spend_invites(room, role)

    async def redeem(
        self, invite: str, *, name: str, cookies: Collection[str], now_s: int
    ) -> Seating:
        """A seat for an invitation.

        A browser that holds a seat of the same room and role (one of ``cookies``) keeps it and the
        invitation isn't used up, so a reload of the link costs nothing.

        Raises:
            NotAuthenticated: ``invite.unknown``, ``invite.expired`` or ``invite.used``.
        """
        secret_sha256 = digest(invite)
        found = await self._records.invite(secret_sha256)
        if found is None:
            raise _refused("invite.unknown", "This invitation isn't known here.")
        if found.made_at_s > now_s + CLOCK_SLACK_S:
            raise _refused("invite.expired", "This invitation is from the future.")
        for cookie in cookies:
            record = await self._valid(cookie, now_s=now_s)
            if (
                record
                and (record.seat.room, record.seat.role) == (found.room, found.role)
                and (record.seat.admitted or found.lobby)
            ):
                return Seating(record.seat)
        secret = random_secret()
        seat = Seat(
            id=random_id(),
            room=found.room,
            role=found.role,
            name=name or await self._next_name(found.room, found.role),
            admitted=not found.lobby,
        )
        record = SeatRecord(seat, digest(secret), now_s + SEAT_LIFETIME_S)
        if not await self._records.claim(secret_sha256, record, now_s=now_s):
            if found.expires_at_s <= now_s:
                raise _refused("invite.expired", "This invitation has expired.")
            raise _refused("invite.used", "This invitation was used already.")
        return Seating(seat, cookie=f"{seat.id}.{secret}", is_new=True)

    async def take(
        self, signed_in: SignedIn, *, room: str, role: Role, cookies: Collection[str], now_s: int
    ) -> Seating:
        """A seat of an account's own, which ends with its session's time at the latest.

        A browser that holds one of the same room and role for it keeps it. Who was shown out of
        the room waits in the lobby until the consult is begun anew.

        Raises:
            NotAllowed: ``seat.role``: no role of the account gives such a seat.
            NotAuthenticated: ``session.unknown``: the account isn't signed in any more, or may not
                any more.
        """
        account = signed_in.account
        if not account.may_take(role):
            raise NotAllowed("seat.role", "This account may not take such a seat.")
        for cookie in cookies:
            record = await self._valid(cookie, now_s=now_s)
            if record and (record.account_id, record.seat.room, record.seat.role) == (
                account.id,
                room,
                role,
            ):
                await self._records.extend(record.seat.id, expires_at_s=signed_in.ends_at_s)
                return Seating(record.seat)
        secret = random_secret()
        seat = Seat(id=random_id(), room=room, role=role, name=account.name, verified=True)
        record = await self._records.add_seat(
            SeatRecord(seat, digest(secret), signed_in.ends_at_s, account_id=account.id),
            session_id=signed_in.session_id,
        )
        if record is None:
            raise NotAuthenticated(
                "session.unknown", "Nobody is signed in here any more.", fix="sign in again"
            )
        return Seating(record.seat, cookie=f"{seat.id}.{secret}", is_new=True)

    async def leave_as(
        self, account: Account, cookies: Collection[str], *, now_s: int
    ) -> Sequence[Seat]:
        """Revoke those of the cookies' seats that the account took: for who signs out."""
        taken = await self._taken(cookies, now_s=now_s)
        return await self._leave(record for record in taken if record.account_id == account.id)

    async def leave_of_others(
        self, account: Account, cookies: Collection[str], *, now_s: int
    ) -> Sequence[Seat]:
        """Revoke those of the cookies' seats that another account took: for who signs in at a
        browser that somebody else didn't sign out of."""
        taken = await self._taken(cookies, now_s=now_s)
        return await self._leave(record for record in taken if record.account_id != account.id)

    async def _taken(self, cookies: Collection[str], *, now_s: int) -> Sequence[SeatRecord]:
        """Those that were taken with an account."""
        records = [await self._valid(cookie, now_s=now_s) for cookie in cookies]
        return [record for record in records if record is not None and record.account_id]

    async def _leave(self, records: Iterable[SeatRecord]) -> Sequence[Seat]:
        seats = [record.seat for record in records]
        for seat in seats:
            await self._records.revoke(seat.id)
        return seats

    async def admit(self, seat_id: str) -> None:
        """Let somebody in who waits in the lobby."""
        await self._records.admit(seat_id)

    async def end(self, seat_id: str) -> None:
        """Revoke a seat by its id."""
        await self._records.revoke(seat_id)

    async def seat(self, cookie: str, *, now_s: int) -> Seating:
        """The cookie's seat, renewed in its second half unless an account took it.

        Raises:
            NotAuthenticated: ``seat.unknown``: no such seat, revoked, or expired.
        """
        record = await self._valid(cookie, now_s=now_s)
        if record is None:
            raise _refused("seat.unknown", "This browser has no seat here.")
        if record.account_id or record.expires_at_s - now_s > SEAT_LIFETIME_S // 2:
            return Seating(record.seat)
        record = replace(record, expires_at_s=now_s + SEAT_LIFETIME_S)
        await self._records.extend(record.seat.id, expires_at_s=record.expires_at_s)
        return Seating(record.seat, cookie=cookie)

    async def holds(self, cookie: str, *, now_s: int) -> bool:
        """Whether the cookie is a seat's; renews nothing."""
        return await self._valid(cookie, now_s=now_s) is not None

    async def leave(self, cookie: str, *, now_s: int) -> Seat:
        """Revoke the cookie's seat. Raises as ``seat`` does."""
        seat = (await self.seat(cookie, now_s=now_s)).seat
        await self._records.revoke(seat.id)
        return seat

    async def revoked(self, seat_ids: Collection[str], *, now_s: int) -> frozenset[str]:
        return await self._records.revoked(seat_ids, now_s=now_s)

    async def players_revoked(self) -> Mapping[str, int]:
        return await self._records.players_revoked()

    async def _valid(self, cookie: str, *, now_s: int) -> SeatRecord | None:
        if len(cookie) > MAX_COOKIE_LENGTH or not cookie.isascii():
            return None
        seat_id, _, secret = cookie.partition(".")
        record = await self._records.seat(seat_id)
        if record is None or record.revoked or record.expires_at_s <= now_s:
            return None
        longest_s = SESSION_LIFETIME_S if record.account_id else SEAT_LIFETIME_S
        if record.expires_at_s > now_s + longest_s + CLOCK_SLACK_S:
            return None
        return record if hmac.compare_digest(record.secret_sha256, digest(secret)) else None

    async def _next_name(self, room: str, role: Role) -> str:
        taken = await self._records.seat_count(room, role)
        return f"{role.value.capitalize()} {taken + 1}" if taken else role.value.capitalize()


def _refused(code: str, message: str) -> NotAuthenticated:
    return NotAuthenticated(code, message, fix="ask for a new link")
