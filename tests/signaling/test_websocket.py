import asyncio

import aiohttp
import pytest
from structlog.testing import capture_logs

from streaming.domain.session import Role
from streaming.protocol.messages import PROTOCOL_VERSION, Error
from streaming.signaling import websocket
from streaming.signaling.client import MAX_WAITING
from streaming.signaling.conversation import MAX_ERRORS
from streaming.store.access import StoredAccess
from tests.signaling.node import Node, close_of, reply

PING = {"type": "clock.ping", "client_ms": 1.5}


async def upgrade_status(node: Node, origin: str | None) -> int:
    headers = {"Origin": origin} if origin else {}
    async with aiohttp.ClientSession(headers=headers) as session:
        try:
            socket = await session.ws_connect(node.url("/api/ws"))
        except aiohttp.WSServerHandshakeError as error:
            return error.status
        await socket.close()
        return 101


async def test_a_ticket_opens_a_socket_and_messages_reach_the_room(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    socket = await node.enter(browser)
    await socket.send_json(PING)
    pong = await reply(socket)
    assert pong == {"type": "clock.pong", "client_ms": 1.5, "server_ns": str(2**60)}
    await socket.close()
    await asyncio.wait_for(node.room.detached.wait(), 5)


async def test_only_the_nodes_own_pages_may_open_a_socket(node: Node) -> None:
    assert await upgrade_status(node, node.origin) == 101
    port = node.origin.rpartition(":")[2]
    for origin in (
        None,
        "null",
        "https://attacker.example",
        f"https://127.0.0.1:{port}",
        f"http://localhost:{port}",
        f"http://127.0.0.1:{port}.attacker.example",
        f"http://127.0.0.1:{port}/",
    ):
        assert await upgrade_status(node, origin) == 403, origin


@pytest.mark.parametrize("limit", ["MAX_WAITING_PER_HOST", "MAX_WAITING"])
async def test_who_says_nothing_keeps_no_place_from_others(
    node: Node, browser: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(websocket, limit, 2)
    seated = await node.enter(browser)
    silent = [await node.open(browser) for _ in range(2)]
    async with node.browser() as other:
        await (await node.enter(other, Role.OPERATOR)).close()
    assert (await silent[0].receive(timeout=5)).type is aiohttp.WSMsgType.CLOSED
    await silent[1].send_json(PING)
    assert (await reply(silent[1]))["code"] == "hello.first"
    await seated.send_json(PING)
    assert (await reply(seated))["type"] == "clock.pong"


async def test_a_plain_request_is_told_to_upgrade(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    async with browser.get(node.url("/api/ws")) as response:
        assert (response.status, (await response.json())["code"]) == (426, "request.upgrade")


async def test_a_ticket_works_once(node: Node, browser: aiohttp.ClientSession) -> None:
    await node.seated(browser)
    hello = {"type": "hello", "protocol": PROTOCOL_VERSION, "ticket": await node.ticket(browser)}
    first, second = await node.open(browser), await node.open(browser)
    await first.send_json(hello)
    assert (await reply(first))["type"] == "welcome"
    await second.send_json(hello)
    assert (await reply(second))["code"] == "ticket.unknown"
    assert await close_of(second) == (4401, "ticket.unknown")


async def test_an_invented_ticket_is_refused(node: Node, browser: aiohttp.ClientSession) -> None:
    socket = await node.open(browser)
    await socket.send_json({"type": "hello", "protocol": PROTOCOL_VERSION, "ticket": "x" * 43})
    assert await close_of(socket) == (4401, "ticket.unknown")


async def test_another_protocol_version_is_told_to_reload(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    socket = await node.open(browser)
    await socket.send_json({"type": "hello", "protocol": 99, "ticket": "x" * 43})
    error = await reply(socket)
    assert (error["code"], error["fix"]) == ("ws.protocol", "reload the page")
    assert await close_of(socket) == (4426, "ws.protocol")


async def test_who_says_nothing_is_closed(
    node: Node, browser: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "HELLO_TIMEOUT_S", 0.05)
    assert await close_of(await node.open(browser)) == (4408, "ws.hello_timeout")


async def test_nothing_is_heard_before_hello_and_hello_only_once(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    early = await node.open(browser)
    await early.send_json(PING)
    assert (await reply(early))["code"] == "hello.first"
    assert node.room.handled == []
    socket = await node.enter(browser)
    await socket.send_json({"type": "hello", "protocol": PROTOCOL_VERSION, "ticket": "x" * 43})
    assert (await reply(socket))["code"] == "hello.again"


@pytest.mark.parametrize("role", [Role.EXPERT, Role.OBSERVER])
@pytest.mark.parametrize("message", ["session.end", "session.restart", "setup.open"])
async def test_what_is_the_operators_is_denied_to_others(
    node: Node, browser: aiohttp.ClientSession, role: Role, message: str
) -> None:
    socket = await node.enter(browser, role)
    await socket.send_json({"type": message})
    assert (await reply(socket))["code"] == "right.denied"
    assert node.room.handled == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "message.malformed"),
        ("{", "message.malformed"),
        ("[]", "message.malformed"),
        ("null", "message.malformed"),
        ('{"type": "no.such"}', "message.unknown"),
        ('{"no": "type"}', "message.unknown"),
        ('{"type": "clock.ping"}', "message.malformed"),
        ('{"type": "clock.ping", "client_ms": 1, "extra": 2}', "message.malformed"),
        ('{"type": "clock.ping", "client_ms": "DOE^JANE"}', "message.malformed"),
        ("[" * 20_000, "message.malformed"),
    ],
)
async def test_a_bad_message_gets_an_error_and_the_socket_stays(
    node: Node, browser: aiohttp.ClientSession, text: str, code: str
) -> None:
    socket = await node.enter(browser)
    await socket.send_str(text)
    error = await reply(socket)
    assert error["code"] == code
    assert "DOE" not in error["message"]
    await socket.send_json(PING)
    assert (await reply(socket))["type"] == "clock.pong"


async def test_a_hundred_bad_messages_close_one_socket_and_disturb_nobody(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    async with node.browser() as other:
        good = await node.enter(other, Role.OPERATOR)
        bad = await node.enter(browser)
        errors = 0
        for number in range(100):
            await bad.send_str("garbage" if number % 2 else '{"type": "garbage"}')
            await good.send_json(PING)
            assert (await reply(good))["type"] == "clock.pong"
            if bad.closed:
                break
        while (message := await bad.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT:
            errors += 1
        assert errors == MAX_ERRORS
        assert (message.data, message.extra) == (4400, "ws.too_many_errors")
        await good.send_json(PING)
        assert (await reply(good))["type"] == "clock.pong"


async def test_a_message_of_a_megabyte_closes_the_socket(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    async with node.browser() as other:
        good = await node.enter(other, Role.OPERATOR)
        socket = await node.enter(browser)
        await socket.send_str("x" * 1_000_000)
        assert (await close_of(socket))[0] == 1009
        await good.send_json(PING)
        assert (await reply(good))["type"] == "clock.pong"


async def test_binary_is_refused(node: Node, browser: aiohttp.ClientSession) -> None:
    socket = await node.enter(browser)
    await socket.send_bytes(b"\x00")
    assert (await reply(socket))["code"] == "message.binary"


async def test_a_flood_is_refused_and_closed(
    node: Node, browser: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streaming.signaling.conversation.BURST", 5)
    monkeypatch.setattr("streaming.signaling.conversation.RATE_PER_S", 0.001)
    socket = await node.enter(browser)
    for _ in range(4 + MAX_ERRORS):
        await socket.send_json(PING)
    assert await close_of(socket) == (4400, "ws.too_many_errors")
    assert len(node.room.handled) == 4


async def test_what_the_room_refuses_reaches_its_sender(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    socket = await node.enter(browser)
    await socket.send_json({"type": "media.answer", "peer": "p", "sdp": "v=0"})
    assert await reply(socket) == {
        "type": "error",
        "code": "sdp.malformed",
        "message": "This answer can't be used.",
        "retry": False,
        "fix": "reload",
        "id": "",
    }


async def test_a_mistake_of_the_node_is_contained(
    node: Node, browser: aiohttp.ClientSession, capsys: pytest.CaptureFixture[str]
) -> None:
    socket = await node.enter(browser, Role.OPERATOR)
    await socket.send_json({"type": "session.end"})
    error = await reply(socket)
    assert (error["code"], "DOE" in error["message"]) == ("internal", False)
    await socket.send_json(PING)
    assert (await reply(socket))["type"] == "clock.pong"
    captured = capsys.readouterr()
    assert "RuntimeError" in captured.out + captured.err
    assert "DOE" not in captured.out + captured.err


async def test_the_newest_tab_of_a_seat_wins(node: Node, browser: aiohttp.ClientSession) -> None:
    first = await node.enter(browser)
    second = await node.reenter(browser)
    assert (await reply(first))["type"] == "replaced"
    assert await close_of(first) == (4409, "seat.replaced")
    await second.send_json(PING)
    assert (await reply(second))["type"] == "clock.pong"


async def test_who_does_not_read_is_cut_off_and_memory_stays_bounded(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    socket = await node.enter(browser)
    (client,) = node.room.clients.values()
    large = Error(code="x", message="y" * 100_000)
    for _ in range(2 * MAX_WAITING):
        client.send(large)
    await asyncio.wait_for(node.room.detached.wait(), 5)
    assert not socket.closed
    assert client.closing == "ws.slow"  # type: ignore[attr-defined]


async def test_giving_the_seat_up_closes_its_socket(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    socket = await node.enter(browser)
    async with browser.delete(node.url("/api/seats/expert")) as response:
        assert response.status == 204
    assert await close_of(socket) == (4410, "seat.revoked")


async def test_a_seat_revoked_elsewhere_loses_its_socket_within_two_seconds(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    async with node.browser() as other:
        kept = await node.enter(other, Role.OPERATOR)
        socket = await node.enter(browser)
        await StoredAccess(node.database).revoke_room("demo", Role.EXPERT)
        async with asyncio.timeout(2):
            assert await close_of(socket) == (4410, "seat.revoked")
        await kept.send_json(PING)
        assert (await reply(kept))["type"] == "clock.pong"


async def test_a_ticket_of_a_seat_that_was_revoked_meanwhile_is_refused(
    node: Node, browser: aiohttp.ClientSession
) -> None:
    await node.seated(browser)
    ticket = await node.ticket(browser)
    async with browser.delete(node.url("/api/seats/expert")):
        pass
    socket = await node.open(browser)
    await socket.send_json({"type": "hello", "protocol": PROTOCOL_VERSION, "ticket": ticket})
    assert await close_of(socket) == (4410, "seat.revoked")


async def test_a_mistake_while_looking_for_revocations_ends_nothing_and_is_not_the_last_look(
    node: Node, browser: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = asyncio.Event()

    async def fails(seat_ids: object, *, now_s: int) -> frozenset[str]:
        looked.set()
        raise ValueError("DOE^JANE")

    socket = await node.enter(browser)
    with monkeypatch.context() as patch, capture_logs() as logs:
        patch.setattr(node.book, "revoked", fails)
        for _ in range(2):
            looked.clear()
            await asyncio.wait_for(looked.wait(), 5)
    assert [entry["error"] for entry in logs if entry["log_level"] == "error"] == ["ValueError"]
    assert "DOE" not in str(logs)
    await StoredAccess(node.database).revoke_room("demo", Role.EXPERT)
    assert await close_of(socket) == (4410, "seat.revoked")
