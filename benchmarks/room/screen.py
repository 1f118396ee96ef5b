"""A page of the product in a browser whose microphone beeps, and the clock that relates pages."""

import wave
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from playwright.async_api import Browser, Page
from playwright.async_api import TimeoutError as BrowserTimeout

from benchmarks.live import harness
from benchmarks.live.browser import VIDEO, chromium, new_page

PAGE = Path(__file__).parent / "page"
SCRIPTS = "watching.js", "filming.js"
RATE = 48_000
BEEP_SAMPLES = 5_760
PERIOD_SAMPLES = 38_753
"""About 0.8 s, and no multiple of 10 ms: each beep begins elsewhere in an audio packet."""

_BEEP_HZ = 600
_AMPLITUDE = 16_000
_FADE_SAMPLES = 48
_WAIT_MS = 15_000


def beeps(path: Path) -> None:
    """One period of a microphone that beeps; Chromium plays it over and over."""
    samples = np.zeros(PERIOD_SAMPLES)
    seconds = np.arange(BEEP_SAMPLES) / RATE
    edge = np.minimum(1.0, np.arange(BEEP_SAMPLES) / _FADE_SAMPLES)
    samples[:BEEP_SAMPLES] = np.sin(2 * np.pi * _BEEP_HZ * seconds) * edge * edge[::-1]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * _AMPLITUDE).astype("<i2").tobytes())


@asynccontextmanager
async def browser_with_microphone() -> AsyncIterator[Browser]:
    """None of its pages is slowed down for not being in front."""
    with TemporaryDirectory(prefix="bench-room-") as folder:
        sound = Path(folder) / "beeps.wav"
        beeps(sound)
        async with chromium(
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-audio-capture={sound}",
            "--disable-background-timer-throttling",
            "--disable-backgrounding-occluded-windows",
            "--disable-renderer-backgrounding",
        ) as browser:
            yield browser


class Screen:
    """One page. Its times turn into the bench's clock by ``bench_ms``."""

    def __init__(self, page: Page, clock: str) -> None:
        self.page = page
        self._clock = clock
        self._offset_us = 0.0

    async def open(self, url: str, *, slow_port: int | None = None) -> None:
        """``slow_port``: its WebSocket goes there. Installs what ``page/`` has."""
        if slow_port is not None:
            await self.page.add_init_script(f"window.slowPort = {slow_port};")
        await self.page.add_init_script(path=PAGE / "seams.js")
        await self.page.goto(url)
        for script in (harness.PAGE / "barcode_reader.js", *map(PAGE.joinpath, SCRIPTS)):
            await self.page.evaluate(script.read_text())
        address = f"ws://{self._clock}/clock"
        found = await self.page.evaluate("url => barcode.clockOffset(url)", address)
        self._offset_us = found["offset_us"]

    @property
    def offset_us(self) -> float:
        """From performance.now() to the bench's clock."""
        return self._offset_us

    def bench_ms(self, page_ms: float) -> float:
        return page_ms + self._offset_us / 1000

    async def until_picture(self) -> None:
        """Of the scanner."""
        await self.until(f"document.querySelector('{VIDEO}')?.videoWidth > 0")

    async def until_board(self) -> None:
        """Over the picture; the operator has one as soon as somebody else is here."""
        await self.until("document.querySelector('[data-testid=\"board\"]')?.clientWidth > 0")

    async def until(self, condition: str) -> None:
        """Raises TimeoutError with the condition in it."""
        try:
            await self.page.wait_for_function(condition, timeout=_WAIT_MS)
        except BrowserTimeout:
            raise TimeoutError(f"a page never came to {condition}") from None

    async def times(self, expression: str) -> list[float]:
        """Page times that ``expression`` gives, in the bench's clock."""
        found: Sequence[float] = await self.page.evaluate(expression)
        return [self.bench_ms(at_ms) for at_ms in found]

    async def press(self, name: str, *, exact: bool = False) -> None:
        await self.page.get_by_role("button", name=name, exact=exact).first.click(timeout=_WAIT_MS)

    async def get(self, expression: str, argument: Any = None) -> Any:
        return await self.page.evaluate(expression, argument)


@asynccontextmanager
async def screen(browser: Browser, clock: str) -> AsyncIterator[Screen]:
    async with new_page(browser) as page:
        yield Screen(page, clock)
