"""A page that notes every frame it shows, and what can be said of an interruption from that."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.async_api import Page

from benchmarks.live.browser import VIDEO
from benchmarks.live.harness import PAGE
from benchmarks.live.latency import Sample
from streaming.capture.phantom import BARCODE_ORIGIN

_COUNT_PEERS = """
window.peers = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...all) { super(...all); window.peers.push(this); }
};
"""
_RECEIVED = """
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
    """``open`` first; then ``mark``, the event, and ``interruption``."""

    def __init__(self, page: Page, harness: str) -> None:
        self._page = page
        self._clock = f"ws://{harness}/clock"
        self._offset_us = 0.0

    async def open(self, url: str) -> None:
        await self._page.add_init_script(_COUNT_PEERS)
        await self._page.goto(url)
        await self._page.wait_for_function(f"document.querySelector('{VIDEO}')?.videoWidth > 0")
        await self._page.evaluate((PAGE / "barcode_reader.js").read_text())
        x, y = BARCODE_ORIGIN
        await self._page.evaluate("origin => barcode.watch(origin)", {"x": x, "y": y})
        clock = await self._page.evaluate("url => barcode.clockOffset(url)", self._clock)
        self._offset_us = clock["offset_us"]

    async def received(self) -> dict[str, int]:
        """``peers`` made so far by the page, packets ``lost`` by all of them."""
        received: dict[str, int] = await self._page.evaluate(_RECEIVED)
        return received

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


def judge(samples: Sequence[Sample], *, event_us: float, offset_us: float) -> Interruption | None:
    """None while no picture that was captured after the event was shown."""
    slate_ms = back_ms = None
    largest_us = 0.0
    last_us = None
    for sample in samples:
        shown_us = sample["called_ms"] * 1000 + offset_us
        if last_us is not None and shown_us > event_us:
            largest_us = max(largest_us, shown_us - last_us)
        last_us = shown_us
        if shown_us <= event_us:
            continue
        if sample["captured_us"] is None:
            slate_ms = slate_ms or (shown_us - event_us) / 1000
        elif sample["captured_us"] > event_us:
            back_ms = (shown_us - event_us) / 1000
            break
    if back_ms is None:
        return None
    return Interruption(slate_ms, back_ms, largest_us / 1000)
