import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from streaming.auth.accounts import AccountBook
from streaming.auth.passwords import Passwords
from streaming.domain.account import Account
from streaming.domain.errors import BadInput, NotAllowed, SonopairError
from streaming.domain.session import Role
from streaming.store.accounts import StoredAccounts
from streaming.store.database import Database

NOW_S = 1_800_000_000
ISSUER = "https://id.example.org"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path)
    yield database
    database.close()


@pytest.fixture
def reported() -> list[tuple[str, dict[str, object]]]:
    return []


@pytest.fixture
def book(
    database: Database, reported: list[tuple[str, dict[str, object]]]
) -> Iterator[AccountBook]:
    passwords = Passwords()
    yield AccountBook(
        StoredAccounts(database),
        passwords,
        lambda event, **facts: reported.append((event, facts)),
    )
    passwords.close()


async def add(book: AccountBook, login: str, *roles: Role) -> Account:
    account, _ = await book.add(login=login, name="", roles=roles or (Role.EXPERT,), now_s=NOW_S)
    return account


def code_of(caught: pytest.ExceptionInfo[SonopairError]) -> str:
    return caught.value.code


async def test_an_account_is_found_by_its_name_in_any_case(book: AccountBook) -> None:
    account = await add(book, " Ito@Example.org ", Role.EXPERT, Role.REVIEWER)
    assert (account.login, account.must_change) == ("ito@example.org", True)
    assert await book.by_login("ITO@example.org") == account
    assert await book.account(account.id) == account


@pytest.mark.parametrize("login", ["", "-x", "a b", "é", "a" * 64, "x\ny"])
async def test_a_name_that_cannot_be_typed_is_refused(book: AccountBook, login: str) -> None:
    with pytest.raises(BadInput) as caught:
        await add(book, login)
    assert code_of(caught) == "account.login"


@pytest.mark.parametrize("name", ["a\nb", "x" * 61, "\u202e"])
async def test_a_name_that_cannot_be_shown_is_refused(book: AccountBook, name: str) -> None:
    with pytest.raises(BadInput) as caught:
        await book.add(login="ito", name=name, roles=[Role.EXPERT], now_s=NOW_S)
    assert code_of(caught) == "account.name"


@pytest.mark.parametrize("roles", [[], [Role.CAMERA], [Role.EXPERT, Role.CAMERA]])
async def test_an_account_has_a_role_of_a_person(book: AccountBook, roles: list[Role]) -> None:
    with pytest.raises(BadInput) as caught:
        await book.add(login="ito", name="", roles=roles, now_s=NOW_S)
    assert code_of(caught) == "account.role"


async def test_a_login_name_is_taken_once(book: AccountBook) -> None:
    await add(book, "ito")
    with pytest.raises(BadInput) as caught:
        await add(book, "ITO")
    assert code_of(caught) == "account.taken"


async def test_the_first_admin_is_made_once(book: AccountBook) -> None:
    password = await book.add_first_admin(now_s=NOW_S)
    assert password
    admin = await book.by_login("admin")
    assert (admin.roles, admin.must_change) == (frozenset({Role.ADMIN}), True)
    assert await book.add_first_admin(now_s=NOW_S) is None


async def test_no_admin_is_made_beside_other_accounts(book: AccountBook) -> None:
    await add(book, "ito")
    assert await book.add_first_admin(now_s=NOW_S) is None


async def test_what_is_not_given_stays(book: AccountBook) -> None:
    account = await add(book, "ito", Role.EXPERT)
    changed = await book.change(account.id, name="Dr. Ito")
    assert changed == replace(account, name="Dr. Ito")
    changed = await book.change(account.id, disabled=True)
    assert changed == replace(account, name="Dr. Ito", disabled=True)
    assert await book.account(account.id) == changed


async def test_the_last_admin_stays_one(book: AccountBook) -> None:
    first, second = await add(book, "a", Role.ADMIN), await add(book, "b", Role.ADMIN)
    await book.change(first.id, disabled=True)
    for roles, disabled in (([Role.EXPERT], None), (None, True)):
        with pytest.raises(NotAllowed) as caught:
            await book.change(second.id, roles=roles, disabled=disabled)
        assert code_of(caught) == "account.last_admin"
    await book.change(first.id, disabled=False)
    await book.change(second.id, disabled=True)


