"""People who sign in by name: accounts, their sessions, and which seats their roles give.

Times named ``*_at_s`` are whole seconds since 1970, UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from streaming.domain.errors import LimitReached
from streaming.domain.session import Role

ACCOUNT_ROLES = (Role.OPERATOR, Role.EXPERT, Role.OBSERVER, Role.REVIEWER, Role.ADMIN)
"""A camera is a device: it has a seat by invitation and no account."""

SEATS: Mapping[Role, frozenset[Role]] = {
    Role.OPERATOR: frozenset({Role.OPERATOR}),
    Role.EXPERT: frozenset({Role.EXPERT}),
    Role.OBSERVER: frozenset({Role.OBSERVER}),
    Role.REVIEWER: frozenset({Role.OBSERVER}),
}
"""Which seats a role of an account gives; a role without a row gives none."""

LOGIN_PATTERN = r"[a-z0-9][a-z0-9._@-]{0,62}"
"""Names that people sign in with: small letters, so that no two differ by case alone."""

MAX_NAME_LENGTH = 60


class TooManyAttempts(LimitReached):
    """Somebody tried too often; the same is taken again after ``wait_s`` seconds."""

    def __init__(self, code: str, message: str, *, wait_s: int) -> None:
        super().__init__(code, message, fix=f"try again in {wait_s} s")
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Account:
    """``id`` is random and all that logs and the audit trail call a person. Whoever
    ``must_change`` their password may do nothing else before."""

    id: str
    login: str
    name: str
    roles: frozenset[Role]
    disabled: bool = False
    must_change: bool = False
    created_at_s: int = 0

    @property
    def administers(self) -> bool:
        return Role.ADMIN in self.roles and not self.disabled

    def may_take(self, seat: Role) -> bool:
        return not self.disabled and seat in seats_of(self.roles)


def seats_of(roles: frozenset[Role]) -> frozenset[Role]:
    return frozenset().union(*(SEATS.get(role, frozenset()) for role in roles))


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """With its password as an argon2id hash in PHC format; empty: nobody signs in by password."""

    account: Account
    password_hash: str


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in. ``seen_at_s`` is when it was used last, to the minute."""

    id: str
    account_id: str
    secret_sha256: str
    created_at_s: int
    seen_at_s: int


@dataclass(frozen=True, slots=True)
class SignedIn:
    """``ends_at_s`` is when the session ends however much it is used. ``cookie`` is the value to
    set, or None when the browser's own is still good; so is ``known``, by which the browser is told
    from others when somebody guesses passwords."""

    account: Account
    session_id: str
    ends_at_s: int
    cookie: str | None = None
    known: str | None = None
