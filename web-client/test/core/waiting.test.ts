import { describe, expect, it } from "vitest";
import { backoffMs } from "../../src/core/backoff";
import { StallWatch } from "../../src/core/stall";

describe("backoffMs", () => {
  const limits = { firstMs: 250, maxMs: 2_000 };

  it("doubles up to its limit", () => {
    const waits = [0, 1, 2, 3, 4, 900].map((attempt) => backoffMs(attempt, limits, 0));
    expect(waits).toEqual([250, 500, 1_000, 2_000, 2_000, 2_000]);
  });

  it("takes away at most half by chance", () => {
    expect(backoffMs(3, limits, 0.999)).toBeGreaterThanOrEqual(1_000);
  });
});

describe("StallWatch", () => {
  it("asks after one and a half seconds of silence", () => {
    const watch = new StallWatch(0);
    expect(watch.shouldAsk(1_500)).toBe(false);
    expect(watch.shouldAsk(1_501)).toBe(true);
  });

  it("asks less and less often while nothing comes", () => {
    const watch = new StallWatch(0);
    const askedAt: number[] = [];
    for (let nowMs = 0; nowMs <= 40_000; nowMs += 500) {
      if (watch.shouldAsk(nowMs)) askedAt.push(nowMs);
    }
    expect(askedAt).toEqual([2_000, 5_500, 12_000, 22_500, 33_000]);
  });

  it("is quick again after packets came", () => {
    const watch = new StallWatch(0);
    watch.shouldAsk(2_000);
    watch.progress(3_000);
    expect(watch.shouldAsk(4_501)).toBe(true);
  });

  it("doesn't count the time in which nothing was due", () => {
    const watch = new StallWatch(0);
    watch.rest(60_000);
    expect(watch.shouldAsk(61_000)).toBe(false);
  });
});
