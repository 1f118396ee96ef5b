import asyncio
import sqlite3
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from streaming.domain.session import Role
from streaming.signaling import entries
from streaming.signaling.bodies import SESSION_COOKIE
from streaming.signaling.sessions import KNOWN_COOKIE
from tests.signaling.node import PASSWORD, Node, close_of
from tests.signaling.test_seats import cookie_of, problem


async def post(
    node: Node, browser: aiohttp.ClientSession, path: str, **body: Any
) -> tuple[int, dict[str, Any]]:
    async with browser.post(node.url(path), json=body) as response:
        return response.status, await response.json() if response.content_length else {}


async def me(node: Node, browser: aiohttp.ClientSession) -> tuple[int, dict[str, Any]]:
    async with browser.get(node.url("/api/me")) as response:
        return response.status, await response.json()


async def one_time_password(node: Node, *roles: Role) -> str:
    _, password = await node.accounts.add(
        login="ito", name="Dr. Ito", roles=roles or (Role.EXPERT,), now_s=0
    )
    return password


async def test_a_session_is_behind_a_strict_cookie(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    body = {"login": "Ito", "password": await one_time_password(node)}
    async with browser.post(node.url("/api/login"), json=body) as response:
        assert response.status == 200
        cookies = dict(response.cookies)
        answer = await response.json()
    assert (answer["login"], answer["roles"], answer["must_change"]) == ("ito", ["expert"], True)
    assert cookies.keys() == {SESSION_COOKIE, KNOWN_COOKIE}
    for cookie in cookies.values():
        assert cookie["secure"] and cookie["httponly"]
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Strict", "/", "")


async def test_a_one_time_password_opens_nothing_before_it_is_changed(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    password = await one_time_password(node, Role.EXPERT, Role.ADMIN)
    await post(node, browser, "/api/login", login="ito", password=password)
    for path in ("/api/rooms", "/api/accounts"):
        async with browser.get(node.url(path)) as response:
            assert await problem(response) == (403, "account.password_due")
    status, _ = await post(node, browser, "/api/rooms/demo/seats", role="expert")
    assert status == 403
    status, answer = await post(node, browser, "/api/me/password", old=password, new=PASSWORD)
    assert (status, answer["must_change"]) == (200, False)
    assert (await me(node, browser))[1]["must_change"] is False
    async with browser.get(node.url("/api/rooms")) as response:
        assert response.status == 200


async def test_a_wrong_name_and_a_wrong_password_look_the_same(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    password = await one_time_password(node)
    wrong = await post(node, browser, "/api/login", login="ito", password="wrong")
    unknown = await post(node, browser, "/api/login", login="nobody", password=password)
    assert wrong == unknown
    assert (wrong[0], wrong[1]["code"]) == (401, "login.refused")


async def test_a_browser_in_which_somebody_signed_in_is_known_once(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    await node.signed_in(browser)
    known = [cookie for cookie in browser.cookie_jar if cookie.key == KNOWN_COOKIE]
    assert len(known) == 1 and known[0]["secure"] and known[0]["httponly"]
    body = {"login": "ito", "password": PASSWORD}
    async with browser.post(node.url("/api/login"), json=body) as response:
        assert KNOWN_COOKIE not in response.cookies


async def test_the_next_person_at_a_browser_does_not_get_the_last_ones_seat(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    await node.signed_in(browser, Role.OPERATOR, login="anna")
    guest = await node.seated(browser, Role.OBSERVER)
    _, seat = await post(node, browser, "/api/rooms/demo/seats", role="operator")
    socket = await node.reenter(browser, Role.OPERATOR)
    await node.signed_in(browser, Role.EXPERT, login="bob")
    assert (await close_of(socket))[0] == 4410
    async with browser.get(node.url("/api/seats/operator")) as response:
        assert await problem(response) == (401, "seat.unknown")
    assert await node.book.revoked([seat["id"], guest], now_s=0) == {seat["id"]}


async def test_who_comes_back_from_a_provider_does_not_get_the_last_ones_seat_either(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    await node.signed_in(browser, Role.OPERATOR, login="anna")
    _, seat = await post(node, browser, "/api/rooms/demo/seats", role="operator")
    bob, _ = await node.accounts.add(login="bob", name="", roles=[Role.EXPERT], now_s=0)
    signed_in = await node.deps.sessions.open(bob, cookie="", now_s=int(time.time()))
    cookies = {SESSION_COOKIE: signed_in.cookie or ""}
    async with browser.get(node.url("/api/me"), cookies=cookies) as response:
        assert (await response.json())["login"] == "bob"
        assert response.cookies["__Host-sonopair-operator"].value == ""
    assert await node.book.revoked([seat["id"]], now_s=0) == {seat["id"]}


async def test_guessing_is_told_how_long_to_wait(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    await one_time_password(node)
    body = {"login": "ito", "password": "wrong"}
    statuses = []
    while 429 not in statuses:
        async with browser.post(node.url("/api/login"), json=body) as response:
            statuses.append(response.status)
            told = await problem(response)
    assert statuses[:11] == [401] * 11
    assert told == (429, "login.wait")
    assert int(response.headers["Retry-After"]) >= 1


async def test_signing_in_gives_a_new_session_and_out_ends_it(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    await node.signed_in(browser)
    before = {cookie.key: cookie.value for cookie in browser.cookie_jar}
    await post(node, browser, "/api/login", login="ito", password=PASSWORD)
    after = {cookie.key: cookie.value for cookie in browser.cookie_jar}
    assert before.keys() == after.keys() == {SESSION_COOKIE, KNOWN_COOKIE}
    assert before[SESSION_COOKIE] != after[SESSION_COOKIE]
    async with aiohttp.ClientSession(cookies=before) as thief:
        assert (await me(node, thief))[0] == 401
    async with browser.post(node.url("/api/logout"), json={}) as response:
        assert (response.status, cookie_of(response)["max-age"]) == (204, "0")
    async with aiohttp.ClientSession(cookies=after) as thief:
        assert (await me(node, thief))[1]["code"] == "session.unknown"


async def test_signing_out_ends_the_seats_that_the_account_took_here(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    await node.seated(browser, Role.OBSERVER)
    await node.signed_in(browser)
    await post(node, browser, "/api/rooms/demo/seats", role="expert")
    socket = await node.reenter(browser)
    await post(node, browser, "/api/logout")
    assert await close_of(socket) == (4410, "seat.revoked")
    for role, status in (("expert", 401), ("observer", 200)):
        async with browser.get(node.url(f"/api/seats/{role}")) as response:
            assert response.status == status


async def test_a_changed_password_ends_the_other_browsers_sessions_and_seats(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    await node.signed_in(browser)
    await post(node, browser, "/api/rooms/demo/seats", role="expert")
    async with node.browser() as other:
        await post(node, other, "/api/login", login="ito", password=PASSWORD)
        await post(node, other, "/api/rooms/demo/seats", role="expert")
        status, _ = await post(
            node, browser, "/api/me/password", old=PASSWORD, new="another quiet lake"
        )
        assert status == 200
        assert (await me(node, other))[0] == 401
        async with other.get(node.url("/api/seats/expert")) as response:
            assert response.status == 401
    assert (await me(node, browser))[0] == 200
    async with browser.get(node.url("/api/seats/expert")) as response:
        assert response.status == 200


async def test_a_disabled_account_loses_its_socket_within_two_seconds(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    account_id = await node.signed_in(browser)
    await post(node, browser, "/api/rooms/demo/seats", role="expert")
    socket = await node.reenter(browser)
    await node.accounts.change(account_id, disabled=True)
    assert await close_of(socket) == (4410, "seat.revoked")
    assert (await me(node, browser))[0] == 401


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/api/login", {"login": "ito"}, (400, "request.malformed")),
        ("/api/login", {"login": "ito", "password": "x", "otp": 1}, (400, "request.malformed")),
        ("/api/login", {"login": "i" * 300, "password": "x"}, (400, "request.malformed")),
        ("/api/login", {"login": "x\u0000y", "password": "\ud800"}, (400, "request.malformed")),
        ("/api/logout", {}, (401, "session.unknown")),
        ("/api/me/password", {"old": "x", "new": "y"}, (401, "session.unknown")),
    ],
)
async def test_what_cannot_be_used_is_answered_with_a_code(
    node: Node, browser: aiohttp.ClientSession, path: str, body: Any, expected: tuple[int, str]
) -> None:
    async with browser.post(node.url(path), json=body) as response:
        assert await problem(response) == expected


async def test_who_is_signed_in_has_a_ration_of_their_own(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    await node.signed_in(browser)
    async with aiohttp.ClientSession() as stranger:
        for _ in range(2 * entries.ENTRIES_BURST):
            async with stranger.post(node.url("/api/seats"), data=b"x") as response:
                status = response.status
    assert status == 429
    assert (await me(node, browser))[0] == 200


async def test_neither_name_nor_password_reaches_the_log_or_the_audit_trail(
    node: Node,
    browser: aiohttp.ClientSession,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await node.signed_in(browser, login="canary.login")
    await post(node, browser, "/api/login", login="canary.login", password="canary-password")
    await post(node, browser, "/api/login", login="canary-typo", password="x")
    await post(node, browser, "/api/rooms/demo/seats", role="expert")
    await node.audit.flush()
    captured = capsys.readouterr()
    assert "signed in" in captured.out
    rows = await asyncio.to_thread(audit_rows, tmp_path)
    assert [row for row in rows if "login.failed" in row]
    for text in (captured.out, captured.err, "\n".join(rows)):
        assert "canary" not in text and "Ito" not in text and "127.0.0.1" not in text


def audit_rows(folder: Path) -> list[str]:
    connection = sqlite3.connect(folder / "data" / "sonopair.sqlite")
    rows = [" ".join(map(str, row)) for row in connection.execute("SELECT * FROM audit")]
    connection.close()
    return rows
