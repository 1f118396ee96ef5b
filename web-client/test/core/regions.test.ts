import { describe, expect, it } from "vitest";
import {
  bounds,
  describe as describeRegion,
  fromWire,
  handlesOf,
  isSlip,
  middleRect,
  moveHandle,
  moveRegion,
  type Polygon,
  type Rect,
  rectBetween,
  toWire,
} from "../../src/core/regions";

const size = { width: 1_280, height: 720 };
const rect: Rect = { kind: "rect", x0: 160, y0: 96, x1: 1_120, y1: 700 };
const triangle: Polygon = {
  kind: "polygon",
  points: [
    { x: 640, y: 90 },
    { x: 1_100, y: 690 },
    { x: 180, y: 690 },
  ],
};

describe("drawing a rectangle", () => {
  it("doesn't mind which corner came first", () => {
    const a = { x: 300, y: 400 };
    const b = { x: 100, y: 50 };
    expect(rectBetween(a, b, size)).toEqual(rectBetween(b, a, size));
  });

  it("gives whole pixels inside the picture", () => {
    expect(rectBetween({ x: -9, y: 10.4 }, { x: 9_999, y: 99.6 }, size)).toEqual({
      kind: "rect",
      x0: 0,
      y0: 10,
      x1: 1_280,
      y1: 100,
    });
  });

  it("knows a slip of the hand", () => {
    expect(isSlip(rectBetween({ x: 5, y: 5 }, { x: 9, y: 200 }, size))).toBe(true);
    expect(isSlip({ kind: "polygon", points: triangle.points.slice(0, 2) })).toBe(true);
    expect(isSlip(rect)).toBe(false);
    expect(isSlip(triangle)).toBe(false);
    expect(isSlip(middleRect(size))).toBe(false);
  });
});

describe("moving a region", () => {
  it("stops at the picture's edges without changing its size", () => {
    const moved = bounds(moveRegion(rect, { x: 500, y: -500 }, size));
    expect(moved).toEqual({ kind: "rect", x0: 320, y0: 0, x1: 1_280, y1: 604 });
  });

  it("moves every corner of a polygon alike", () => {
    const moved = moveRegion(triangle, { x: -20, y: 10 }, size);
    expect(moved).toEqual({
      kind: "polygon",
      points: triangle.points.map(({ x, y }) => ({ x: x - 20, y: y + 10 })),
    });
  });
});

describe("handles", () => {
  it("sit on the corners and edges of a rectangle, on the corners of a polygon", () => {
    expect(handlesOf(rect)).toHaveLength(8);
    expect(handlesOf(triangle).map(({ x, y }) => [x, y])).toEqual([
      [640, 90],
      [1_100, 690],
      [180, 690],
    ]);
  });

  it.each(handlesOf(rect).map(({ name, x, y }, index) => [name, index, x, y] as const))(
    "%s moves only its own edges",
    (_name, index, x, y) => {
      expect(moveHandle(rect, index, { x, y }, size)).toEqual(rect);
      const moved = moveHandle(rect, index, { x: x + 4, y: y + 4 }, size) as Rect;
      const changed = (["x0", "y0", "x1", "y1"] as const).filter((k) => moved[k] !== rect[k]);
      expect(changed).toHaveLength(index % 2 === 0 ? 2 : 1);
      expect(handlesOf(moved)[index]).toMatchObject(index % 2 === 0 ? { x: x + 4, y: y + 4 } : {});
    },
  );

  it("never turn a rectangle inside out", () => {
    const moved = moveHandle(rect, 0, { x: 1_270, y: 715 }, size) as Rect;
    expect(moved.x0).toBeLessThan(moved.x1);
    expect(moved.y0).toBeLessThan(moved.y1);
  });

  it("move one corner of a polygon, inside the picture", () => {
    const moved = moveHandle(triangle, 1, { x: 5_000, y: 300 }, size) as Polygon;
    expect(moved.points[1]).toEqual({ x: 1_280, y: 300 });
    expect(moved.points[0]).toEqual(triangle.points[0]);
  });
});

describe("the wire", () => {
  it("carries both shapes there and back", () => {
    for (const region of [rect, triangle]) expect(fromWire(toWire(region))).toEqual(region);
  });

  it("drops what can't be drawn", () => {
    expect(fromWire({ rect: [1, 2, 3] })).toBeUndefined();
    expect(fromWire({ polygon: [[1, 2]] })).toBeUndefined();
  });

  it("reads as words", () => {
    expect(describeRegion(rect)).toBe("Rectangle, 960 × 604 at 160, 96");
    expect(describeRegion(triangle)).toBe("3 corners, 920 × 600 at 180, 90");
  });
});
