"""The queue in front of a socket, with a socket that a test lets go on."""

import asyncio
from typing import cast

from aiohttp import web

from streaming.protocol.messages import Pointed, Replaced
from streaming.signaling.client import MAX_BEFORE_PASSING, SocketClient


class HeldSocket:
    def __init__(self) -> None:
        self.sent: list[str] = []
        self.may_go = asyncio.Event()

    async def send_str(self, text: str) -> None:
        await self.may_go.wait()
        self.sent.append(text)

    async def close(self, *, code: int, message: bytes) -> None: ...


def client_of(socket: HeldSocket) -> SocketClient:
    return SocketClient(cast(web.WebSocketResponse, socket), None, host="h")


def at(x: float) -> Pointed:
    return Pointed(participant="a", x=x, y=0, visible=True)


async def test_of_what_passes_only_the_newest_is_sent_and_after_all_that_waits() -> None:
    socket = HeldSocket()
    client = client_of(socket)
    client.send_passing(at(0.1), key="pointer a")
    client.send(Replaced())
    for x in (0.2, 0.3, 0.4):
        client.send_passing(at(x), key="pointer a")
    socket.may_go.set()
    client.close("x")
    await client.write_out()
    assert [text[:25] for text in socket.sent] == [
        t.model_dump_json()[:25] for t in (Replaced(), at(0))
    ]
    assert '"x":0.4' in socket.sent[1]


async def test_without_a_key_it_is_dropped_once_too_much_waits() -> None:
    socket = HeldSocket()
    client = client_of(socket)
    taken = [client.send_passing(at(n / 100)) for n in range(MAX_BEFORE_PASSING + 2)]
    assert taken == [True] * MAX_BEFORE_PASSING + [False] * 2


async def test_a_closing_client_takes_nothing() -> None:
    client = client_of(HeldSocket())
    client.close("x")
    assert not client.send_passing(at(0), key="k")


async def test_what_many_are_told_becomes_text_once() -> None:
    sockets = [HeldSocket() for _ in range(3)]
    message, next_message = at(0.1), at(0.2)
    for socket in sockets:
        socket.may_go.set()
    clients = [client_of(socket) for socket in sockets]
    for told in (message, next_message):
        for client in clients:
            client.send(told)
    for client in clients:
        client.send_passing(message, key="k")
        client.close("x")
        await client.write_out()
    first, *others = (socket.sent for socket in sockets)
    assert first == [m.model_dump_json() for m in (message, next_message, message)]
    assert all(text is same for other in others for text, same in zip(first, other, strict=True))
