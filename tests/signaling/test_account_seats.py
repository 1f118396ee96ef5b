import time

import aiohttp
import pytest
from sqlalchemy import update

from streaming.domain.session import Role
from streaming.store.models import SeatRow
from tests.signaling.node import Node, close_of
from tests.signaling.test_seats import cookie_of, problem


async def test_an_account_sees_the_rooms_and_takes_a_seat_that_opens_a_socket(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    account = await node.signed_in(browser)
    async with browser.get(node.url("/api/rooms")) as response:
        assert await response.json() == {"rooms": [{"name": "demo"}]}
    async with browser.post(node.url("/api/rooms/demo/seats"), json={"role": "expert"}) as response:
        assert (response.status, cookie_of(response).key) == (201, "__Host-sonopair-expert")
        seat = await response.json()
    assert (seat["name"], seat["verified"], seat["admitted"]) == ("Dr. Ito", True, True)
    await (await node.reenter(browser)).close()
    await node.audit.flush()
    taken = [facts for event, facts in await node.audit_events() if event == "seat.taken"]
    assert taken == [{"seat": seat["id"], "role": "expert", "room": "demo", "account": account}]


async def test_asking_again_gives_the_same_seat(node: Node, browser: aiohttp.ClientSession) -> None:
    await node.signed_in(browser)
    answers = []
    for _ in range(2):
        async with browser.post(
            node.url("/api/rooms/demo/seats"), json={"role": "expert"}
        ) as response:
            answers.append((response.status, (await response.json())["id"]))
    assert [status for status, _ in answers] == [201, 200]
    assert answers[0][1] == answers[1][1]


@pytest.mark.parametrize(
    ("role", "seats"),
    [
        (Role.OPERATOR, {"operator"}),
        (Role.EXPERT, {"expert"}),
        (Role.OBSERVER, {"observer"}),
        (Role.REVIEWER, {"observer"}),
        (Role.ADMIN, set()),
    ],
)
async def test_each_role_gives_its_own_seats_and_no_other(
    node: Node, browser: aiohttp.ClientSession, role: Role, seats: set[str]
) -> None:
    await node.signed_in(browser, role)
    given = set()
    for seat in Role:
        async with browser.post(
            node.url("/api/rooms/demo/seats"), json={"role": seat.value}
        ) as response:
            if response.status == 201:
                given.add(seat.value)
            else:
                assert await problem(response) == (403, "seat.role")
    assert given == seats


async def test_rooms_and_seats_are_for_who_is_signed_in(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    async with browser.get(node.url("/api/rooms")) as response:
        assert await problem(response) == (401, "session.unknown")
    body = {"role": "expert"}
    async with browser.post(node.url("/api/rooms/demo/seats"), json=body) as response:
        assert await problem(response) == (401, "session.unknown")
    await node.signed_in(browser)
    async with browser.post(node.url("/api/rooms/nowhere/seats"), json=body) as response:
        assert await problem(response) == (404, "room.unknown")


async def test_an_expired_seat_loses_its_socket_within_two_seconds(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    socket = await node.enter(browser)
    expire = update(SeatRow).values(expires_at_s=int(time.time()) - 1)
    await node.database.run(lambda transaction: transaction.execute(expire))
    assert (await close_of(socket))[0] == 4410
    await node.audit.flush()
    assert "seat.ended" in dict(await node.audit_events())
