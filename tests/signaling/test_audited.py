"""What is done to who may do what leaves a row."""

from collections.abc import Awaitable, Callable

import aiohttp
import pytest

from streaming.domain.session import Role
from tests.signaling.node import Node

Act = Callable[[Node, aiohttp.ClientSession, str], Awaitable[int]]


def account(method: str, **body: object) -> Act:
    async def act(node: Node, admin: aiohttp.ClientSession, own: str) -> int:
        path = "/api/accounts" if method == "POST" else f"/api/accounts/{own}"
        async with admin.request(method, node.url(path), json=body) as response:
            return response.status

    return act


def asked(path: str, **body: object) -> Act:
    async def act(node: Node, admin: aiohttp.ClientSession, own: str) -> int:
        async with admin.post(node.url(path), json=body) as response:
            return response.status

    return act


async def take_a_seat(node: Node, admin: aiohttp.ClientSession, own: str) -> int:
    await node.seated(admin, Role.OBSERVER)
    return 201


async def leave_as_a_player(node: Node, admin: aiohttp.ClientSession, own: str) -> int:
    node.room.players.add("player-1")
    async with admin.delete(node.url("/whep/demo/player-1")) as response:
        return response.status


@pytest.mark.parametrize(
    ("act", "row", "facts"),
    [
        (account("POST", login="new", roles=["expert"]), "account.created", {"roles": "expert"}),
        (account("PATCH", name="Prof. Other"), "account.changed", {"renamed": True}),
        (account("PATCH", roles=["admin"]), "account.changed", {"roles": "admin"}),
        (account("PATCH", reset_password=True), "password.reset", {}),
        (asked("/api/rooms/demo/seats", role="expert"), "seat.taken", {"role": "expert"}),
        (asked("/api/worklist/duty", on=True), "duty.on", {}),
        (asked("/api/logout"), "session.ended", {"code": "session.signed_out"}),
        (take_a_seat, "seat.taken", {"role": "observer"}),
        (leave_as_a_player, "players.ended", {"players": 1, "code": "player.left"}),
    ],
)
async def test_every_such_act_is_on_record(
    node: Node, browser: aiohttp.ClientSession, act: Act, row: str, facts: dict[str, object]
) -> None:
    own = await node.signed_in(browser, Role.ADMIN, Role.EXPERT)
    await node.audit.flush()
    before = len(await node.audit_events())
    assert await act(node, browser, own) < 300
    await node.audit.flush()
    rows = (await node.audit_events())[before:]
    assert [event for event, _ in rows] == [row]
    assert facts.items() <= rows[0][1].items()
