"""Invitations, revocations and grants from the command line, beside a node that may be running.

The records are shared through their file: a running node sees a new invitation at once and a
revocation within two seconds.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from streaming.auth.grants import mint
from streaming.auth.seats import SeatBook
from streaming.config import Settings
from streaming.domain.access import invitation_id
from streaming.domain.errors import BadInput
from streaming.domain.session import Role
from streaming.keys import grant_keys
from streaming.store.access import StoredAccess
from streaming.store.audit import AuditLog
from streaming.store.database import Database

BY = "command-line"

T = TypeVar("T")


def invite(settings: Settings, *, room: str, role: Role, uses: int, lifetime_s: int) -> str:
    """The secret of a new invitation.

    Raises:
        BadInput: ``room.unknown``.
        StoreError: the records can't be used.
    """
    require_room(settings, room)

    async def work(access: StoredAccess, audit: AuditLog) -> str:
        secret = await SeatBook(access).create_invite(
            room=room, role=role, uses=uses, lifetime_s=lifetime_s, now_s=int(time.time())
        )
        audit.record(
            "invite.created",
            invite=invitation_id(secret),
            room=room,
            role=role.value,
            uses=uses,
            by=BY,
        )
        return secret

    return with_records(settings, work)


def revoke(settings: Settings, *, room: str, role: Role | None) -> int:
    """How many seats ended. Raises as ``invite`` does."""
    require_room(settings, room)

    async def work(access: StoredAccess, audit: AuditLog) -> int:
        ended = await access.revoke_room(room, role)
        audit.record("seats.revoked", room=room, role=role.value if role else "any", seats=ended)
        return ended

    return with_records(settings, work)


def grant(settings: Settings, *, room: str) -> str:
    """A room grant. Raises:
    BadInput: ``room.unknown``.
    Unavailable: ``store.unwritable``: the node's own key can't be read or made.
    StoreError: the records can't be used.
    """
    require_room(settings, room)
    keys = grant_keys(settings, port=settings.listen.port)

    async def work(_: StoredAccess, audit: AuditLog) -> str:
        audit.record("grant.made", room=room, by=BY)
        return mint(keys, room=room, now_s=int(time.time()))

    return with_records(settings, work)


def require_room(settings: Settings, name: str) -> None:
    if name not in (names := [room.name for room in settings.rooms]):
        raise BadInput(
            "room.unknown",
            f"There is no room {name} in the settings",
            fix=f"use one of: {', '.join(names) or 'none yet; add [[rooms]]'}",
        )


def with_records(settings: Settings, work: Callable[[StoredAccess, AuditLog], Awaitable[T]]) -> T:
    """What ``work`` gives. Raises StoreError, and what ``work`` raises."""

    async def run() -> T:
        database = Database.open(settings.data_dir)
        try:
            audit = AuditLog(database)
            result = await work(StoredAccess(database), audit)
            await audit.flush()
            return result
        finally:
            database.close()

    return asyncio.run(run())
