import { describe, expect, it } from "vitest";
import { freshnessOf, MOTION_HOLD_MS, motionWarningUntil } from "../../src/core/staleness";

describe("freshnessOf", () => {
  it.each([
    [-20, "fresh"],
    [0, "fresh"],
    [499, "fresh"],
    [500, "late"],
    [999, "late"],
    [1_000, "voice_only"],
    [1_999, "voice_only"],
    [2_000, "stale"],
    [3_600_000, "stale"],
  ])("%i ms behind is %s", (behindMs, freshness) => {
    expect(freshnessOf(behindMs).freshness).toBe(freshness);
  });

  it("says nothing of an unknown age", () => {
    expect(freshnessOf(undefined)).toMatchObject({ freshness: "unknown", advice: "" });
  });

  it.each([20, 1_500, 60_000])("raises no alarm of a frozen picture, %i ms old", (behindMs) => {
    expect(freshnessOf(behindMs, true)).toMatchObject({ freshness: "unknown", advice: "" });
  });

  it("gives advice exactly where a picture must not be acted on as usual", () => {
    expect(freshnessOf(700).advice).toBe("");
    expect(freshnessOf(1_200).advice).not.toBe("");
    expect(freshnessOf(2_500).advice).not.toBe("");
  });
});

describe("motionWarningUntil", () => {
  const steady = { atMs: 1_000, fps: 30, largestGapMs: 40 };

  it("stays silent on a steady picture", () => {
    expect(motionWarningUntil(0, steady)).toBe(0);
  });

  it("warns below 20 fps", () => {
    expect(motionWarningUntil(0, { ...steady, fps: 19.9 })).toBe(1_000 + MOTION_HOLD_MS);
    expect(motionWarningUntil(0, { ...steady, fps: 20 })).toBe(0);
  });

  it("warns on a gap over 300 ms", () => {
    expect(motionWarningUntil(0, { ...steady, largestGapMs: 301 })).toBe(1_000 + MOTION_HOLD_MS);
    expect(motionWarningUntil(0, { ...steady, largestGapMs: 300 })).toBe(0);
  });

  it("keeps an earlier warning to its end", () => {
    expect(motionWarningUntil(4_500, steady)).toBe(4_500);
  });
});
