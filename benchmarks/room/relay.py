"""A slow line: TCP whose every byte arrives later, in both directions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_CHUNK = 65_536


@asynccontextmanager
async def slow_line(host: str, port: int, *, delay_s: float) -> AsyncIterator[int]:
    """Its port on this host; what connects there reaches ``port``, ``delay_s`` later each way.

    It holds whatever comes within ``delay_s``; both ends are the bench's own. Whoever uses it
    disconnects before the context ends.
    """

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(host, port)
        async with asyncio.TaskGroup() as ways:
            ways.create_task(_carry(reader, there_writer, delay_s))
            ways.create_task(_carry(there_reader, writer, delay_s))

    async with await asyncio.start_server(connected, host, 0) as server:
        yield int(server.sockets[0].getsockname()[1])


async def _carry(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay_s: float
) -> None:
    """Times only grow, so the loop keeps the order."""
    loop = asyncio.get_running_loop()
    try:
        while data := await reader.read(_CHUNK):
            loop.call_later(delay_s, writer.write, data)
    except ConnectionError:
        pass
    loop.call_later(delay_s, writer.close)
