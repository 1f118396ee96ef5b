/** Points of a picture: normalised (0 … 1, origin top-left), on the wire flat as x0, y0, x1, y1, … */

import { type Box, type Extent, letterbox, type Point } from "./letterbox";

/** The wire keeps as many: a twentieth of a pixel of a picture 4,000 pixels wide. */
const DECIMALS = 5;

/** Where a normalised point of the picture lies in the box that shows it. */
export function toScreen(point: Point, box: Box): Point {
  return { x: box.x + point.x * box.width, y: box.y + point.y * box.height };
}

export function isInside({ x, y }: Point): boolean {
  return x >= 0 && x <= 1 && y >= 0 && y <= 1;
}

export function clampToPicture({ x, y }: Point): Point {
  return { x: Math.min(1, Math.max(0, x)), y: Math.min(1, Math.max(0, y)) };
}

export function flatten(points: readonly Point[]): number[] {
  return points.flatMap(({ x, y }) => [round(x), round(y)]);
}

/** An odd coordinate at the end is left out. */
export function unflatten(flat: readonly number[]): Point[] {
  const points: Point[] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) {
    points.push({ x: flat[index] ?? 0, y: flat[index + 1] ?? 0 });
  }
  return points;
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** The box of a picture inside an element that contains it whole. */
export function pictureBox(picture: Extent, element: Extent): Box {
  return letterbox(picture, element);
}

function round(value: number): number {
  return Number(value.toFixed(DECIMALS));
}
