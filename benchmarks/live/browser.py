"""A headless Chromium that watches one contender and reads the barcode from every frame."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, Page, async_playwright

from benchmarks.live.harness import PAGE
from benchmarks.live.latency import Latency, Sample, summarise
from benchmarks.processes import CostMeter
from streaming.capture.phantom import BARCODE_ORIGIN

VIDEO = '[data-testid="scanner-video"]'
SETTLE_S = 1.0
_FIRST_FRAME_TIMEOUT_MS = 15_000
_ARGUMENTS = [
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--no-sandbox",
]


@dataclass(frozen=True, slots=True)
class Viewing:
    """A page whose `VIDEO` shows the phantom."""

    page: Page

    async def measure(self, harness: str, seconds: float, meter: CostMeter) -> Latency:
        """Starts ``meter`` when it starts to count. Raises ValueError when it reads no barcode."""
        await self.page.wait_for_function(
            f"document.querySelector('{VIDEO}')?.videoWidth > 0", timeout=_FIRST_FRAME_TIMEOUT_MS
        )
        await self.page.evaluate((PAGE / "barcode_reader.js").read_text())
        x, y = BARCODE_ORIGIN
        await asyncio.sleep(SETTLE_S)
        await self.page.evaluate("origin => barcode.watch(origin)", {"x": x, "y": y})
        meter.start()
        await asyncio.sleep(seconds)
        samples: list[Sample] = await self.page.evaluate("barcode.samples")
        clock = await self.page.evaluate("url => barcode.clockOffset(url)", f"ws://{harness}/clock")
        return summarise(samples, clock["offset_us"])


@asynccontextmanager
async def chromium(*arguments: str) -> AsyncIterator[Browser]:
    """With more ``arguments`` than it always has. Raises RuntimeError when the machine has no
    Chromium."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        raise RuntimeError("no chromium on this machine: apt-get install chromium")
    async with async_playwright() as playwright:
        every = [*_ARGUMENTS, *arguments]
        browser = await playwright.chromium.launch(executable_path=executable, args=every)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def new_page(browser: Browser) -> AsyncIterator[Page]:
    """Its policy is bypassed, so that the reader may ask the bench's clock."""
    context = await browser.new_context(
        bypass_csp=True, viewport={"width": 1600, "height": 1000}, service_workers="block"
    )
    try:
        yield await context.new_page()
    finally:
        await context.close()
