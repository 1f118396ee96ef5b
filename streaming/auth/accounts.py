"""Accounts: who may sign in, and what with which roles. Times are seconds since 1970, UTC."""

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Protocol

from streaming.auth.passwords import Passwords, one_time_password
from streaming.auth.tokens import random_id
from streaming.domain.account import (
    ACCOUNT_ROLES,
    LOGIN_PATTERN,
    MAX_NAME_LENGTH,
    Account,
    StoredAccount,
)
from streaming.domain.errors import BadInput
from streaming.domain.session import Role

FIRST_ADMIN = "admin"
OIDC = "oidc"

Report = Callable[..., None]


class AccountRecords(Protocol):
    """Where accounts are kept (implemented by ``store.accounts``)."""

    async def accounts(self) -> Sequence[Account]: ...

    async def account(self, account_id: str) -> StoredAccount | None: ...

    async def account_by_login(self, login: str) -> StoredAccount | None: ...

    async def account_by_identity(self, issuer: str, subject: str) -> Account | None: ...

    async def add_account(
        self, stored: StoredAccount, *, identity: tuple[str, str] | None = None
    ) -> bool:
        """With the ``(issuer, subject)`` it belongs to. False when the login name or the identity
        is taken."""

    async def change_account(
        self,
        account_id: str,
        *,
        name: str | None,
        roles: frozenset[Role] | None,
        disabled: bool | None,
    ) -> Account:
        """The account as it is now; what is None stays. Sessions of an account that is disabled
        or has no roles end, and seats that its roles don't give any more are revoked together with
        whoever came by their invitations: all of it or nothing.

        Raises:
            BadInput: ``account.unknown``.
            NotAllowed: ``account.last_admin``.
        """

    async def follow_provider(
        self, account_id: str, *, name: str | None, roles: frozenset[Role]
    ) -> Account:
        """As ``change_account``, also for the last admin, and never for a disabled account.

        Raises:
            NotAllowed: ``account.disabled``.
        """

    async def set_password(
        self,
        account_id: str,
        password_hash: str,
        *,
        instead_of: str | None,
        must_change: bool,
        keep: Collection[str],
        now_s: int,
    ) -> bool:
        """The account's sessions end, and its seats with whoever came by their invitations, but
        for those whose ids are in ``keep``. False, and nothing is done, when the account has
        another hash than ``instead_of``, if one is given."""


