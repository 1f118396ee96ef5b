"""Bytes that no client of ours sends: refused like anything else that isn't valid, not a mistake of
the node."""

import asyncio
from pathlib import Path

import pytest

from tests.signaling.node import Node, running_node


async def status_of(node: Node, head: bytes) -> int:
    port = int(node.origin.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head + b"\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    line = await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    await writer.wait_closed()
    return int(line.split()[1])


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /api/seats/expert HTTP/1.1\r\nCookie: __Host-sonopair-expert=\xff.x", 401),
        (b"GET /api/seats/expert HTTP/1.1\r\nCookie: __Host-sonopair-expert=a.\xff", 401),
        (b"DELETE /api/seats/expert HTTP/1.1\r\nCookie: __Host-sonopair-expert=\xff.\xff", 401),
        (b"POST /whep/demo HTTP/1.1\r\nAuthorization: Bearer \xff.a.b", 401),
        (b"POST /whep/%ff HTTP/1.1\r\nAuthorization: Bearer a.b.c", 401),
        (b"DELETE /whep/demo/%ff HTTP/1.1", 404),
        (b"GET /api/ws HTTP/1.1\r\nOrigin: \xff", 403),
    ],
)
async def test_they_are_refused(node: Node, head: bytes, status: int) -> None:
    assert await status_of(node, head) == status


async def test_they_are_no_metrics_token(tmp_path: Path) -> None:
    async with running_node(tmp_path, metrics_token="t" * 32) as node:
        head = b"GET /metrics HTTP/1.1\r\nAuthorization: Bearer \xff"
        assert await status_of(node, head) == 403
