import { describe, expect, it } from "vitest";
import { HeardWatch, isSpeech, levelOf, settle } from "../../src/core/level";

const sine = (amplitude: number) =>
  Float32Array.from({ length: 1_024 }, (_, n) => amplitude * Math.sin(n / 5));

describe("levelOf", () => {
  it("is nothing in silence and for no samples", () => {
    expect(levelOf(new Float32Array(1_024))).toBe(0);
    expect(levelOf(new Float32Array(0))).toBe(0);
  });

  it("counts in decibels from −60 up to full scale", () => {
    expect(levelOf(Float32Array.from([1, -1, 1, -1]))).toBeCloseTo(1);
    expect(levelOf(Float32Array.from([0.1, -0.1]))).toBeCloseTo(2 / 3);
    expect(levelOf(Float32Array.from([0.001, -0.001]))).toBeCloseTo(0);
    expect(levelOf(Float32Array.from([0.0001, -0.0001]))).toBe(0);
  });

  it("takes a voice for speech and a quiet room for none", () => {
    expect(isSpeech(levelOf(sine(0.1)))).toBe(true);
    expect(isSpeech(levelOf(sine(0.005)))).toBe(false);
  });
});

describe("settle", () => {
  it("rises at once and falls slowly, never below the level or nothing", () => {
    expect(settle(0.1, 0.8, 50)).toBe(0.8);
    expect(settle(0.8, 0.1, 50)).toBeCloseTo(0.72);
    expect(settle(0.8, 0.1, 5_000)).toBe(0.1);
    expect(settle(0.05, 0, 5_000)).toBe(0);
  });
});

describe("HeardWatch", () => {
  it("wants a voice, not a click", () => {
    const watch = new HeardWatch();
    expect(watch.add(0.9, 50)).toBe(false);
    for (let i = 0; i < 100; i += 1) watch.add(0.1, 50);
    expect(watch.heard).toBe(false);
    for (let i = 0; i < 7; i += 1) watch.add(0.7, 50);
    expect(watch.heard).toBe(true);
  });

  it("stays true through a pause, until it is reset", () => {
    const watch = new HeardWatch();
    watch.add(0.9, 500);
    expect(watch.add(0, 10_000)).toBe(true);
    watch.reset();
    expect(watch.heard).toBe(false);
  });
});
