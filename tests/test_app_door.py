"""Who was put out of a room, on a node as ``app`` composes it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from streaming.commands.access import invite
from streaming.config import Settings, load_settings
from streaming.domain.session import Role
from streaming.protocol.messages import PROTOCOL_VERSION
from tests.test_app import running
from tests.test_app_accounts import browser

Message = dict[str, Any]


@dataclass
class Ward:
    origin: str
    settings: Settings

    async def seated(self, person: aiohttp.ClientSession, role: Role, *, uses: int = 1) -> Message:
        secret = await asyncio.to_thread(
            invite, self.settings, room="ward", role=role, uses=uses, lifetime_s=3_600
        )
        return (await ask(person, "/api/seats", invite=secret))[1] | {"invite": secret}


async def ask(person: aiohttp.ClientSession, path: str, **body: Any) -> tuple[int, Message]:
    async with person.post(path, json=body) as response:
        return response.status, await response.json()


async def entered(person: aiohttp.ClientSession, role: str) -> aiohttp.ClientWebSocketResponse:
    _, made = await ask(person, "/api/tickets", role=role)
    socket = await person.ws_connect("/api/ws")
    hello = {"type": "hello", "protocol": PROTOCOL_VERSION, "ticket": made["ticket"]}
    await socket.send_json(hello)
    return socket


async def told(
    socket: aiohttp.ClientWebSocketResponse, wanted: Callable[[Message], bool]
) -> Message:
    """The next message that is wanted; ``{"closed": …}`` if the socket closes before."""
    async with asyncio.timeout(20):
        while True:
            message = await socket.receive()
            if message.type is not aiohttp.WSMsgType.TEXT:
                return {"closed": message.extra}
            read: Message = json.loads(message.data)
            if wanted(read):
                return read


async def kicked(
    operator: aiohttp.ClientWebSocketResponse, other: aiohttp.ClientWebSocketResponse, seat: Message
) -> None:
    await told(operator, lambda m: seat["id"] in str(m.get("participants")))
    await operator.send_json({"type": "seat.kick", "participant": seat["id"]})
    assert await told(other, lambda _: False) == {"closed": "seat.revoked"}


@pytest.fixture
async def ward(tmp_path: Path) -> AsyncIterator[Ward]:
    rooms = [{"name": "ward", "source": "phantom:?size=320x240"}]
    flags = {"listen": {"port": 0}, "data_dir": tmp_path / "data", "rooms": rooms}
    settings = load_settings(flags=flags, environment={})
    async with running(settings) as node:
        yield Ward(node.origin, settings)


async def test_a_kicked_guest_comes_back_by_no_invitation_of_their_own(ward: Ward) -> None:
    async with browser(ward.origin) as op, browser(ward.origin) as guest:
        await ward.seated(op, Role.OPERATOR)
        seat = await ward.seated(guest, Role.EXPERT)
        operator, expert = await entered(op, "operator"), await entered(guest, "expert")
        _, made = await ask(guest, "/api/invites", role="expert", uses=50, lifetime_s=86_400)
        async with browser(ward.origin) as friend:
            _, waiting = await ask(friend, "/api/seats", invite=made["invite"])
            assert waiting["admitted"] is False
            second = await entered(friend, "expert")
            await told(expert, lambda m: waiting["id"] in str(m.get("participants")))
            await expert.send_json({"type": "lobby.admit", "participant": waiting["id"]})
            await told(second, lambda m: m["type"] == "welcome" and m["admitted"])
            await kicked(operator, expert, seat)
            assert await told(second, lambda _: False) == {"closed": "seat.revoked"}
        status, answer = await ask(guest, "/api/seats", invite=made["invite"])
        assert (status, answer["code"]) == (401, "invite.used")


async def test_a_kicked_guest_waits_in_the_lobby_when_the_same_link_is_opened_again(
    ward: Ward,
) -> None:
    async with browser(ward.origin) as op, browser(ward.origin) as guest:
        await ward.seated(op, Role.OPERATOR)
        seat = await ward.seated(guest, Role.EXPERT, uses=5)
        assert seat["admitted"] is True
        operator, expert = await entered(op, "operator"), await entered(guest, "expert")
        await kicked(operator, expert, seat)
        _, again = await ask(guest, "/api/seats", invite=seat["invite"])
        assert again["admitted"] is False
