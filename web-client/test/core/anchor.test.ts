import { describe, expect, it } from "vitest";
import { RtpTimeline, rtpDifference } from "../../src/core/anchor";

const LAST = 2 ** 32 - 1;

describe("rtpDifference", () => {
  it.each([
    [3_000, 0, 3_000],
    [0, 3_000, -3_000],
    [0, LAST, 1],
    [LAST, 0, -1],
    [2_999, LAST - 0, 3_000],
  ])("%i after %i is %i ticks", (later, earlier, ticks) => {
    expect(rtpDifference(later, earlier)).toBe(ticks);
  });
});

describe("RtpTimeline", () => {
  const anchor = { ssrc: 7, rtpTimestamp: LAST - 89, capturedAtMs: 5_000 };

  it("places the anchor's own frame", () => {
    expect(new RtpTimeline(anchor).capturedAtMs(LAST - 89)).toBe(5_000);
  });

  it("counts across the wrap", () => {
    expect(new RtpTimeline(anchor).capturedAtMs(2_910)).toBeCloseTo(5_000 + 3_000 / 90);
  });

  it("places a frame from before the anchor", () => {
    expect(new RtpTimeline(anchor).capturedAtMs(LAST - 3_089)).toBeCloseTo(5_000 - 3_000 / 90);
  });

  it("still knows the time after more than one wrap", () => {
    const timeline = new RtpTimeline({ ssrc: 7, rtpTimestamp: 0, capturedAtMs: 0 });
    const hourTicks = 3_600_000 * 90;
    let capturedAtMs = 0;
    for (let hour = 1; hour <= 40; hour += 1) {
      capturedAtMs = timeline.capturedAtMs((hour * hourTicks) % 2 ** 32);
    }
    expect(capturedAtMs).toBeCloseTo(40 * 3_600_000);
  });
});
