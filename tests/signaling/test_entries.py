"""Who may still ask when an address's ration is used up; over a real server further down."""

from pathlib import Path

import aiohttp
import pytest

from streaming.domain.session import Role
from streaming.signaling.application import routes
from streaming.signaling.entries import (
    CHECKS_BURST,
    ENTRIES_BURST,
    MAX_KNOWN,
    RATIONED_PATHS,
    Entries,
)
from tests.signaling.node import Node, running_node


class Book:
    """Holds ``seat``, and counts how often it was looked into."""

    def __init__(self) -> None:
        self.looks = 0

    async def holds(self, cookie: str) -> bool:
        self.looks += 1
        return cookie == "seat"


async def use_up(entries: Entries, host: str = "proxy") -> None:
    for _ in range(ENTRIES_BURST):
        assert await entries.admit(host, [], now_s=0)
    assert not await entries.admit(host, [], now_s=0)


async def test_who_holds_a_seat_does_not_share_with_strangers() -> None:
    entries = Entries(Book().holds, now_s=0)
    await use_up(entries)
    assert await entries.admit("proxy", ["junk", "seat"], now_s=0)
    assert not await entries.admit("proxy", ["junk"], now_s=0)
    assert await entries.admit("elsewhere", [], now_s=0)


async def test_who_holds_a_seat_has_a_ration_too() -> None:
    entries = Entries(Book().holds, now_s=0)
    entries.remember("seat")
    admitted = [await entries.admit("proxy", ["seat"], now_s=0) for _ in range(ENTRIES_BURST + 1)]
    assert admitted == [True] * ENTRIES_BURST + [False]


async def test_invented_cookies_keep_nobody_out_whose_own_was_seen() -> None:
    book = Book()
    entries = Entries(book.holds, now_s=0)
    entries.remember("seat")
    await use_up(entries)
    for number in range(CHECKS_BURST + 50):
        assert not await entries.admit("proxy", [f"junk-{number}"], now_s=0)
    assert book.looks == CHECKS_BURST
    assert await entries.admit("proxy", ["seat"], now_s=0)


async def test_few_are_remembered() -> None:
    entries = Entries(Book().holds, now_s=0)
    for number in range(MAX_KNOWN + 1):
        entries.remember(str(number))
    await use_up(entries)
    assert not await entries.admit("proxy", ["0"], now_s=0)
    assert await entries.admit("proxy", ["1"], now_s=0)


async def flood(node: Node, **headers: str) -> int:
    """The last answer's status, after more requests than one address may make."""
    async with aiohttp.ClientSession(headers=headers) as stranger:
        for _ in range(2 * ENTRIES_BURST):
            async with stranger.post(node.url("/api/seats"), data=b"x") as response:
                status = response.status
    return status


async def test_a_stranger_at_the_same_address_does_not_keep_a_seated_one_out(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    await node.seated(browser)
    assert await flood(node) == 429
    await (await node.reenter(browser)).close()


async def test_behind_a_trusted_proxy_everybody_counts_alone(tmp_path: Path) -> None:
    async with running_node(tmp_path, trusted_proxies=("127.0.0.1",)) as node:
        assert await flood(node, **{"X-Forwarded-For": "203.0.113.9"}) == 429
        async with node.browser() as browser:
            await (await node.enter(browser, Role.OPERATOR)).close()


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_guessing_cookies_is_slowed_down(node: Node, method: str) -> None:
    statuses = []
    for number in range(ENTRIES_BURST + 20):
        headers = {"Cookie": f"__Host-sonopair-expert=guess.{number}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.request(method, node.url("/api/seats/expert")) as response,
        ):
            statuses.append(response.status)
    assert (statuses[0], statuses[-1]) == (401, 429)


COOKIELESS = {"/api/login", "/api/openapi.json", "/api/ws"}
"""They look no cookie up; sockets have limits of their own."""


def test_every_address_that_looks_a_cookie_up_is_rationed() -> None:
    """The others' methods are rationed whatever their address is."""
    read = {route.path for route in routes() if route.method in ("GET", "DELETE")}
    looking = {path for path in read if path.startswith("/api/")} - COOKIELESS
    assert "/api/worklist/events" in looking
    assert [path for path in looking if not path.startswith(RATIONED_PATHS)] == []
