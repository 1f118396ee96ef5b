/**
 * What a set-up page draws: the parts of a picture that may leave the machine.
 *
 * Whole pixels of the frozen picture, origin top-left. A rectangle is half-open: `x1`, `y1` are the
 * first column and row outside (docs/setup-page.md).
 */

import type { Extent, Point } from "./letterbox";

export interface Rect {
  kind: "rect";
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

export interface Polygon {
  kind: "polygon";
  points: readonly Point[];
}

export type Region = Rect | Polygon;

export type WireRegion = { rect: number[] } | { polygon: number[][] };

/** Smaller regions are slips of the hand. */
export const MIN_SIDE_PX = 8;
export const MAX_REGIONS = 64;
export const MAX_POINTS = 256;

export function clampPoint(point: Point, size: Extent): Point {
  const clamp = (value: number, max: number) => Math.round(Math.min(max, Math.max(0, value)));
  return { x: clamp(point.x, size.width), y: clamp(point.y, size.height) };
}

/** The rectangle between two corners, in any order. */
export function rectBetween(a: Point, b: Point, size: Extent): Rect {
  const from = clampPoint(a, size);
  const to = clampPoint(b, size);
  return {
    kind: "rect",
    x0: Math.min(from.x, to.x),
    y0: Math.min(from.y, to.y),
    x1: Math.max(from.x, to.x),
    y1: Math.max(from.y, to.y),
  };
}

/** A rectangle to begin with when there is no pointer: the middle of the picture. */
export function middleRect(size: Extent): Rect {
  const inset = { x: size.width / 5, y: size.height / 5 };
  const opposite = { x: size.width - inset.x, y: size.height - inset.y };
  return rectBetween(inset, opposite, size);
}

export function bounds(region: Region): Rect {
  if (region.kind === "rect") return region;
  const xs = region.points.map(({ x }) => x);
  const ys = region.points.map(({ y }) => y);
  return {
    kind: "rect",
    x0: Math.min(...xs),
    y0: Math.min(...ys),
    x1: Math.max(...xs),
    y1: Math.max(...ys),
  };
}

/** Too small to have been meant, or not a shape yet. */
export function isSlip(region: Region): boolean {
  const { x0, y0, x1, y1 } = bounds(region);
  if (region.kind === "polygon" && region.points.length < 3) return true;
  return x1 - x0 < MIN_SIDE_PX || y1 - y0 < MIN_SIDE_PX;
}

/** Moved as a whole, as far as the picture's edges allow. */
export function moveRegion(region: Region, by: Point, size: Extent): Region {
  const box = bounds(region);
  const dx = Math.round(Math.min(size.width - box.x1, Math.max(-box.x0, by.x)));
  const dy = Math.round(Math.min(size.height - box.y1, Math.max(-box.y0, by.y)));
  if (region.kind === "rect") {
    const { x0, y0, x1, y1 } = region;
    return { kind: "rect", x0: x0 + dx, y0: y0 + dy, x1: x1 + dx, y1: y1 + dy };
  }
  return { kind: "polygon", points: region.points.map(({ x, y }) => ({ x: x + dx, y: y + dy })) };
}

/** Which edges of a rectangle each handle moves; clockwise from the top-left corner. */
const RECT_HANDLES = [
  { name: "top left", x: "x0", y: "y0" },
  { name: "top", x: null, y: "y0" },
  { name: "top right", x: "x1", y: "y0" },
  { name: "right", x: "x1", y: null },
  { name: "bottom right", x: "x1", y: "y1" },
  { name: "bottom", x: null, y: "y1" },
  { name: "bottom left", x: "x0", y: "y1" },
  { name: "left", x: "x0", y: null },
] as const;

export interface Handle extends Point {
  name: string;
}

export function handlesOf(region: Region): Handle[] {
  if (region.kind === "polygon") {
    return region.points.map((point, index) => ({ ...point, name: `corner ${index + 1}` }));
  }
  const middle = { x: (region.x0 + region.x1) / 2, y: (region.y0 + region.y1) / 2 };
  return RECT_HANDLES.map(({ name, x, y }) => ({
    name,
    x: x ? region[x] : middle.x,
    y: y ? region[y] : middle.y,
  }));
}

/** One handle put to `to`; a rectangle never turns inside out. */
export function moveHandle(region: Region, index: number, to: Point, size: Extent): Region {
  const point = clampPoint(to, size);
  if (region.kind === "polygon") {
    return { kind: "polygon", points: region.points.map((p, i) => (i === index ? point : p)) };
  }
  const handle = RECT_HANDLES[index];
  if (!handle) return region;
  const moved = { ...region };
  if (handle.x === "x0") moved.x0 = Math.min(point.x, region.x1 - MIN_SIDE_PX);
  if (handle.x === "x1") moved.x1 = Math.max(point.x, region.x0 + MIN_SIDE_PX);
  if (handle.y === "y0") moved.y0 = Math.min(point.y, region.y1 - MIN_SIDE_PX);
  if (handle.y === "y1") moved.y1 = Math.max(point.y, region.y0 + MIN_SIDE_PX);
  return moved;
}

/** In words, for a list and for those who can't see the drawing. */
export function describe(region: Region): string {
  const { x0, y0, x1, y1 } = bounds(region);
  const shape = region.kind === "rect" ? "Rectangle" : `${region.points.length} corners`;
  return `${shape}, ${x1 - x0} × ${y1 - y0} at ${x0}, ${y0}`;
}

export function toWire(region: Region): WireRegion {
  if (region.kind === "rect") return { rect: [region.x0, region.y0, region.x1, region.y1] };
  return { polygon: region.points.map(({ x, y }) => [x, y]) };
}

/** undefined for what this page can't draw. */
export function fromWire(region: WireRegion): Region | undefined {
  if ("rect" in region) {
    const [x0, y0, x1, y1] = region.rect;
    if (x0 === undefined || y0 === undefined || x1 === undefined || y1 === undefined) {
      return undefined;
    }
    return { kind: "rect", x0, y0, x1, y1 };
  }
  const points = region.polygon.map(([x = 0, y = 0]) => ({ x, y }));
  return points.length < 3 ? undefined : { kind: "polygon", points };
}
