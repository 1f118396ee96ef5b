"""A page that notes every frame it shows, and what can be said of an interruption from that."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.async_api import Page

from benchmarks.live.browser import VIDEO
from benchmarks.live.harness import PAGE
from benchmarks.live.latency import Sample, age_ms
from benchmarks.recovery.node import PICTURE
from streaming.capture.phantom import BARCODE_ORIGIN

COUNT_PEERS = """
window.peers = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...all) { super(...all); window.peers.push(this); }
};
"""
RECEIVED = """
async () => {
  const stats = await Promise.all(peers.map((peer) => peer.getStats()));
  const inbound = stats.flatMap((s) => [...s.values()]).filter((s) => s.type === 'inbound-rtp');
  return { peers: peers.length, lost: inbound.reduce((sum, s) => sum + s.packetsLost, 0) };
}
"""
_SHOWN_S = 20.0


@dataclass(frozen=True, slots=True)
class Interruption:
    """Milliseconds after the event. ``slate_ms`` is None when the picture was back before one."""

    slate_ms: float | None
    back_ms: float
    largest_gap_ms: float


class Watch:
    """``open`` first; then what is to happen, and ``interruption`` with when it did."""

    def __init__(self, page: Page, harness: str) -> None:
        self._page = page
        self._clock = f"ws://{harness}/clock"
        self._offset_us = 0.0

    async def open(self, url: str) -> None:
        await self._page.add_init_script(COUNT_PEERS)
        await self._page.goto(url)
        await self._page.wait_for_function(f"document.querySelector('{VIDEO}')?.videoWidth > 0")
        await self._page.evaluate((PAGE / "barcode_reader.js").read_text())
        x, y = BARCODE_ORIGIN
        await self._page.evaluate("origin => barcode.watch(origin)", {"x": x, "y": y})
        clock = await self._page.evaluate("url => barcode.clockOffset(url)", self._clock)
        self._offset_us = clock["offset_us"]

    async def received(self) -> dict[str, int]:
        """``peers`` made so far by the page, packets ``lost`` by all of them."""
        received: dict[str, int] = await self._page.evaluate(RECEIVED)
        return received

    async def source_opened_us(self) -> float:
        """When the phantom's first picture was made, from the number of a later one."""
        await self._page.wait_for_function("barcode.samples.some(({ number }) => number !== null)")
        samples: list[Sample] = await self._page.evaluate("barcode.samples")
        return opened_us(samples, offset_us=self._offset_us, fps=PICTURE.fps)

    async def interruption(self, event_us: float) -> Interruption:
        """Waits until pictures captured after the event are shown.

        Raises:
            TimeoutError: they weren't within 20 s.
        """
        deadline = time.monotonic() + _SHOWN_S
        while time.monotonic() < deadline:
            await asyncio.sleep(0.5)
            samples: list[Sample] = await self._page.evaluate("barcode.samples")
            found = judge(samples, event_us=event_us, offset_us=self._offset_us)
            if found is not None:
                return found
        raise TimeoutError("the picture didn't come back")

    async def since_last_picture(self, before_us: float) -> Interruption:
        """The same, counted from the capture of the last picture that was made before."""
        await self.interruption(before_us)
        samples: list[Sample] = await self._page.evaluate("barcode.samples")
        captured = last_captured_us(samples, before_us=before_us, offset_us=self._offset_us)
        return await self.interruption(captured)


def opened_us(samples: Sequence[Sample], *, offset_us: float, fps: int) -> float:
    """``samples`` hold a readable one."""
    for sample in samples:
        captured_us = _captured_us(sample, offset_us)
        if captured_us is not None and sample["number"] is not None:
            return captured_us - sample["number"] * 1e6 / fps
    raise ValueError("no frame held a barcode")


def last_captured_us(samples: Sequence[Sample], *, before_us: float, offset_us: float) -> float:
    """Raises ValueError when none was captured before."""
    captured = (_captured_us(sample, offset_us) for sample in samples)
    return max(one for one in captured if one is not None and one <= before_us)


def judge(samples: Sequence[Sample], *, event_us: float, offset_us: float) -> Interruption | None:
    """None while no picture that was captured after the event was shown."""
    slate_ms = None
    largest_us = 0.0
    last_us = None
    for sample in samples:
        shown_us = _shown_us(sample, offset_us)
        if last_us is not None and shown_us > event_us:
            largest_us = max(largest_us, shown_us - last_us)
        last_us = shown_us
        if shown_us <= event_us:
            continue
        captured_us = _captured_us(sample, offset_us)
        if captured_us is None:
            slate_ms = slate_ms or (shown_us - event_us) / 1000
        elif captured_us > event_us:
            return Interruption(slate_ms, (shown_us - event_us) / 1000, largest_us / 1000)
    return None


def _shown_us(sample: Sample, offset_us: float) -> float:
    return sample["called_ms"] * 1000 + offset_us


def _captured_us(sample: Sample, offset_us: float) -> float | None:
    """On the whole capture clock, of which the barcode holds 40 bits."""
    if sample["captured_us"] is None:
        return None
    age_us = 1000 * age_ms(sample["called_ms"], sample["captured_us"], offset_us)
    return _shown_us(sample, offset_us) - age_us
