import { describe, expect, it } from "vitest";
import {
  LASER_MS,
  laserOpacity,
  type Pointers,
  pointed,
  type Strokes,
  stroked,
  withoutLostPointers,
  withoutOldStrokes,
} from "../../src/core/passing";
import { extended, outline } from "../../src/core/stroke";
import type { StrokedMessage } from "../../src/net/messages.gen";

function part(change: Partial<StrokedMessage> = {}): StrokedMessage {
  return {
    type: "stroked",
    participant: "ito",
    id: "stroke-1",
    tool: "pen",
    start: 0,
    points: [0.1, 0.1],
    still: "",
    done: false,
    ...change,
  };
}

const NONE: Strokes = new Map();

describe("a stroke on its way", () => {
  it("goes on where it was", () => {
    const first = stroked(NONE, part({ points: [0, 0, 0.1, 0.1] }), 0);
    const second = stroked(first, part({ start: 2, points: [0.2, 0.2] }), 5);
    expect(second.get("stroke-1")?.points).toEqual([0, 0, 0.1, 0.1, 0.2, 0.2]);
  });

  it("moves the end of a shape of two points", () => {
    const first = stroked(NONE, part({ tool: "arrow", points: [0, 0, 0.1, 0.1] }), 0);
    const second = stroked(first, part({ tool: "arrow", start: 1, points: [0.5, 0.6] }), 5);
    expect(second.get("stroke-1")?.points).toEqual([0, 0, 0.5, 0.6]);
  });

  it("goes when it is given up, but a laser stroke fades first", () => {
    expect(stroked(stroked(NONE, part(), 0), part({ done: true }), 1).size).toBe(0);
    const laser = stroked(NONE, part({ tool: "laser", done: true }), 0);
    expect(withoutOldStrokes(laser, LASER_MS).size).toBe(1);
    expect(withoutOldStrokes(laser, LASER_MS + 1).size).toBe(0);
  });

  it("is held while somebody keeps touching it", () => {
    const held = stroked(
      stroked(NONE, part({ tool: "laser" }), 0),
      part({ tool: "laser", start: 1, points: [] }),
      1_500,
    );
    expect(withoutOldStrokes(held, LASER_MS + 1)).toBe(held);
    expect(held.get("stroke-1")?.points).toEqual([0.1, 0.1]);
  });

  it("never piles up", () => {
    let strokes = NONE;
    for (let n = 0; n < 500; n += 1) strokes = stroked(strokes, part({ id: `stroke-${n}` }), n);
    expect(strokes.size).toBe(64);
    const long = Array.from({ length: 4_000 }, () => 0.5);
    expect(stroked(NONE, part({ points: long }), 0).get("stroke-1")?.points.length).toBe(1_024);
  });
});

describe("laserOpacity", () => {
  it("is full at first, falls without a jump and ends at nothing", () => {
    expect(laserOpacity(0)).toBe(1);
    expect(laserOpacity(LASER_MS / 2)).toBe(1);
    expect(laserOpacity(LASER_MS * 0.75)).toBeCloseTo(0.5);
    expect(laserOpacity(LASER_MS)).toBe(0);
    expect(laserOpacity(LASER_MS * 9)).toBe(0);
  });
});

describe("pointers", () => {
  const none: Pointers = new Map();
  const at = { type: "pointed", participant: "ito", x: 0.2, y: 0.3, visible: true } as const;

  it("are where they were seen last, until they leave", () => {
    const seen = pointed(none, at, 10);
    expect(seen.get("ito")).toEqual({ x: 0.2, y: 0.3, movedAtMs: 10 });
    expect(pointed(seen, { ...at, visible: false }, 11).size).toBe(0);
  });

  it("go with whoever goes, and when nothing more is heard of them", () => {
    const seen = pointed(none, at, 0);
    expect(withoutLostPointers(seen, new Set(["ito"]), 8_000)).toBe(seen);
    expect(withoutLostPointers(seen, new Set(["op"]), 0).size).toBe(0);
    expect(withoutLostPointers(seen, new Set(["ito"]), 8_001).size).toBe(0);
  });
});

describe("a stroke by hand", () => {
  it("keeps only points that say something new", () => {
    const points = [{ x: 0.5, y: 0.5 }];
    expect(extended(points, { x: 0.5005, y: 0.5 })).toBe(points);
    expect(extended(points, { x: 0.51, y: 0.5 })).toHaveLength(2);
  });

  it("has a shape, closed, around its points; a single point is a dot", () => {
    const line = Array.from({ length: 20 }, (_, i) => ({ x: i * 5, y: 40 }));
    const path = outline(line, 8);
    expect(path).toMatch(/^M.*Q.*Z$/);
    const ys = [...path.matchAll(/-?[\d.]+ (-?[\d.]+)/g)].map(([, y]) => Number(y));
    expect(Math.min(...ys)).toBeLessThan(40);
    expect(Math.max(...ys)).toBeGreaterThan(40);
    expect(Math.max(...ys) - Math.min(...ys)).toBeLessThan(12);
    expect(outline([{ x: 3, y: 3 }], 8)).toMatch(/^M.*Z$/);
    expect(outline([], 8)).toBe("");
  });
});
