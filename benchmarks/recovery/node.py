"""A `sonopair demo` that can be ended and started again with the same port and records."""

import json
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.live.contender import Picture, child, next_line
from streaming.capture.phantom import phantom_profile_toml
from streaming.domain.frame import Size

PICTURE = Picture(1280, 720, 30)


@dataclass
class Node:
    """``urls`` by page. ``restart`` keeps them valid: the seats are in the records."""

    folder: Path
    urls: dict[str, str] = field(default_factory=dict)
    pid: int = 0
    _port: int = 0
    _running: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self) -> None:
        profile = self.folder / "phantom.toml"
        profile.write_text(phantom_profile_toml(Size(PICTURE.width, PICTURE.height)))
        command = [
            *(str(Path(sys.executable).with_name("sonopair")), "demo", "--no-browser", "--json"),
            *("--source", PICTURE.spec, "--profile", str(profile), "--port", str(self._port)),
        ]
        environment = os.environ | {"SONOPAIR_DATA_DIR": str(self.folder / "data")}
        process = await self._running.enter_async_context(child(*command, environment=environment))
        ready = json.loads(await next_line(process))
        self.pid = process.pid
        self.urls = self.urls or {page: ready[f"{page}_url"] for page in ("cart", "expert")}
        self._port = int(ready["origin"].rsplit(":", 1)[1])

    async def stop(self) -> None:
        await self._running.aclose()

    def workers(self) -> list[psutil.Process]:
        """The active one, then its warm spare."""
        children = psutil.Process(self.pid).children()
        return sorted(children, key=psutil.Process.create_time)

    def wait_for_spare(self, timeout_s: float = 20.0) -> None:
        """Raises TimeoutError."""
        deadline = time.monotonic() + timeout_s
        while len(self.workers()) < 2:
            if time.monotonic() > deadline:
                raise TimeoutError("no warm spare")
            time.sleep(0.05)
        # Its imports take a moment more; it is a spare only when they are behind it.
        time.sleep(2.0)


@asynccontextmanager
async def node() -> AsyncIterator[Node]:
    with TemporaryDirectory(prefix="bench-recovery-") as folder:
        running = Node(Path(folder))
        await running.start()
        try:
            yield running
        finally:
            await running.stop()