async def test_two_who_change_an_account_at_once_undo_nothing_of_each_other(
    book: AccountBook,
) -> None:
    account = await add(book, "ito")
    await asyncio.gather(
        book.change(account.id, disabled=True), book.change(account.id, name="Dr. Ito")
    )
    assert await book.account(account.id) == replace(account, name="Dr. Ito", disabled=True)


async def test_two_admins_who_demote_each_other_leave_one(book: AccountBook) -> None:
    admins = [await add(book, login, Role.ADMIN) for login in ("a", "b")]
    demotions = [book.change(admin.id, roles=[Role.EXPERT]) for admin in admins]
    results = await asyncio.gather(*demotions, return_exceptions=True)
    assert [getattr(result, "code", "") for result in results] == ["", "account.last_admin"]
    assert [a.login for a in await book.accounts() if a.administers] == ["b"]


async def test_an_account_that_is_not_there_cannot_be_changed(book: AccountBook) -> None:
    for work in (book.change("x"), book.reset_password("x", now_s=NOW_S), book.by_login("x")):
        with pytest.raises(BadInput) as caught:
            await work
        assert code_of(caught) == "account.unknown"


async def of_identity(
    book: AccountBook, subject: str = "s-1", *, login: str = "ito", name: str = "Dr. Ito"
) -> Account:
    return await book.of_identity(
        issuer=ISSUER, subject=subject, login=login, name=name, roles=[Role.EXPERT], now_s=NOW_S
    )


async def test_whom_a_provider_vouches_for_gets_one_account(book: AccountBook) -> None:
    first = await of_identity(book)
    assert (first.login, first.must_change) == ("ito", False)
    again = await of_identity(book, login="other", name="Prof. Ito")
    assert (again.id, again.login, again.name) == (first.id, "ito", "Prof. Ito")
    assert [account.id for account in await book.accounts()] == [first.id]


async def test_a_provider_cannot_take_over_a_local_account(book: AccountBook) -> None:
    local = await add(book, "admin", Role.ADMIN)
    account = await of_identity(book, login="admin")
    assert account.id != local.id
    assert account.login.startswith("admin-")
    assert account.roles == {Role.EXPERT}


async def test_one_subject_of_two_providers_is_two_people(book: AccountBook) -> None:
    first = await of_identity(book)
    other = await book.of_identity(
        issuer="https://other.example",
        subject="s-1",
        login="ito",
        name="Ito",
        roles=[Role.EXPERT],
        now_s=NOW_S,
    )
    assert other.id != first.id


async def test_a_provider_does_not_bring_a_disabled_account_back(book: AccountBook) -> None:
    account = await of_identity(book)
    await book.change(account.id, disabled=True)
    with pytest.raises(NotAllowed) as caught:
        await of_identity(book)
    assert code_of(caught) == "account.disabled"


async def test_a_sign_in_does_not_undo_that_an_admin_disables_the_account_meanwhile(
    book: AccountBook,
) -> None:
    account = await of_identity(book)
    results = await asyncio.gather(
        book.change(account.id, disabled=True),
        of_identity(book, name="Prof. Ito"),
        return_exceptions=True,
    )
    assert getattr(results[1], "code", "") == "account.disabled"
    assert (await book.account(account.id)).disabled


async def test_whom_the_provider_gives_no_role_any_more_has_none_here(book: AccountBook) -> None:
    account = await of_identity(book)
    await book.without_roles(issuer=ISSUER, subject="s-1")
    assert (await book.account(account.id)).roles == frozenset()
    await book.without_roles(issuer=ISSUER, subject="somebody else")


async def test_what_a_provider_changes_is_reported(
    book: AccountBook, reported: list[tuple[str, dict[str, object]]]
) -> None:
    account = await of_identity(book)
    assert await of_identity(book) == account
    await of_identity(book, name="Prof. Ito")
    await book.without_roles(issuer=ISSUER, subject="s-1")
    changed = {"account": account.id, "disabled": False, "by": "oidc"}
    assert reported == [
        ("account.created", {"account": account.id, "roles": "expert", "by": "oidc"}),
        ("account.changed", changed | {"roles": "expert", "renamed": True}),
        ("account.changed", changed | {"roles": "", "renamed": False}),
    ]


@pytest.mark.parametrize("wish", ["", "日本", "..", "Dr. Ito <x>"])
async def test_a_wish_for_a_name_that_cannot_be_typed_is_met_as_well_as_can_be(
    book: AccountBook, wish: str
) -> None:
    account = await of_identity(book, login=wish, name="\n")
    assert account.name == "Account"
    assert await book.by_login(account.login) == account
