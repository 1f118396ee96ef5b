import { describe, expect, it } from "vitest";
import { ClockOffset, msToNs, nsToMs } from "../../src/core/clock";

describe("msToNs", () => {
  it("undoes nsToMs to the microsecond", () => {
    expect(msToNs(nsToMs("9007199254740993"))).toBe(9_007_199_254_740_000n);
  });
});

describe("nsToMs", () => {
  it("keeps microseconds of a time past 2^53 ns", () => {
    expect(nsToMs("9007199254740993")).toBeCloseTo(9_007_199_254.74, 4);
  });
});

describe("ClockOffset", () => {
  const sample = (sentAtMs: number, rttMs: number, offsetMs: number) => ({
    sentAtMs,
    receivedAtMs: sentAtMs + rttMs,
    serverMs: sentAtMs + rttMs / 2 + offsetMs,
  });

  it("knows nothing before the first pong", () => {
    expect(new ClockOffset().toServerMs(5)).toBeUndefined();
  });

  it("trusts the shortest round trip", () => {
    const clock = new ClockOffset();
    clock.add(sample(0, 40, 1_015));
    clock.add(sample(100, 2, 1_000));
    clock.add(sample(200, 90, 1_030));
    expect(clock.toServerMs(300)).toBeCloseTo(1_300);
    expect(clock.rttMs).toBeCloseTo(2);
  });

  it("forgets a sample after a minute, so that drift doesn't add up", () => {
    const clock = new ClockOffset();
    clock.add(sample(0, 2, 1_000));
    clock.add(sample(61_000, 10, 1_004));
    expect(clock.toServerMs(61_000)).toBeCloseTo(62_004);
  });

  it("starts over when a clock jumped further than both round trips explain", () => {
    const clock = new ClockOffset();
    clock.add(sample(0, 2, 1_000));
    clock.add(sample(1_000, 20, 9_000));
    expect(clock.toServerMs(1_000)).toBeCloseTo(10_000);
  });

  it("knows nothing again after a reset", () => {
    const clock = new ClockOffset();
    clock.add(sample(0, 2, 1_000));
    clock.reset();
    expect(clock.toServerMs(0)).toBeUndefined();
    expect(clock.rttMs).toBeUndefined();
  });
});
