"""A slow line: TCP whose every byte arrives later, in both directions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_CHUNK = 65_536


@asynccontextmanager
async def slow_line(host: str, port: int, *, delay_s: float) -> AsyncIterator[int]:
    """Its port on this host; what connects there reaches ``port``, ``delay_s`` later each way.

    It holds whatever comes within ``delay_s``; both ends are the bench's own. The context ends
    when everybody has disconnected.
    """
    async with asyncio.TaskGroup() as lines:

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            lines.create_task(_connect(reader, writer, host=host, port=port, delay_s=delay_s))

        async with await asyncio.start_server(connected, host, 0) as server:
            yield int(server.sockets[0].getsockname()[1])


async def _connect(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    *,
    host: str,
    port: int,
    delay_s: float,
) -> None:
    there_reader, there_writer = await asyncio.open_connection(host, port)
    try:
        async with asyncio.TaskGroup() as ways:
            ways.create_task(_carry(reader, there_writer, delay_s))
            ways.create_task(_carry(there_reader, writer, delay_s))
    finally:
        for end in (writer, there_writer):
            end.close()
            with suppress(ConnectionError):
                await end.wait_closed()


async def _carry(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay_s: float
) -> None:
    """To the end of what comes. Times only grow, so the loop keeps the order."""
    loop = asyncio.get_running_loop()
    with suppress(ConnectionError):
        while data := await reader.read(_CHUNK):
            loop.call_later(delay_s, writer.write, data)
    await asyncio.sleep(delay_s)
    with suppress(OSError):
        writer.write_eof()
