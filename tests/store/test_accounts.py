from collections.abc import Iterator
from pathlib import Path

import pytest

from streaming.domain.account import Account, Session, StoredAccount
from streaming.domain.session import Role
from streaming.store.accounts import StoredAccounts
from streaming.store.database import Database


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[StoredAccounts]:
    database = Database.open(tmp_path)
    yield StoredAccounts(database)
    database.close()


def stored(login: str, *, password_hash: str = "$hash") -> StoredAccount:
    account = Account(
        id=f"id-{login}",
        login=login,
        name=login.upper(),
        roles=frozenset({Role.ADMIN, Role.EXPERT}),
        must_change=True,
        created_at_s=5,
    )
    return StoredAccount(account, password_hash)


def session(session_id: str, *, at_s: int) -> Session:
    return Session(session_id, "id-a", "digest", created_at_s=at_s, seen_at_s=at_s)


async def add_session(
    accounts: StoredAccounts, new: Session, *, instead_of: str = "", dead_before_s: int = 0
) -> None:
    assert await accounts.add_session(
        new, instead_of=instead_of, dead_before_s=dead_before_s, if_password_hash="$hash"
    )


async def test_what_is_stored_comes_back(accounts: StoredAccounts) -> None:
    for login in ("b", "a"):
        assert await accounts.add_account(stored(login))
    assert await accounts.account("id-a") == stored("a")
    assert await accounts.account_by_login("b") == stored("b")
    assert [account.login for account in await accounts.accounts()] == ["a", "b"]
    assert await accounts.account("x") is None
    assert await accounts.account_by_login("x") is None


async def test_a_taken_name_or_identity_adds_nothing(accounts: StoredAccounts) -> None:
    assert await accounts.add_account(stored("a", password_hash=""), identity=("iss", "sub"))
    assert not await accounts.add_account(stored("a"))
    assert not await accounts.add_account(stored("b"), identity=("iss", "sub"))
    assert [account.login for account in await accounts.accounts()] == ["a"]
    found = await accounts.account_by_identity("iss", "sub")
    assert found is not None and found.login == "a"
    assert await accounts.account_by_identity("iss", "other") is None


async def test_sessions_that_are_over_go_with_the_next_one(accounts: StoredAccounts) -> None:
    await accounts.add_account(stored("a"))
    for session_id, at_s in (("old", 10), ("young", 20), ("replaced", 30)):
        await add_session(accounts, session(session_id, at_s=at_s))
    await add_session(accounts, session("new", at_s=40), instead_of="replaced", dead_before_s=20)
    left = [name for name in ("old", "young", "replaced", "new") if await accounts.session(name)]
    assert left == ["young", "new"]


async def test_a_session_comes_with_its_account(accounts: StoredAccounts) -> None:
    await accounts.add_account(stored("a"))
    await add_session(accounts, session("s", at_s=1))
    await accounts.session_seen("s", at_s=99)
    found = await accounts.session("s")
    assert found is not None
    assert (found[0].seen_at_s, found[1]) == (99, stored("a").account)
    await accounts.end_session("s")
    assert await accounts.session("s") is None
