"""The product's own set-up page, over a desk with the demo scanner's picture."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from streaming.capture.demo_screen import SIZE, DemoScreen
from streaming.domain.frame import Size
from streaming.domain.profile import ScannerProfile
from streaming.picture.frame import RawFrame
from streaming.picture.masking import UNCONFIRMED, MaskStatus
from streaming.setup_page.thread import SetupThread

START_S = 10


@dataclass
class Desk:
    """Implements ``SetupDesk``; called from the page's threads. The scanner is frozen until
    ``moving``."""

    profile: ScannerProfile | None = None
    mask: MaskStatus = UNCONFIRMED
    picture_size: Size | None = SIZE
    confirmed: list[ScannerProfile] = field(default_factory=list)
    moving: bool = False
    _screen: DemoScreen | None = None

    def freeze(self, timeout_s: float) -> RawFrame | None:
        if self.moving:
            if self._screen is None:
                self._screen = DemoScreen(source_id="stand-in")
                self._screen.open()
            return self._screen.read(timeout_s)
        screen = DemoScreen(source_id="stand-in")
        screen.open()
        try:
            return screen.read(timeout_s)
        finally:
            screen.close()

    def confirm(self, profile: ScannerProfile) -> None:
        self.confirmed.append(profile)


class SetupWorker:
    """One page at a time, as in a capture worker; it closes by itself after a confirmation."""

    def __init__(self) -> None:
        self.desk = Desk()
        self._loop = asyncio.get_running_loop()
        self._urls: asyncio.Queue[str] = asyncio.Queue()
        self._thread: SetupThread | None = None

    async def link(self) -> str:
        """A fresh page."""
        await self.close()
        self._thread = SetupThread(self.desk, announce=self._announce)
        self._thread.invite()
        async with asyncio.timeout(START_S):
            return await self._urls.get()

    async def close(self) -> None:
        if self._thread is not None:
            await asyncio.to_thread(self._thread.close)

    def _announce(self, url: str) -> None:
        self._loop.call_soon_threadsafe(self._urls.put_nowait, url)


@asynccontextmanager
async def running_setup_worker() -> AsyncIterator[SetupWorker]:
    worker = SetupWorker()
    try:
        yield worker
    finally:
        await worker.close()
