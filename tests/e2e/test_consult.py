"""Operator, expert and observer in one consult: a real demo, three real browser contexts."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.chromium import OpenPage
from tests.e2e.demo import running_demo
from tests.e2e.picture import await_frames

WATCH_PEERS = """
window.peers = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...how) { super(...how); window.peers.push(this); }
};
"""

WATCH_FRAMES = """
window.said = [];
window.told = [];
window.WebSocket = class extends WebSocket {
  constructor(...how) {
    super(...how);
    this.addEventListener("message", ({ data }) => window.told.push(JSON.parse(data)));
  }
  send(text) { window.said.push(JSON.parse(text)); super.send(text); }
};
"""

FRAMES_SHOWN = """() => {
  window.shown = [];
  const video = document.querySelector('[data-testid="scanner-video"]');
  const next = (_, { rtpTimestamp }) => {
    window.shown.push(rtpTimestamp);
    video.requestVideoFrameCallback(next);
  };
  video.requestVideoFrameCallback(next);
}"""
"""Keeps the RTP timestamp of every picture that this page shows from now on."""

MARK_AND_FRAMES = """() => {
  const anchor = window.told.filter(({ type }) => type === "media.anchor").at(-1);
  const captured = (rtp) =>
    Number(anchor.captured_at_ns) + (((rtp - anchor.rtp_timestamp) | 0) / 90_000) * 1e9;
  const { mark } = window.said.filter(({ type }) => type === "mark.add").at(-1);
  return [Number(mark.captured_at_ns), window.shown.map(captured)];
}"""
"""When the picture that the last mark was drawn on was captured, and when those shown were."""

TICK_NS = 1_000_000_000 / 90_000
"""Of an RTP timestamp."""

TONE = """async () => {
  const context = new AudioContext();
  await context.resume();
  const meter = new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0 });
  for (const peer of window.peers) {
    for (const { track } of peer.getReceivers()) {
      if (track.kind !== "audio") continue;
      context.createMediaStreamSource(new MediaStream([track])).connect(meter);
    }
  }
  const levels = new Float32Array(meter.frequencyBinCount);
  let heard = false;
  for (let tries = 0; tries < 100 && !heard; tries += 1) {
    await new Promise((done) => setTimeout(done, 20));
    meter.getFloatFrequencyData(levels);
    const sorted = Float32Array.from(levels).sort();
    heard = sorted.at(-1) > -60 && sorted.at(-1) - sorted[sorted.length >> 1] > 30;
  }
  await context.close();
  return heard;
}"""
"""Whether one frequency stands out of what comes: the fake microphone beeps."""

HEARD = """async () => {
  let energy = 0;
  for (const peer of window.peers) {
    for (const report of (await peer.getStats()).values()) {
      if (report.type === "inbound-rtp" && report.kind === "audio") {
        energy += report.totalAudioEnergy ?? 0;
      }
    }
  }
  return energy > 0.0001;
}"""
"""Whether a decoder made sound of what came: the fake microphone beeps, silence adds nothing."""

SENT = """async () => {
  let sent = 0;
  for (const peer of window.peers) {
    for (const report of (await peer.getStats()).values()) {
      if (report.type === "outbound-rtp") sent += report.packetsSent ?? 0;
    }
  }
  return sent;
}"""


@dataclass(frozen=True)
class Consult:
    operator: Page
    expert: Page
    observer: Page

    @property
    def everybody(self) -> tuple[Page, ...]:
        return (self.operator, self.expert, self.observer)


@pytest.fixture
async def consult(open_page: OpenPage, tmp_path: Path) -> AsyncIterator[Consult]:
    async with running_demo(tmp_path) as demo:

        async def opened(url: str) -> Page:
            page = await open_page("about:blank", viewport={"width": 1280, "height": 900})
            await page.add_init_script(WATCH_PEERS + WATCH_FRAMES)
            await page.goto(url)
            return page

        consult = Consult(
            operator=await opened(demo.cart_url),
            expert=await opened(demo.expert_url),
            observer=await opened(demo.observer_url),
        )
        for page in consult.everybody:
            await await_frames(page)
        yield consult


async def open_microphone(page: Page) -> None:
    await page.get_by_role("button", name="Turn mic on").click()
    await expect(page.get_by_role("button", name="Mute", exact=True)).to_be_visible()


def marks(page: Page) -> Locator:
    return page.get_by_test_id("marks").locator(":scope > *")


async def draw(page: Page, key: str) -> None:
    """A stroke across the middle of the picture with the tool of ``key``."""
    box = await page.get_by_test_id("scanner-video").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.keyboard.press(key)
    await page.mouse.move(x, y)
    await page.mouse.down()
    for step in range(1, 9):
        await page.mouse.move(x + 10 * step, y + 4 * step)
    await page.mouse.up()


async def test_they_hear_each_other_and_the_observer_hears_both_and_sends_nothing(
    consult: Consult,
) -> None:
    await open_microphone(consult.operator)
    await consult.expert.wait_for_function(HEARD)
    await open_microphone(consult.expert)
    await consult.operator.wait_for_function(HEARD)
    await consult.observer.wait_for_function(HEARD)
    for page in consult.everybody:
        await page.wait_for_function(TONE)
    assert await consult.observer.evaluate(SENT) == 0
    await expect(consult.observer.get_by_role("button", name="Turn mic on")).to_have_count(0)


async def test_everybody_sees_a_mark_and_its_undoing_and_the_observer_has_no_pen(
    consult: Consult,
) -> None:
    await draw(consult.expert, "d")
    for page in consult.everybody:
        await expect(marks(page)).to_have_count(1)
    await draw(consult.expert, "a")
    for page in consult.everybody:
        await expect(marks(page)).to_have_count(2)
    await consult.expert.keyboard.press("u")
    for page in consult.everybody:
        await expect(marks(page)).to_have_count(1)
    await expect(consult.observer.get_by_test_id("tools")).to_have_count(0)
    await draw(consult.observer, "d")
    await draw(consult.expert, "e")
    for page in consult.everybody:
        await expect(marks(page)).to_have_count(2)


async def test_a_mark_names_the_picture_that_was_on_its_authors_screen(consult: Consult) -> None:
    await consult.expert.evaluate(FRAMES_SHOWN)
    await await_frames(consult.expert)
    await draw(consult.expert, "a")
    await expect(marks(consult.operator)).to_have_count(1)
    drawn_on, shown = await consult.expert.evaluate(MARK_AND_FRAMES)
    assert min(abs(drawn_on - captured) for captured in shown) <= TICK_NS


async def test_the_operators_own_camera_is_everybodys_second_view(consult: Consult) -> None:
    await consult.operator.get_by_role("button", name="Camera", exact=True).click()
    await consult.operator.get_by_role("button", name="Use this device").click()
    for page in (consult.expert, consult.observer):
        await expect(page.get_by_test_id("camera-video")).to_have_js_property("readyState", 4)


async def test_a_freeze_together_becomes_a_lossless_still_for_all(consult: Consult) -> None:
    await consult.expert.get_by_role("button", name="Freeze together").click()
    for page in consult.everybody:
        still = page.get_by_test_id("frozen-picture")
        await expect(still).to_have_attribute("data-held", "still")
    await draw(consult.expert, "d")
    for page in consult.everybody:
        await expect(marks(page)).to_have_count(1)
    await consult.operator.get_by_role("button", name="Go on").first.click()
    for page in consult.everybody:
        await expect(page.get_by_test_id("frozen-picture")).to_have_count(0)
        await expect(marks(page)).to_have_count(0)


async def test_the_expert_steers_the_probe_hand_and_is_answered(consult: Consult) -> None:
    await expect(consult.expert.get_by_test_id("drawer")).to_be_visible()
    await consult.expert.get_by_role("button", name="Send: ").first.click()
    coach = consult.operator.get_by_test_id("coach")
    await expect(coach).to_be_visible()
    await coach.get_by_role("button", name="Done").click()
    await expect(consult.expert.get_by_test_id("probe-sent")).to_contain_text("Done")


async def test_what_was_drawn_is_there_after_the_network_was_away(consult: Consult) -> None:
    await draw(consult.expert, "d")
    await expect(marks(consult.operator)).to_have_count(1)
    await consult.operator.context.set_offline(True)
    await consult.operator.evaluate("window.peers.forEach((peer) => peer.close())")
    await expect(consult.operator.get_by_test_id("reconnecting")).to_be_visible()
    await draw(consult.expert, "a")
    await consult.operator.context.set_offline(False)
    await expect(marks(consult.operator)).to_have_count(2)
    await await_frames(consult.operator)
