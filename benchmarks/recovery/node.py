"""A `sonopair demo` that can be ended and started again with the same port and records."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.live.contender import Picture, child, next_line, python
from benchmarks.workers import wait_for_spare
from streaming.capture.phantom import phantom_profile_toml
from streaming.domain.frame import Size

PICTURE = Picture(1280, 720, 30)
PAGES = "cart", "expert", "observer"


@dataclass
class Node:
    """``urls`` by page. They stay valid from ``stop`` to ``start``: the seats are in the records.
    ``faults`` are the phantom's, as its SPEC spells them."""

    folder: Path
    faults: str = ""
    urls: dict[str, str] = field(default_factory=dict)
    pid: int = 0
    _port: int = 0
    _running: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self) -> None:
        profile = self.folder / "phantom.toml"
        profile.write_text(phantom_profile_toml(Size(PICTURE.width, PICTURE.height)))
        command = [
            *python("benchmarks.live.node", "demo", "--no-browser", "--json"),
            *(
                "--source",
                PICTURE.spec + self.faults,
                "--profile",
                str(profile),
                "--port",
                str(self._port),
            ),
        ]
        environment = os.environ | {"SONOPAIR_DATA_DIR": str(self.folder / "data")}
        process = await self._running.enter_async_context(child(*command, environment=environment))
        ready = json.loads(await next_line(process))
        self.pid = process.pid
        self.urls = self.urls or {page: ready[f"{page}_url"] for page in PAGES}
        self._port = int(ready["origin"].rsplit(":", 1)[1])

    async def stop(self) -> None:
        await self._running.aclose()

    async def workers(self) -> list[psutil.Process]:
        """The active one and its warm spare, which is ready to take over.

        Raises:
            TimeoutError: there is none.
        """
        return await asyncio.to_thread(wait_for_spare, self.pid)


@asynccontextmanager
async def node(faults: str = "") -> AsyncIterator[Node]:
    with TemporaryDirectory(prefix="bench-recovery-") as folder:
        running = Node(Path(folder), faults)
        await running.start()
        try:
            yield running
        finally:
            await running.stop()
