"""Accounts from the command line, beside a node that may be running."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from pathlib import Path
from typing import TypeVar

from streaming.auth.accounts import FIRST_ADMIN, AccountBook
from streaming.auth.passwords import Passwords
from streaming.config import Settings
from streaming.domain.account import Account
from streaming.domain.session import Role
from streaming.store.accounts import StoredAccounts
from streaming.store.audit import AuditLog
from streaming.store.database import Database

FIRST_PASSWORD_FILE = "first-admin-password"
BY = "command-line"

T = TypeVar("T")


def add(settings: Settings, *, login: str, name: str, roles: Collection[Role]) -> str:
    """The one-time password. Raises what ``AccountBook.add`` and the records raise."""

    async def work(book: AccountBook, audit: AuditLog) -> str:
        account, password = await book.add(
            login=login, name=name, roles=roles, now_s=int(time.time())
        )
        audit.record("account.created", account=account.id, roles=_text(account), by=BY)
        return password

    return _with_accounts(settings, work)


def list_accounts(settings: Settings) -> Sequence[Account]:
    return _with_accounts(settings, lambda book, _: book.accounts())


def change(
    settings: Settings,
    login: str,
    *,
    roles: Collection[Role] | None = None,
    disabled: bool | None = None,
) -> Account:
    """Raises what ``AccountBook.by_login`` and ``change`` raise."""

    async def work(book: AccountBook, audit: AuditLog) -> Account:
        account = await book.by_login(login)
        account = await book.change(account.id, roles=roles, disabled=disabled)
        audit.record(
            "account.changed",
            account=account.id,
            roles=_text(account),
            disabled=account.disabled,
            by=BY,
        )
        return account

    return _with_accounts(settings, work)


def reset_password(settings: Settings, login: str) -> str:
    """The new one-time password. Raises what ``AccountBook.by_login`` raises."""

    async def work(book: AccountBook, audit: AuditLog) -> str:
        account = await book.by_login(login)
        password = await book.reset_password(account.id, now_s=int(time.time()))
        audit.record("password.reset", account=account.id, by=BY)
        return password

    return _with_accounts(settings, work)


def make_first_admin(settings: Settings, *, on_terminal: bool) -> str:
    """What to tell the person who starts a node that nobody can sign in to yet; empty when
    somebody can.

    Where nobody looks on, what is printed ends up in a log: there the password goes into a file
    that only the node's user can read.
    """

    async def work(book: AccountBook, audit: AuditLog) -> str | None:
        password = await book.add_first_admin(now_s=int(time.time()))
        if password is not None:
            account = await book.by_login(FIRST_ADMIN)
            audit.record("account.created", account=account.id, roles=_text(account), by="start")
        return password

    password = _with_accounts(settings, work)
    if password is None:
        return ""
    if on_terminal:
        return (
            f"The first account is {FIRST_ADMIN}, its password {password}\n"
            "It is shown this once, and must be changed at the first sign-in at /login."
        )
    file = settings.data_dir / FIRST_PASSWORD_FILE
    _write_private(file, password)
    return (
        f"The first account is {FIRST_ADMIN}; its password, which must be changed at the first "
        f"sign-in at /login, is in {file}. Delete that file then."
    )


def _write_private(file: Path, text: str) -> None:
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(text + "\n")


def _text(account: Account) -> str:
    return "+".join(sorted(account.roles))


def _with_accounts(settings: Settings, work: Callable[[AccountBook, AuditLog], Awaitable[T]]) -> T:
    async def run() -> T:
        database, passwords = Database.open(settings.data_dir), Passwords()
        try:
            audit = AuditLog(database)
            book = AccountBook(StoredAccounts(database), passwords, audit.record)
            result = await work(book, audit)
            await audit.flush()
            return result
        finally:
            passwords.close()
            database.close()

    return asyncio.run(run())
