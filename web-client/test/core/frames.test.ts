import { describe, expect, it } from "vitest";
import { FrameLog, readableRate } from "../../src/core/frames";

/** A steady stream from 0 to `untilMs`, each frame `behindMs` old. */
function steady(log: FrameLog, untilMs: number, periodMs = 1_000 / 30, behindMs = 20): number {
  let lastMs = 0;
  for (let atMs = 0; atMs <= untilMs; atMs += periodMs) {
    log.add({ shownAtMs: atMs, presented: 1, behindMs });
    lastMs = atMs;
  }
  return lastMs;
}

describe("readableRate", () => {
  it("stands still while the rate wobbles around one number", () => {
    let shown = 30;
    for (let tick = 0; tick < 40; tick += 1) {
      shown = readableRate(shown, tick % 2 ? 29 : 31);
      expect(Math.round(shown)).toBe(30);
    }
  });

  it("follows a real change at once", () => {
    expect(readableRate(30, 12)).toBe(12);
  });
});

describe("FrameLog", () => {
  it("says nothing before the first frame", () => {
    expect(new FrameLog().figures(500)).toEqual({
      fps: 0,
      largestGapMs: 0,
      behindMs: undefined,
      settled: false,
    });
  });

  it("reads the rate of a steady stream from its first frames on", () => {
    const log = new FrameLog();
    const lastMs = steady(log, 200);
    const figures = log.figures(lastMs + 5);
    expect(figures.fps).toBeCloseTo(30);
    expect(figures.settled).toBe(false);
  });

  it("has settled after a second", () => {
    const log = new FrameLog();
    const lastMs = steady(log, 1_500);
    const figures = log.figures(lastMs + 5);
    expect(figures.settled).toBe(true);
    expect(figures.fps).toBeCloseTo(30);
    expect(figures.largestGapMs).toBeCloseTo(1_000 / 30);
    expect(figures.behindMs).toBe(20);
  });

  it("sees a gap that reaches into the window from before", () => {
    const log = new FrameLog();
    log.add({ shownAtMs: 0, presented: 1, behindMs: 20 });
    log.add({ shownAtMs: 900, presented: 1, behindMs: 20 });
    expect(log.figures(1_100).largestGapMs).toBe(900);
  });

  it("counts the frames that the page slept through", () => {
    const log = new FrameLog();
    log.add({ shownAtMs: 0, presented: 1, behindMs: 20 });
    log.add({ shownAtMs: 400, presented: 12, behindMs: 20 });
    const figures = log.figures(410);
    expect(figures.fps).toBeCloseTo(30);
    expect(figures.largestGapMs).toBeCloseTo(400 / 12);
  });

  it("lets the age grow by the clock once frames stop", () => {
    const log = new FrameLog();
    const lastMs = steady(log, 1_500);
    expect(log.figures(lastMs + 5_000).behindMs).toBeCloseTo(5_020);
    expect(log.figures(lastMs + 5_000).fps).toBe(0);
    expect(log.figures(lastMs + 5_000).largestGapMs).toBeCloseTo(5_000);
  });

  it("doesn't let one odd frame speak for the picture", () => {
    const log = new FrameLog();
    const lastMs = steady(log, 1_500);
    log.add({ shownAtMs: lastMs + 33, presented: 1, behindMs: 400 });
    expect(log.figures(lastMs + 40).behindMs).toBe(20);
  });

  it("doesn't claim an age that nobody knows", () => {
    const log = new FrameLog();
    log.add({ shownAtMs: 0, presented: 1, behindMs: undefined });
    expect(log.figures(2_000).behindMs).toBeUndefined();
  });
});
