"""Who may enter a room, and who confirmed its mask: what is kept of it across restarts.

Times named ``*_at_s`` are whole seconds since 1970, UTC. Secrets are kept only as SHA-256: they
are random and at least 256 bits long, so neither salt nor stretching would add anything.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from streaming.domain.errors import NotAllowed
from streaming.domain.session import Role, Seat

CLOCK_SLACK_S = 60
"""What was made later than that from now wasn't: the clock was set back, and nothing that depends
on it is believed."""


class NotAuthenticated(NotAllowed):
    """No credential, or one that isn't valid (any more): HTTP 401 instead of 403."""


_GUESTS = frozenset({Role.EXPERT, Role.OBSERVER, Role.CAMERA})

INVITES: Mapping[Role, frozenset[Role]] = {Role.OPERATOR: _GUESTS, Role.EXPERT: _GUESTS}
"""Whom a seat may invite to its own room; a role without a row invites nobody."""


def invitation_id(secret: str) -> str:
    """What the audit trail calls an invitation: 64 bits, from which nobody gets its secret."""
    return hashlib.sha256(secret.encode()).hexdigest()[:16]


def may_pass_the_lobby(by: Seat, invited: Role) -> bool:
    """Whether somebody whom ``by`` invites may enter without being let in. A camera is told
    nothing, so that it may; people may on the word of an operator or of an account."""
    return invited is Role.CAMERA or by.role is Role.OPERATOR or by.verified


@dataclass(frozen=True, slots=True)
class SeatRecord:
    """A seat with the digest of its cookie's secret. ``account_id`` is of who took it with an
    account, and empty for a guest's."""

    seat: Seat
    secret_sha256: str
    expires_at_s: int
    revoked: bool = False
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class Invite:
    """A right to take ``uses_left`` more seats in one room and role until it expires, or the seat
    that made it is revoked; ``made_by_seat`` is empty when it was made on the command line. With
    ``lobby`` whoever takes one waits until somebody in the room admits them."""

    secret_sha256: str
    room: str
    role: Role
    uses_left: int
    expires_at_s: int
    lobby: bool = False
    made_at_s: int = 0
    made_by_seat: str = ""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A person's word that ``profile_toml`` masks everything it must on ``source_id``.

    ``who`` is a seat id or how the profile was given (``command-line``), never a person's name.
    """

    source_id: str
    profile_sha256: str
    profile_toml: str
    who: str
    at_s: int


@dataclass(frozen=True, slots=True)
class Seating:
    """``cookie`` is the value to set, or None when the browser's own is still good."""

    seat: Seat
    cookie: str | None = None
    is_new: bool = False
