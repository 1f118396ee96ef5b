"""Signed-in browsers. A session's cookie is ``id.secret``, as a seat's is.

Sources: OWASP ASVS 5.0, V7; NIST SP 800-63B-4, 2.2.3 (re-authentication).
"""

import hmac
from collections.abc import Collection
from dataclasses import replace
from typing import Protocol

from streaming.auth.accounts import AccountRecords, Report, plain_login
from streaming.auth.attempts import Attempts
from streaming.auth.passwords import Passwords, check_new_password
from streaming.auth.tokens import digest, random_id, random_secret
from streaming.domain.access import CLOCK_SLACK_S, NotAuthenticated
from streaming.domain.account import Account, Session, SignedIn
from streaming.domain.errors import BadInput, NotAllowed

SESSION_LIFETIME_S = 12 * 3_600
IDLE_S = 3_600
SEEN_EVERY_S = 60
"""A session that is used is written down as seen no more often than that."""

MAX_COOKIE_LENGTH = 128
MAX_LOGIN_LENGTH = 128
MAX_PASSWORD_LENGTH = 512
"""Of one that is tried; what is longer is wrong without a look."""


class SessionRecords(AccountRecords, Protocol):
    """Where sessions are kept (implemented by ``store.accounts``)."""

    async def add_session(
        self,
        session: Session,
        *,
        instead_of: str,
        dead_before_s: int,
        if_password_hash: str | None,
    ) -> bool:
        """``instead_of`` is the id of one that ends, or empty; those made before
        ``dead_before_s`` are over anyway and go as well. False, and nothing is done, when at this
        moment the account is disabled or has another ``password_hash``, if one is given."""

    async def session(self, session_id: str) -> tuple[Session, Account] | None: ...

    async def session_seen(self, session_id: str, *, at_s: int) -> None: ...

    async def end_session(self, session_id: str) -> None: ...


