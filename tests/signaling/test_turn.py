import time
from pathlib import Path

import aiohttp

from streaming.auth.turn import Relay, turn_credential
from streaming.domain.session import Role
from streaming.domain.turn import RelayPolicy
from streaming.signaling.entries import ENTRIES_BURST
from tests.signaling.node import Node, running_node
from tests.signaling.test_seats import problem

SECRET = "0123456789abcdefghijklmnopqrstuvwxyz"
URLS = ("turn:turn.example.org:3478", "turns:turn.example.org:443")
RELAY = Relay(URLS, SECRET, ttl_s=300, policy=RelayPolicy.RELAY)
EXPERT = {"role": "expert"}


async def test_a_seat_gets_credentials_that_the_turn_server_takes(tmp_path: Path) -> None:
    async with running_node(tmp_path, relay=RELAY) as node, node.browser() as browser:
        seat = await node.seated(browser)
        before_s = int(time.time())
        async with browser.post(node.url("/api/turn"), json=EXPERT) as response:
            assert response.status == 200
            assert response.headers["Cache-Control"] == "no-store"
            given = await response.json()
    expires_at_s, _, participant = given["username"].partition(":")
    assert participant == seat
    assert before_s + 300 <= int(expires_at_s) <= int(time.time()) + 300
    expected = turn_credential(SECRET, participant=seat, expires_at_s=int(expires_at_s))
    assert (given["username"], given["credential"]) == expected
    assert (tuple(given["urls"]), given["ttl_s"], given["policy"]) == (URLS, 300, "relay")


async def test_without_a_turn_server_a_browser_is_told_to_go_directly(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    await node.seated(browser)
    async with browser.post(node.url("/api/turn"), json=EXPERT) as response:
        given = await response.json()
    assert (given["urls"], given["policy"], given["username"]) == ([], "all", "")


async def test_a_stranger_and_a_seat_of_another_role_get_nothing(tmp_path: Path) -> None:
    async with running_node(tmp_path, relay=RELAY) as node, node.browser() as browser:
        for seated in (False, True):
            if seated:
                await node.seated(browser, Role.OBSERVER)
            async with browser.post(node.url("/api/turn"), json=EXPERT) as response:
                assert await problem(response) == (401, "seat.unknown")


async def test_who_waits_in_the_lobby_gets_nothing(tmp_path: Path) -> None:
    async with running_node(tmp_path, relay=RELAY) as node, node.browser() as browser:
        invite = await node.book.create_invite(
            room="demo",
            role=Role.EXPERT,
            uses=1,
            lifetime_s=60,
            now_s=int(time.time()),
            lobby=True,
        )
        async with browser.post(node.url("/api/seats"), json={"invite": invite}) as response:
            assert response.status == 201
        async with browser.post(node.url("/api/turn"), json=EXPERT) as response:
            assert await problem(response) == (403, "lobby.waiting")


async def test_a_seat_that_asks_all_the_time_is_slowed_down(tmp_path: Path) -> None:
    async with running_node(tmp_path, relay=RELAY) as node, node.browser() as browser:
        await node.seated(browser)
        for _ in range(ENTRIES_BURST + 20):
            async with browser.post(node.url("/api/turn"), json=EXPERT) as response:
                if response.status == 429:
                    assert await problem(response) == (429, "request.rate")
                    return
        raise AssertionError("nobody slowed it down")
