import time
from typing import Any

import aiohttp
import pytest

from streaming.domain.access import INVITES
from streaming.domain.session import SEAT_ROLES, Role
from streaming.signaling import invites
from tests.signaling.node import Node


async def ask(
    node: Node, browser: aiohttp.ClientSession, path: str = "/api/invites", **body: Any
) -> tuple[int, dict[str, Any]]:
    async with browser.post(node.url(path), json=body) as response:
        return response.status, await response.json()


async def test_an_operator_invites_an_expert_who_waits_in_the_lobby(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    seat = await node.seated(browser, Role.OPERATOR)
    status, made = await ask(node, browser, role="expert")
    assert (status, made["room"], made["role"], made["lobby"]) == (201, "demo", "expert", True)
    async with node.browser() as guest:
        _, taken = await ask(node, guest, "/api/seats", invite=made["invite"])
        assert (taken["role"], taken["admitted"], taken["verified"]) == ("expert", False, False)
        await node.book.admit(taken["id"])
        async with guest.get(node.url("/api/seats/expert")) as response:
            assert (await response.json())["admitted"] is True
    await node.audit.flush()
    events = dict(await node.audit_events())
    mark = events["invite.created"].pop("invite")
    assert events["seat.taken"]["invite"] == mark
    assert mark and mark not in made["invite"]
    assert events["invite.created"] == {
        "room": "demo",
        "role": "expert",
        "uses": 1,
        "lobby": True,
        "seat": seat,
    }


async def test_a_camera_is_let_in_at_once_and_others_when_the_inviter_says_so(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    await node.seated(browser, Role.OPERATOR)
    for body in ({"role": "camera"}, {"role": "observer", "lobby": False}):
        _, made = await ask(node, browser, **body)
        async with node.browser() as guest:
            _, taken = await ask(node, guest, "/api/seats", invite=made["invite"])
            assert (taken["role"], taken["admitted"]) == (body["role"], True)


async def test_a_guest_lets_nobody_past_the_lobby_but_a_camera(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    await node.seated(browser, Role.EXPERT)
    for role in ("expert", "observer"):
        status, answer = await ask(node, browser, role=role, lobby=False)
        assert (status, answer["code"]) == (403, "invite.lobby")
    assert (await ask(node, browser, role="camera", lobby=False))[0] == 201
    await node.signed_in(browser)
    await ask(node, browser, "/api/rooms/demo/seats", role="expert")
    assert (await ask(node, browser, role="expert", lobby=False))[0] == 201


async def test_an_invitation_ends_with_the_seat_that_made_it(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    await node.seated(browser, Role.OPERATOR)
    _, made = await ask(node, browser, role="expert", uses=2)
    async with node.browser() as guest:
        assert (await ask(node, guest, "/api/seats", invite=made["invite"]))[0] == 201
        async with browser.delete(node.url("/api/seats/operator")) as response:
            assert response.status == 204
        async with guest.get(node.url("/api/seats/expert")) as response:
            assert response.status == 200
    async with node.browser() as late:
        status, answer = await ask(node, late, "/api/seats", invite=made["invite"])
        assert (status, answer["code"]) == (401, "invite.used")


async def test_an_invitation_gives_as_many_seats_as_it_says(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    await node.seated(browser, Role.EXPERT)
    _, made = await ask(node, browser, role="observer", uses=2, lifetime_s=60)
    statuses = []
    for _ in range(3):
        async with node.browser() as guest:
            statuses.append((await ask(node, guest, "/api/seats", invite=made["invite"]))[0])
    assert statuses == [201, 201, 401]


@pytest.mark.parametrize("own", SEAT_ROLES)
@pytest.mark.parametrize("role", list(Role))
async def test_each_seat_invites_whom_the_table_says_and_nobody_else(
    node: Node, browser: aiohttp.ClientSession, own: Role, role: Role
) -> None:
    await node.seated(browser, own)
    status, answer = await ask(node, browser, role=role.value, seat=own.value)
    if role in INVITES.get(own, ()):
        assert status == 201
    else:
        assert (status, answer["code"]) == (403, "invite.denied")


async def test_nobody_invites_an_operator() -> None:
    assert not any(Role.OPERATOR in roles for roles in INVITES.values())


async def test_who_waits_in_the_lobby_invites_nobody(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    secret = await node.book.create_invite(
        room="demo", role=Role.EXPERT, uses=1, lifetime_s=60, now_s=int(time.time()), lobby=True
    )
    await ask(node, browser, "/api/seats", invite=secret)
    status, answer = await ask(node, browser, role="observer")
    assert (status, answer["code"]) == (403, "invite.denied")


async def test_who_has_no_seat_invites_nobody(node: Node, browser: aiohttp.ClientSession) -> None:
    await node.signed_in(browser, Role.ADMIN, Role.OPERATOR)
    for path in ("/api/invites", "/api/invites/revoke"):
        status, answer = await ask(node, browser, path, role="expert")
        assert (status, answer["code"]) == (401, "seat.unknown")


@pytest.mark.parametrize(
    "change",
    [
        {"uses": 0},
        {"uses": invites.MAX_USES + 1},
        {"lifetime_s": invites.MIN_LIFETIME_S - 1},
        {"lifetime_s": invites.MAX_LIFETIME_S + 1},
        {"room": "elsewhere"},
    ],
)
async def test_limits_are_the_nodes_and_so_is_the_room(
    node: Node, browser: aiohttp.ClientSession, change: dict[str, Any]
) -> None:
    await node.seated(browser, Role.OPERATOR)
    status, answer = await ask(node, browser, role="expert", **change)
    assert (status, answer["code"]) == (400, "request.malformed")


async def test_one_seat_makes_few_invitations_at_once(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    await node.seated(browser, Role.OPERATOR)
    statuses = [
        (await ask(node, browser, role="expert"))[0] for _ in range(invites.INVITES_BURST + 1)
    ]
    assert statuses == [201] * invites.INVITES_BURST + [429]


async def test_invitations_can_be_taken_back(node: Node, browser: aiohttp.ClientSession) -> None:
    await node.seated(browser, Role.OPERATOR)
    _, made = await ask(node, browser, role="expert", uses=5)
    _, kept = await ask(node, browser, role="observer")
    assert await ask(node, browser, "/api/invites/revoke", role="expert") == (200, {"invites": 1})
    async with node.browser() as guest:
        _, answer = await ask(node, guest, "/api/seats", invite=made["invite"])
        assert answer["code"] == "invite.used"
        assert (await ask(node, guest, "/api/seats", invite=kept["invite"]))[0] == 201
