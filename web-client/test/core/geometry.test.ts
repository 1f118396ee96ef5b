import { describe, expect, it } from "vitest";
import { letterbox, toPicture } from "../../src/core/letterbox";

describe("letterbox", () => {
  it("leaves bars beside a picture that is narrower than its box", () => {
    const box = letterbox({ width: 640, height: 480 }, { width: 1_000, height: 480 });
    expect(box).toEqual({ x: 180, y: 0, width: 640, height: 480 });
  });

  it("leaves bars above and below a picture that is wider", () => {
    const box = letterbox({ width: 1_280, height: 720 }, { width: 390, height: 844 });
    expect(box.width).toBe(390);
    expect(box.height).toBeCloseTo(219.375);
    expect(box.y).toBeCloseTo(312.3125);
  });

  it("has no place for a picture without a size", () => {
    const box = letterbox({ width: 0, height: 0 }, { width: 100, height: 100 });
    expect(box).toEqual({ x: 0, y: 0, width: 0, height: 0 });
    expect(toPicture({ x: 5, y: 5 }, box)).toEqual({ x: 0, y: 0 });
  });

  it("finds the way into the picture", () => {
    const box = letterbox({ width: 4, height: 3 }, { width: 500, height: 300 });
    expect(toPicture({ x: box.x, y: box.y }, box)).toEqual({ x: 0, y: 0 });
    expect(toPicture({ x: box.x + box.width, y: box.y + box.height / 2 }, box)).toEqual({
      x: 1,
      y: 0.5,
    });
  });
});
