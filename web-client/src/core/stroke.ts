/** Hand-drawn strokes: which points are kept while drawing, and the shape that is shown. */

import { getStroke } from "perfect-freehand";
import { distance } from "./geometry";
import type { Point } from "./letterbox";

/** As many as a mark may have; a longer stroke goes on as another. */
export const MAX_POINTS = 512;

/** Closer points than this part of the picture's side say nothing new. */
const MIN_STEP = 0.0015;

/** `points` with one more at the end, unless it is too close to the last. */
export function extended(points: readonly Point[], point: Point): readonly Point[] {
  const last = points.at(-1);
  if (last && distance(last, point) < MIN_STEP) return points;
  return [...points, point];
}

/** The outline of a stroke through points on the screen, as SVG path data; px. */
export function outline(points: readonly Point[], widthPx: number): string {
  const around = getStroke([...points], {
    size: widthPx,
    thinning: 0.35,
    smoothing: 0.6,
    streamline: 0.35,
    simulatePressure: true,
  });
  const [first, ...rest] = around;
  if (!first) return "";
  const curves = rest.map((point, index) => {
    const next = rest[index + 1] ?? first;
    return `${pair(point)} ${pair(middle(point, next))}`;
  });
  return `M${pair(first)}Q${curves.join(" ")}Z`;
}

type Pair = readonly number[];

function middle(a: Pair, b: Pair): Pair {
  return [((a[0] ?? 0) + (b[0] ?? 0)) / 2, ((a[1] ?? 0) + (b[1] ?? 0)) / 2];
}

function pair([x = 0, y = 0]: Pair): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
