"""What is heard on the pages of a real demo, in a browser that plays nothing before a tap."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.chromium import pages_of, running_chromium
from tests.e2e.demo import running_demo

PLAYS_SOUND = """async () => {
  const context = new AudioContext();
  await context.resume();
  const meter = new AnalyserNode(context, { fftSize: 2048 });
  for (const output of window.outputs) {
    if (!output.paused && !output.muted && output.srcObject) {
      context.createMediaStreamSource(output.srcObject).connect(meter);
    }
  }
  const samples = new Float32Array(meter.fftSize);
  for (let tries = 0; tries < 50; tries += 1) {
    await new Promise((done) => setTimeout(done, 20));
    meter.getFloatTimeDomainData(samples);
    if (samples.some((sample) => Math.abs(sample) > 0.01)) {
      await context.close();
      return true;
    }
  }
  await context.close();
  return false;
}"""
"""Whether what an unmuted, playing element plays is louder than silence."""

WATCH_OUTPUTS = """
window.outputs = [];
window.Audio = class extends Audio {
  constructor(...how) { super(...how); window.outputs.push(this); }
  play() {
    const playing = super.play();
    playing.catch((error) => console.log(error.name));
    return playing;
  }
};
"""


@pytest.fixture
async def expert(tmp_path: Path) -> AsyncIterator[Page]:
    with running_chromium("--autoplay-policy=document-user-activation-required") as address:
        async with pages_of(address) as open_page, running_demo(tmp_path) as demo:
            page = await open_page("about:blank", viewport={"width": 1280, "height": 900})
            await page.add_init_script(WATCH_OUTPUTS)
            # Whatever Playwright evaluates in a page counts as a tap: nothing may be, until then.
            async with page.expect_console_message(lambda said: said.text == "NotAllowedError"):
                await page.goto(demo.expert_url)
            yield page


async def test_a_browser_that_wants_a_tap_gets_one_and_the_scanner_is_heard_when_wanted(
    expert: Page,
) -> None:
    tap = expert.get_by_role("button", name="Tap for sound")
    await expect(tap).to_be_visible()
    await tap.click()
    await expect(tap).to_have_count(0)
    assert not await expert.evaluate(PLAYS_SOUND), "nobody speaks, and the scanner wasn't wanted"
    await expert.get_by_role("button", name="Scanner sound").click()
    async with asyncio.timeout(30):
        while not await expert.evaluate(PLAYS_SOUND):
            pass
    await expert.get_by_role("button", name="Scanner sound").click()
    assert not await expert.evaluate(PLAYS_SOUND)
