import json
from http.cookies import Morsel, SimpleCookie
from typing import Any

import aiohttp
import pytest

from streaming.domain.session import SEAT_ROLES, Role
from streaming.signaling import entries
from tests.signaling.node import Node


def cookie_of(response: aiohttp.ClientResponse) -> "Morsel[str]":
    (header,) = response.headers.getall("Set-Cookie")
    (morsel,) = SimpleCookie(header).values()
    return morsel


async def problem(response: aiohttp.ClientResponse) -> tuple[int, str]:
    body = await response.json()
    assert body.keys() == {"code", "message", "fix", "retry"}
    return response.status, body["code"]


async def test_an_invitation_gives_a_seat_behind_a_strict_cookie(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    body = {"invite": await node.invite(), "name": " Dr. Ito "}
    async with browser.post(node.url("/api/seats"), json=body) as response:
        assert response.status == 201
        cookie = cookie_of(response)
        seat = await response.json()
    assert (seat["role"], seat["room"], seat["name"]) == ("expert", "demo", "Dr. Ito")
    assert cookie.key == "__Host-sonopair-expert"
    assert cookie["secure"] and cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Strict", "/", "")


async def test_a_reload_finds_the_seat_without_the_invitation(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    seat_id = await node.seated(browser)
    async with browser.get(node.url("/api/seats/expert")) as response:
        assert (response.status, (await response.json())["id"]) == (200, seat_id)


async def test_the_same_link_twice_costs_one_use(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    body = {"invite": await node.invite(uses=1)}
    statuses = []
    for _ in range(3):
        async with browser.post(node.url("/api/seats"), json=body) as response:
            statuses.append(response.status)
    assert statuses == [201, 200, 200]
    async with node.browser() as other, other.post(node.url("/api/seats"), json=body) as response:
        assert await problem(response) == (401, "invite.used")


async def test_one_browser_can_hold_a_seat_of_each_role(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    ids = {await node.seated(browser, role) for role in SEAT_ROLES}
    assert len(ids) == len(SEAT_ROLES)
    for role in SEAT_ROLES:
        async with browser.get(node.url(f"/api/seats/{role.value}")) as response:
            assert (await response.json())["role"] == role.value


async def test_a_seat_of_one_role_is_none_of_another(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    async with browser.post(
        node.url("/api/seats"), json={"invite": await node.invite(Role.OBSERVER)}
    ) as response:
        value = cookie_of(response).value
    stolen = {"Cookie": f"__Host-sonopair-operator={value}"}
    async with (
        aiohttp.ClientSession(headers=stolen) as other,
        other.get(node.url("/api/seats/operator")) as response,
    ):
        assert await problem(response) == (401, "seat.unknown")


async def test_leaving_revokes_the_seat_and_takes_the_cookie_back(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    await node.seated(browser)
    async with browser.delete(node.url("/api/seats/expert")) as response:
        assert response.status == 204
        assert cookie_of(response)["max-age"] == "0"
    async with browser.get(node.url("/api/seats/expert")) as response:
        assert await problem(response) == (401, "seat.unknown")


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/api/seats", {"invite": "x" * 43}, (401, "invite.unknown")),
        ("/api/seats", {"invite": "short"}, (400, "request.malformed")),
        ("/api/seats", {"invite": "x" * 43, "admin": True}, (400, "request.malformed")),
        ("/api/seats", {"invite": "x" * 43, "name": "a\nb"}, (400, "request.malformed")),
        ("/api/seats", {"invite": "x" * 43, "name": "\u202eotI .rD"}, (400, "request.malformed")),
        ("/api/seats", ["x"], (400, "request.malformed")),
        ("/api/seats", {"invite": "x" * 10_000}, (413, "request.too_large")),
        ("/api/tickets", {"role": "expert"}, (401, "seat.unknown")),
        ("/api/tickets", {"role": "root"}, (400, "request.malformed")),
        ("/api/nothing", {}, (404, "request.not_found")),
        ("/api/ws", {}, (405, "request.method")),
    ],
)
async def test_what_cannot_be_used_is_answered_with_a_code(
    node: Node, browser: aiohttp.ClientSession, path: str, body: Any, expected: tuple[int, str]
) -> None:
    async with browser.post(node.url(path), json=body) as response:
        assert await problem(response) == expected


async def test_a_form_of_another_site_is_refused(node: Node) -> None:
    body = json.dumps({"invite": await node.invite()})
    json_type, text_type = "application/json", "text/plain"
    evil, own = "https://attacker.example", node.origin
    async with aiohttp.ClientSession() as session:
        for origin, media_type, expected in (
            (evil, json_type, (403, "request.origin")),
            ("null", json_type, (403, "request.origin")),
            (own + ".attacker.example", json_type, (403, "request.origin")),
            (own, text_type, (415, "request.media_type")),
        ):
            headers = {"Origin": origin, "Content-Type": media_type}
            async with session.post(node.url("/api/seats"), data=body, headers=headers) as response:
                assert await problem(response) == expected


async def test_another_site_cannot_give_a_seat_up(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    await node.seated(browser)
    async with browser.delete(
        node.url("/api/seats/expert"), headers={"Origin": "https://attacker.example"}
    ) as response:
        assert await problem(response) == (403, "request.origin")


async def test_guessing_invitations_is_slowed_down(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    statuses = []
    for _ in range(entries.ENTRIES_BURST + 20):
        async with browser.post(node.url("/api/seats"), json={"invite": "x" * 43}) as response:
            statuses.append(response.status)
            retry_after = response.headers.get("Retry-After")
        if response.status == 429:
            break
    assert statuses[:10] == [401] * 10
    assert (statuses[-1], retry_after) == (429, "1")
