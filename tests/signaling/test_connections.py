"""Connections that say nothing or are too many, against a real server, on each event loop."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from streaming.signaling import connections, server
from streaming.signaling.application import create_app
from streaming.signaling.hosts import Hosts
from streaming.signaling.server import bind_http, serve_http, tls_context
from tests.signaling.certificate import write_certificate
from tests.signaling.node import Node, reply, running_node

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connection(port: int) -> AsyncIterator[Streams]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


def port_of(node: Node) -> int:
    return int(node.origin.rpartition(":")[2])


async def healthz(node: Node) -> int:
    async with aiohttp.ClientSession() as session:
        response = await session.get(node.url("/healthz"))
        return response.status


async def answered(reader: asyncio.StreamReader) -> None:
    """Reads one answer of /healthz, whole."""
    async with asyncio.timeout(5):
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK")
        length = next(
            line.partition(b":")[2] for line in head.splitlines() if b"Content-Length" in line
        )
        await reader.readexactly(int(length))


async def is_closed(reader: asyncio.StreamReader) -> bool:
    """Reads until the node closes; fails when it doesn't."""
    try:
        async with asyncio.timeout(5):
            await reader.read()
    except ConnectionResetError:
        pass
    return True


@pytest.fixture(params=["all", "one host"])
def limit_of_four(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "all":
        monkeypatch.setattr(server, "MAX_CONNECTIONS", 4)
    else:
        monkeypatch.setattr(connections, "MAX_PER_HOST", 4)
        monkeypatch.setattr(Hosts, "is_proxy", lambda hosts, host: False)


@pytest.mark.usefixtures("limit_of_four")
async def test_idle_connections_give_way_to_who_asks_something(tmp_path: Path) -> None:
    async with running_node(tmp_path) as node, AsyncExitStack() as stack:
        idle = [await stack.enter_async_context(connection(port_of(node))) for _ in range(12)]
        assert await healthz(node) == 200
        for reader, _ in idle[:9]:
            assert await is_closed(reader)
        reader, writer = idle[-1]
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await asyncio.wait_for(reader.readline(), 5) == b"HTTP/1.1 200 OK\r\n"


@pytest.mark.usefixtures("limit_of_four")
async def test_who_is_connected_and_speaks_stays_and_the_next_one_is_refused(
    tmp_path: Path,
) -> None:
    async with running_node(tmp_path) as node, AsyncExitStack() as stack:
        browsers = [await stack.enter_async_context(node.browser()) for _ in range(4)]
        sockets = [await node.open(browser) for browser in browsers]
        with pytest.raises(aiohttp.ClientConnectionError):
            await healthz(node)
        for socket in sockets:
            await socket.send_str("x")
            assert (await reply(socket))["code"] == "message.malformed"
        await sockets[0].close()
        async with asyncio.timeout(5):
            while True:
                try:
                    assert await healthz(node) == 200
                    break
                except aiohttp.ClientConnectionError:
                    continue


@pytest.mark.usefixtures("limit_of_four")
async def test_who_waits_between_two_requests_gives_way(tmp_path: Path) -> None:
    async with running_node(tmp_path) as node, AsyncExitStack() as stack:
        browser = await stack.enter_async_context(node.browser())
        socket = await node.open(browser)
        kept = [await stack.enter_async_context(connection(port_of(node))) for _ in range(3)]
        for reader, writer in kept:
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            await answered(reader)
        assert await healthz(node) == 200
        assert await is_closed(kept[0][0])
        reader, writer = kept[-1]
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        await answered(reader)
        await socket.send_str("x")
        assert (await reply(socket))["code"] == "message.malformed"


async def test_a_network_of_one_party_counts_as_one_host() -> None:
    taking = connections.Connections(
        asyncio.Protocol, limit=1_000, is_proxy=Hosts(()).is_proxy, tls=None
    )
    admitted = []
    for number in range(connections.MAX_PER_HOST + 1):
        connection = taking.admit(f"2001:db8::{number:x}")
        if connection is not None:
            connection.silent = False
            admitted.append(connection)
    assert len(admitted) == connections.MAX_PER_HOST
    other = taking.admit("2001:db8:0:1::1")
    assert other is not None
    for connection in (*admitted, other):
        connection.forget()


async def test_only_a_proxys_people_may_be_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MAX_PER_HOST", 1)
    async with running_node(tmp_path) as node, node.browser() as one, node.browser() as other:
        sockets = [await node.open(one), await node.open(other)]
        for socket in sockets:
            await socket.send_str("x")
            assert (await reply(socket))["code"] == "message.malformed"


@pytest.mark.parametrize("said", [b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\n"])
async def test_a_request_that_is_never_whole_ends_its_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(connections, "REQUEST_HEAD_S", 0.1)
    async with running_node(tmp_path) as node, node.browser() as browser:
        socket = await node.open(browser)
        async with connection(port_of(node)) as (reader, writer):
            writer.write(said)
            assert await is_closed(reader)
        await socket.send_str("x")
        assert (await reply(socket))["code"] == "message.malformed"


async def test_a_head_in_pieces_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MAX_CONNECTIONS", 1)
    async with running_node(tmp_path) as node, connection(port_of(node)) as (reader, writer):
        head = b"POST /api/seats HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        for piece in (head, b"Content-Length: 9\r\nExpect: 100-continue\r", b"\n\r", b"\n"):
            writer.write(piece)
            await asyncio.sleep(0)
        assert await asyncio.wait_for(reader.readline(), 5) == b"HTTP/1.1 100 Continue\r\n"
        with pytest.raises(aiohttp.ClientConnectionError):
            await healthz(node)


async def test_who_never_shakes_hands_is_cut_off_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "REQUEST_HEAD_S", 1.0)
    certificate, key = write_certificate(tmp_path)
    trust = ssl.create_default_context(cafile=str(certificate))
    async with running_node(tmp_path) as node:
        listener = bind_http("127.0.0.1", 0)
        port = listener.getsockname()[1]
        tls = await serve_http(create_app(node.deps), listener, tls=tls_context(certificate, key))
        async with (
            connection(port) as (silent, _),
            connection(port) as (garbage, writer),
            aiohttp.ClientSession() as session,
        ):
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            assert await is_closed(garbage)
            assert await is_closed(silent)
            async with session.get(f"https://127.0.0.1:{port}/healthz", ssl=trust) as response:
                assert response.status == 200
        await tls.cleanup()


async def test_a_body_that_never_ends_is_given_up(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streaming.signaling.bodies.BODY_S", 0.05)
    async with connection(port_of(node)) as (reader, writer):
        writer.write(
            b"POST /api/seats HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b'Content-Length: 100\r\n\r\n{"invite"'
        )
        line = await asyncio.wait_for(reader.readline(), 5)
        assert line.split()[1] == b"408"
