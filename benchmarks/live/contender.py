"""What every contender is to the bench: processes that show the phantom to whoever connects."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from playwright.async_api import Page

BITRATE_BPS = 4_000_000
_STOP_TIMEOUT_S = 5.0
_START_TIMEOUT_S = 45.0
_LINE_LIMIT = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Picture:
    """What the phantom shows."""

    width: int
    height: int
    fps: int
    bitrate_bps: int = BITRATE_BPS

    @property
    def spec(self) -> str:
        return f"phantom:?size={self.width}x{self.height}&fps={self.fps}"

    def __str__(self) -> str:
        return f"{self.height}p{self.fps}"


class Contender(Protocol):
    """A running server. ``signalling`` tells the receivers how to connect ("whep URL", ...)."""

    @property
    def processes(self) -> Mapping[str, list[int]]:
        """Process ids by role: ``node`` relays, ``worker`` captures and encodes, ``spare`` waits
        to take over."""

    @property
    def signalling(self) -> Sequence[str]: ...

    async def show(self, page: Page, harness: str) -> None:
        """Bring ``page`` to show the picture in its scanner video."""


@asynccontextmanager
async def child(
    *command: str, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Process]:
    """Run until the context ends; then SIGTERM, and SIGKILL for what doesn't listen.

    What it logs goes where the bench's own errors go only when ``BENCH_LOG`` is set.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        env=environment,
        stdin=PIPE,
        stdout=PIPE,
        stderr=None if "BENCH_LOG" in os.environ else DEVNULL,
        limit=_LINE_LIMIT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), _STOP_TIMEOUT_S)
            except TimeoutError:
                process.kill()
                await process.wait()


async def next_line(process: Process, *, timeout_s: float = _START_TIMEOUT_S) -> str:
    """Raises RuntimeError when the process ends, TimeoutError when it says nothing in time."""
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), timeout_s)
    except TimeoutError:
        raise TimeoutError(f"a process of the bench said nothing for {timeout_s:.0f} s") from None
    if not line:
        raise RuntimeError(f"a process of the bench ended with status {await process.wait()}")
    return line.decode()


def python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]
