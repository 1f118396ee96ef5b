from typing import Any

import aiohttp
import pytest

from streaming.domain.session import Role
from tests.signaling.node import PASSWORD, Node
from tests.signaling.test_seats import problem


async def ask(
    node: Node, browser: aiohttp.ClientSession, method: str, path: str, **body: Any
) -> tuple[int, dict[str, Any]]:
    async with browser.request(method, node.url(path), json=body) as response:
        return response.status, await response.json()


async def made(
    node: Node, browser: aiohttp.ClientSession, login: str = "curie", *roles: str
) -> dict[str, Any]:
    status, account = await ask(
        node, browser, "POST", "/api/accounts", login=login, roles=roles or ["expert"]
    )
    assert status == 201
    return account


async def test_an_admin_makes_an_account_whose_password_is_shown_once(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    await node.signed_in(browser, Role.ADMIN)
    account = await made(node, browser)
    assert (account["login"], account["name"], account["must_change"]) == ("curie", "curie", True)
    async with browser.get(node.url("/api/accounts")) as response:
        accounts = (await response.json())["accounts"]
    assert [entry["login"] for entry in accounts] == ["curie", "ito"]
    assert not any("password" in entry or "password_hash" in entry for entry in accounts)
    async with node.browser() as other:
        status, _ = await ask(
            node, other, "POST", "/api/login", login="curie", password=account["password"]
        )
        assert status == 200


async def test_accounts_are_for_admins_alone(node: Node, browser: aiohttp.ClientSession) -> None:
    account_id = await node.signed_in(browser, *(set(Role) - {Role.ADMIN, Role.CAMERA}))
    async with node.browser() as stranger:
        for person, expected in ((browser, "account.denied"), (stranger, "session.unknown")):
            async with person.get(node.url("/api/accounts")) as response:
                assert (await problem(response))[1] == expected
            for method, path, body in (
                ("POST", "/api/accounts", {"login": "x", "roles": ["admin"]}),
                ("PATCH", f"/api/accounts/{account_id}", {"roles": ["admin"]}),
            ):
                _, answer = await ask(node, person, method, path, **body)
                assert answer["code"] == expected
    assert [account.login for account in await node.accounts.accounts()] == ["ito"]


async def test_what_an_admin_changes_is_changed_and_written_down(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    admin = await node.signed_in(browser, Role.ADMIN)
    account = await made(node, browser)
    path = f"/api/accounts/{account['id']}"
    status, changed = await ask(
        node, browser, "PATCH", path, name="Marie", roles=["observer", "expert"]
    )
    assert (status, changed["name"], changed["roles"]) == (200, "Marie", ["expert", "observer"])
    assert "password" not in changed
    _, changed = await ask(node, browser, "PATCH", path, disabled=True)
    assert (changed["disabled"], changed["name"]) == (True, "Marie")
    await node.audit.flush()
    events = await node.audit_events()
    assert ("account.changed", account["id"], admin) in [
        (event, facts.get("account"), facts.get("by")) for event, facts in events
    ]


async def test_a_reset_password_is_new_shown_once_and_the_old_one_is_gone(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    await node.signed_in(browser, Role.ADMIN)
    async with node.browser() as other:
        curie = await node.signed_in(other, login="curie")
        _, changed = await ask(
            node, browser, "PATCH", f"/api/accounts/{curie}", reset_password=True
        )
        async with other.get(node.url("/api/me")) as response:
            assert response.status == 401
        for password, expected in ((PASSWORD, 401), (changed["password"], 200)):
            status, _ = await ask(
                node, other, "POST", "/api/login", login="curie", password=password
            )
            assert status == expected


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"login": "ito", "roles": ["expert"]}, "account.taken"),
        ({"login": "a b", "roles": ["expert"]}, "account.login"),
        ({"login": "x", "roles": []}, "account.role"),
        ({"login": "x", "roles": ["camera"]}, "account.role"),
        ({"login": "x", "roles": ["root"]}, "request.malformed"),
        ({"login": "x", "roles": ["expert"], "name": "a\nb"}, "account.name"),
        ({"login": "x", "roles": ["expert"], "password": "mine"}, "request.malformed"),
    ],
)
async def test_an_account_that_cannot_be_is_refused(
    node: Node, browser: aiohttp.ClientSession, body: dict[str, Any], code: str
) -> None:
    await node.signed_in(browser, Role.ADMIN)
    status, answer = await ask(node, browser, "POST", "/api/accounts", **body)
    assert (status, answer["code"]) == (400, code)


async def test_the_last_admin_cannot_be_shut_out(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    admin = await node.signed_in(browser, Role.ADMIN)
    status, answer = await ask(node, browser, "PATCH", f"/api/accounts/{admin}", disabled=True)
    assert (status, answer["code"]) == (403, "account.last_admin")


async def test_there_is_no_account_of_an_invented_id(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    await node.signed_in(browser, Role.ADMIN)
    status, answer = await ask(node, browser, "PATCH", "/api/accounts/x", disabled=True)
    assert (status, answer["code"]) == (400, "account.unknown")
