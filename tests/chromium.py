"""A real Chromium for tests: one process per run, a fresh context per page.

A test asks for ``open_page`` and awaits ``open_page(url)``; it gets a Playwright page whose every
wait is bounded. An exception that no script of the page caught fails the test. Without a Chromium
the tests fail rather than skip; ``CHROMIUM_BINARY`` names another binary.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from time import monotonic
from typing import Any, Protocol

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
    "--autoplay-policy=no-user-gesture-required",
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
    if not Path(BINARY).exists():
        pytest.fail(f"no Chromium at {BINARY}: install it, or set CHROMIUM_BINARY")
    with tempfile.TemporaryDirectory(
        prefix="sonopair-chromium-", ignore_cleanup_errors=True
    ) as home:
        process = subprocess.Popen(
            [BINARY, *ARGUMENTS, f"--user-data-dir={home}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        with process:
            try:
                yield _devtools_address(process)
            finally:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=10)
                process.kill()


@pytest.fixture
async def open_page(chromium: str) -> AsyncIterator[OpenPage]:
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


def _devtools_address(process: "subprocess.Popen[bytes]") -> str:
    """Chromium prints it to stderr once it listens."""
    assert process.stderr is not None
    os.set_blocking(process.stderr.fileno(), False)
    said, deadline = b"", monotonic() + START_TIMEOUT_S
    with DefaultSelector() as selector:
        selector.register(process.stderr, EVENT_READ)
        while process.poll() is None and (left_s := deadline - monotonic()) > 0:
            if selector.select(left_s):
                said += process.stderr.read() or b""
            if found := re.search(rb"DevTools listening on (ws://\S+)", said):
                return found[1].decode()
    pytest.fail(f"Chromium didn't start in {START_TIMEOUT_S} s:\n{said.decode(errors='replace')}")