class SessionBook:
    """``report(event, **facts)`` goes to the audit trail. ``now_s`` is in seconds since 1970,
    UTC, ``tick_s`` a monotonic clock's."""

    def __init__(self, records: SessionRecords, passwords: Passwords, report: Report) -> None:
        self._records = records
        self._passwords = passwords
        self._report = report
        self._attempts = Attempts()

    async def sign_in(
        self,
        login: str,
        password: str,
        *,
        host: str,
        cookie: str,
        known: str,
        now_s: int,
        tick_s: float,
    ) -> SignedIn:
        """A new session; the one of ``cookie`` ends. ``known`` is what an earlier sign-in of the
        browser gave, or empty.

        Raises:
            NotAuthenticated: ``login.refused``: no such account, another password, or disabled.
                One code, after the same work, so that nobody learns who has an account.
            TooManyAttempts: ``login.wait``.
            LimitReached: ``login.busy``.
        """
        login = plain_login(login[:MAX_LOGIN_LENGTH])
        if len(known) > MAX_COOKIE_LENGTH or not known.isascii():
            known = ""
        limited = self._attempts.begin(login, host, known=known, now_s=tick_s)
        stored = await self._records.account_by_login(login)
        password_hash = stored.password_hash if stored else ""
        fits = await self._passwords.fits(password[:MAX_PASSWORD_LENGTH], password_hash)
        if stored is None or not fits or stored.account.disabled:
            known = stored.account.id if stored else "unknown"
            self._report("login.failed", account=known, limited=limited)
            raise _refused()
        try:
            signed_in = await self.open(
                stored.account, cookie=cookie, now_s=now_s, if_password_hash=password_hash
            )
        except NotAuthenticated:
            self._report("login.failed", account=stored.account.id, limited=limited)
            raise
        known_now = self._attempts.succeeded(login, host, known=known)
        self._report("login.ok", account=stored.account.id, by="password")
        return replace(signed_in, known=None if known_now == known else known_now)

    async def open(
        self, account: Account, *, cookie: str, now_s: int, if_password_hash: str | None = None
    ) -> SignedIn:
        """A session for somebody who has proved who they are; the one of ``cookie`` ends.

        Raises:
            NotAuthenticated: ``login.refused``: disabled meanwhile, or the password was changed.
        """
        secret = random_secret()
        session = Session(
            id=random_id(),
            account_id=account.id,
            secret_sha256=digest(secret),
            created_at_s=now_s,
            seen_at_s=now_s,
        )
        older = await self._valid(cookie, now_s=now_s)
        if not await self._records.add_session(
            session,
            instead_of=older[0].id if older else "",
            dead_before_s=now_s - SESSION_LIFETIME_S,
            if_password_hash=if_password_hash,
        ):
            raise _refused()
        return SignedIn(account, session.id, _end_of(session), f"{session.id}.{secret}")

    async def signed_in(self, cookie: str, *, now_s: int) -> SignedIn:
        """Raises:
        NotAuthenticated: ``session.unknown``: no such session, ended, idle for too long, or
            too old.
        """
        found = await self._valid(cookie, now_s=now_s)
        if found is None:
            raise NotAuthenticated(
                "session.unknown", "Nobody is signed in here.", fix="sign in again"
            )
        session, account = found
        if now_s - session.seen_at_s >= SEEN_EVERY_S:
            await self._records.session_seen(session.id, at_s=now_s)
        return SignedIn(account, session.id, _end_of(session))

    async def holds(self, cookie: str, *, now_s: int) -> bool:
        """Whether the cookie is a session's; renews nothing."""
        return await self._valid(cookie, now_s=now_s) is not None

    async def sign_out(self, signed_in: SignedIn) -> None:
        await self._records.end_session(signed_in.session_id)
        self._report("session.ended", account=signed_in.account.id, code="session.signed_out")

    async def change_password(
        self,
        signed_in: SignedIn,
        *,
        old: str,
        new: str,
        host: str,
        keep_seats: Collection[str],
        now_s: int,
        tick_s: float,
    ) -> SignedIn:
        """A new session; the account's others end, and its seats but for ``keep_seats``.

        Raises:
            NotAllowed: ``login.refused``: ``old`` isn't the password.
            BadInput: ``password.same``, or as ``check_new_password``.
            TooManyAttempts: ``login.wait``.
        """
        account = signed_in.account
        check_new_password(new, login=account.login)
        limited = self._attempts.begin(account.login, host, now_s=tick_s)
        stored = await self._records.account(account.id)
        if stored is None or not await self._passwords.fits(
            old[:MAX_PASSWORD_LENGTH], stored.password_hash
        ):
            self._report("login.failed", account=account.id, limited=limited)
            raise NotAllowed("login.refused", "The old password is wrong.")
        if await self._passwords.fits(new, stored.password_hash):
            raise BadInput("password.same", "This is the password that you have.")
        password_hash = await self._passwords.hash(new)
        if not await self._records.set_password(
            account.id,
            password_hash,
            instead_of=stored.password_hash,
            must_change=False,
            keep=keep_seats,
            now_s=now_s,
        ):
            raise NotAllowed("login.refused", "The old password isn't good any more.")
        self._attempts.succeeded(account.login, host)
        self._report("password.changed", account=account.id)
        changed = (await self._records.account(account.id)) or stored
        return await self.open(
            changed.account, cookie="", now_s=now_s, if_password_hash=password_hash
        )

    async def _valid(self, cookie: str, *, now_s: int) -> tuple[Session, Account] | None:
        if not cookie or len(cookie) > MAX_COOKIE_LENGTH or not cookie.isascii():
            return None
        session_id, _, secret = cookie.partition(".")
        found = await self._records.session(session_id)
        if found is None:
            return None
        session, account = found
        fits = hmac.compare_digest(session.secret_sha256, digest(secret))
        is_over = (
            now_s - session.created_at_s >= SESSION_LIFETIME_S
            or now_s - session.seen_at_s >= IDLE_S
        )
        is_ahead = max(session.created_at_s, session.seen_at_s) > now_s + CLOCK_SLACK_S
        return None if account.disabled or is_over or is_ahead or not fits else found


def _refused() -> NotAuthenticated:
    return NotAuthenticated(
        "login.refused",
        "The name or the password is wrong.",
        fix="check both; an admin can set a new password",
    )


def _end_of(session: Session) -> int:
    return session.created_at_s + SESSION_LIFETIME_S
