"""A real Chromium for tests: one process per run, a fresh context per page.

A test asks for ``open_page`` and awaits ``open_page(url)``; it gets a Playwright page whose every
wait is bounded. An exception that no script of the page caught fails the test. Without a Chromium
the tests fail rather than skip; ``CHROMIUM_BINARY`` names another binary.
"""

import os
import re
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Protocol

import pytest
from playwright.async_api import BrowserContext, Error, Page, async_playwright

BINARY = os.environ.get("CHROMIUM_BINARY", "/usr/bin/chromium")
START_TIMEOUT_S = 30
PAGE_TIMEOUT_MS = 20_000

ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--mute-audio",
    "--allow-loopback-in-peer-connection",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--remote-debugging-port=0",
)


class OpenPage(Protocol):
    async def __call__(self, url: str, **context_options: Any) -> Page:
        """A page at ``url`` in a context of its own (no shared cookies or storage)."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[str]:
    """The DevTools address of the one browser process."""
    with running_chromium("--autoplay-policy=no-user-gesture-required") as address:
        yield address


@contextmanager
def running_chromium(*arguments: str) -> Iterator[str]:
    """A browser process of its own; its DevTools address."""
    if not Path(BINARY).exists():
        pytest.fail(f"no Chromium at {BINARY}: install it, or set CHROMIUM_BINARY")
    with tempfile.TemporaryDirectory(
        prefix="sonopair-chromium-", ignore_cleanup_errors=True
    ) as home:
        process = subprocess.Popen(
            [BINARY, *ARGUMENTS, *arguments, f"--user-data-dir={home}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert process.stderr is not None
        listening = Listening(process.stderr)
        listening.start()
        with process:
            try:
                yield listening.address()
            finally:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=10)
                process.kill()
                listening.join()


@pytest.fixture
async def open_page(chromium: str) -> AsyncIterator[OpenPage]:
    async with pages_of(chromium) as open_one:
        yield open_one


@asynccontextmanager
async def pages_of(chromium: str) -> AsyncIterator[OpenPage]:
    """``open_page`` in the browser at this DevTools address."""
    uncaught: list[str] = []
    contexts: list[BrowserContext] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(chromium)

        async def open_one(url: str, **context_options: Any) -> Page:
            contexts.append(await browser.new_context(**context_options))
            page = await contexts[-1].new_page()
            page.set_default_timeout(PAGE_TIMEOUT_MS)
            page.on("pageerror", lambda error: uncaught.append(error.stack or error.message))
            await page.goto(url)
            return page

        try:
            yield open_one
        finally:
            for context in contexts:
                with suppress(Error):
                    await context.close()
            await browser.close()
    assert not uncaught, uncaught


class Listening(threading.Thread):
    """Reads all that Chromium says on stderr, to its end: left unread, it fills the pipe, and the
    next word blocks the browser for good. Keeps the last lines."""

    def __init__(self, stderr: IO[bytes]) -> None:
        super().__init__(name="stderr of chromium", daemon=True)
        self._stderr = stderr
        self._said: deque[str] = deque(maxlen=100)
        self._address: Future[str] = Future()

    def run(self) -> None:
        for line in self._stderr:
            self._said.append(line.decode(errors="replace"))
            found = re.search(rb"DevTools listening on (ws://\S+)", line)
            if found and not self._address.done():
                self._address.set_result(found[1].decode())

    def address(self) -> str:
        """Of DevTools, which it prints once it listens."""
        try:
            return self._address.result(START_TIMEOUT_S)
        except TimeoutError:
            said = "".join(self._said)
            pytest.fail(f"Chromium didn't start in {START_TIMEOUT_S} s:\n{said}")