class AccountBook:
    """``report(event, **facts)`` goes to the audit trail: of what a provider changes. What a
    person changes here is for the caller to report, who knows who it is."""

    def __init__(self, records: AccountRecords, passwords: Passwords, report: Report) -> None:
        self._records = records
        self._passwords = passwords
        self._report = report

    async def accounts(self) -> Sequence[Account]:
        """By login name."""
        return await self._records.accounts()

    async def account(self, account_id: str) -> Account:
        """Raises:
        BadInput: ``account.unknown``.
        """
        stored = await self._records.account(account_id)
        if stored is None:
            raise BadInput("account.unknown", "There is no such account.")
        return stored.account

    async def by_login(self, login: str) -> Account:
        """Raises as ``account`` does."""
        stored = await self._records.account_by_login(plain_login(login))
        if stored is None:
            raise BadInput("account.unknown", "There is no account of this name.")
        return stored.account

    async def add(
        self, *, login: str, name: str, roles: Collection[Role], now_s: int
    ) -> tuple[Account, str]:
        """The account and its first password, which is shown once and must be changed.

        Raises:
            BadInput: ``account.login``, ``account.name``, ``account.role`` or ``account.taken``.
        """
        login = plain_login(login)
        if not re.fullmatch(LOGIN_PATTERN, login):
            raise BadInput(
                "account.login",
                "A login name is made of letters, digits and . _ @ -, and begins with one of "
                "the first two.",
            )
        account = Account(
            id=random_id(),
            login=login,
            name=plain_name(name or login),
            roles=checked_roles(roles),
            must_change=True,
            created_at_s=now_s,
        )
        password = one_time_password()
        stored = StoredAccount(account, await self._passwords.hash(password))
        if not await self._records.add_account(stored):
            raise BadInput("account.taken", "There is an account of this login name already.")
        return account, password

    async def add_first_admin(self, *, now_s: int) -> str | None:
        """The password of a new account ``admin``; None when there is an account already."""
        if await self._records.accounts():
            return None
        _, password = await self.add(
            login=FIRST_ADMIN, name="Administrator", roles=[Role.ADMIN], now_s=now_s
        )
        return password

    async def change(
        self,
        account_id: str,
        *,
        name: str | None = None,
        roles: Collection[Role] | None = None,
        disabled: bool | None = None,
    ) -> Account:
        """The account as it is now; what is None stays.

        Raises:
            BadInput: ``account.unknown``, ``account.name`` or ``account.role``.
            NotAllowed: ``account.last_admin``: nobody would be left who may change accounts.
        """
        return await self._records.change_account(
            account_id,
            name=None if name is None else plain_name(name),
            roles=None if roles is None else checked_roles(roles),
            disabled=disabled,
        )

    async def reset_password(self, account_id: str, *, now_s: int) -> str:
        """A new one-time password; who is signed in by the old one isn't any more.

        Raises:
            BadInput: ``account.unknown``.
        """
        account = await self.account(account_id)
        password = one_time_password()
        await self._records.set_password(
            account.id,
            await self._passwords.hash(password),
            instead_of=None,
            must_change=True,
            keep=(),
            now_s=now_s,
        )
        return password

    async def of_identity(
        self,
        *,
        issuer: str,
        subject: str,
        login: str,
        name: str,
        roles: Collection[Role],
        now_s: int,
    ) -> Account:
        """The account of somebody whom an OpenID provider vouches for, made at the first time and
        brought up to date at every other. ``login`` is a wish: a name that is taken stays its
        owner's.

        Raises:
            NotAllowed: ``account.disabled``.
        """
        known = await self._records.account_by_identity(issuer, subject)
        if known is None:
            account = Account(
                id=random_id(),
                login=_usable_login(login),
                name=_shortened(name) or "Account",
                roles=checked_roles(roles),
                created_at_s=now_s,
            )
            while not await self._records.add_account(
                StoredAccount(account, ""), identity=(issuer, subject)
            ):
                account = replace(account, login=f"{account.login[:40]}-{random_id()[:6].lower()}")
            self._report("account.created", account=account.id, roles=_text(account.roles), by=OIDC)
            return account
        return await self._follow(known, name=_shortened(name) or None, roles=checked_roles(roles))

    async def without_roles(self, *, issuer: str, subject: str) -> None:
        """An OpenID provider gives somebody no roles (any more): an account that they have from
        before gives them nothing either."""
        known = await self._records.account_by_identity(issuer, subject)
        if known is not None and not known.disabled:
            await self._follow(known, name=None, roles=frozenset())

    async def _follow(self, known: Account, *, name: str | None, roles: frozenset[Role]) -> Account:
        account = await self._records.follow_provider(known.id, name=name, roles=roles)
        if account != known:
            self._report(
                "account.changed",
                account=account.id,
                roles=_text(account.roles),
                disabled=account.disabled,
                renamed=account.name != known.name,
                by=OIDC,
            )
        return account


def plain_login(login: str) -> str:
    return unicodedata.normalize("NFKC", login).strip().casefold()


def plain_name(name: str) -> str:
    """Raises:
    BadInput: ``account.name``.
    """
    name = name.strip()
    if not 0 < len(name) <= MAX_NAME_LENGTH or not name.isprintable():
        raise BadInput("account.name", f"A name has 1 to {MAX_NAME_LENGTH} printable characters.")
    return name


def checked_roles(roles: Collection[Role]) -> frozenset[Role]:
    """Raises:
    BadInput: ``account.role``.
    """
    if not roles or not set(roles) <= set(ACCOUNT_ROLES):
        raise BadInput("account.role", f"An account has one or more of {', '.join(ACCOUNT_ROLES)}.")
    return frozenset(roles)


def _usable_login(wish: str) -> str:
    login = re.sub(r"[^a-z0-9._@-]", "", plain_login(wish)).lstrip("._@-")[:50]
    return login or f"account-{random_id()[:6].lower()}"


def _shortened(name: str) -> str:
    return "".join(filter(str.isprintable, name)).strip()[:MAX_NAME_LENGTH]


def _text(roles: frozenset[Role]) -> str:
    return "+".join(sorted(roles))
