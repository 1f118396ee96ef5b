/** What passes and isn't kept: others' pointers, and strokes while they are drawn. */

import type { PointedMessage, StrokedMessage, StrokeMessage } from "../net/messages.gen";

export type StrokeTool = StrokeMessage["tool"];

export interface PassingStroke {
  id: string;
  by: string;
  tool: StrokeTool;
  /** flat, normalised */
  points: readonly number[];
  still: string;
  /** page clock, ms */
  touchedAtMs: number;
}

export interface SeenPointer {
  x: number;
  y: number;
  /** page clock, ms */
  movedAtMs: number;
}

export type Strokes = ReadonlyMap<string, PassingStroke>;
export type Pointers = ReadonlyMap<string, SeenPointer>;

/** A laser stroke is gone this long after its last point, ms. */
export const LASER_MS = 2_000;
/** A mark in the making of which nothing more is heard, ms. */
const ABANDONED_MS = 10_000;
/** Who points says so again every `POINTER_REST_MS`; without it the pointer is gone, ms. */
export const POINTER_REST_MS = 3_000;
const POINTER_LOST_MS = 8_000;
/** Beyond as many the oldest are forgotten. */
const MAX_STROKES = 64;
const MAX_FLAT_POINTS = 1_024;

/** `points` go on at point `start`; what was missed in between stays missing. */
export function stroked(strokes: Strokes, message: StrokedMessage, nowMs: number): Strokes {
  const { id, tool, still, start, done } = message;
  const next = new Map(strokes);
  if (done && tool !== "laser") {
    next.delete(id);
    return next;
  }
  const before = strokes.get(id)?.points.slice(0, 2 * start) ?? [];
  const points = [...before, ...message.points].slice(0, MAX_FLAT_POINTS);
  next.set(id, { id, by: message.participant, tool, still, points, touchedAtMs: nowMs });
  while (next.size > MAX_STROKES) next.delete(next.keys().next().value ?? id);
  return next;
}

/** The same object when nothing is due. */
export function withoutOldStrokes(strokes: Strokes, nowMs: number): Strokes {
  const isOld = ({ tool, touchedAtMs }: PassingStroke) =>
    nowMs - touchedAtMs > (tool === "laser" ? LASER_MS : ABANDONED_MS);
  return without(strokes, isOld);
}

export function pointed(pointers: Pointers, message: PointedMessage, nowMs: number): Pointers {
  const { participant, x, y, visible } = message;
  const next = new Map(pointers);
  if (visible) next.set(participant, { x, y, movedAtMs: nowMs });
  else next.delete(participant);
  return next;
}

/** Those of who is there and still points; the same object when all are. */
export function withoutLostPointers(
  pointers: Pointers,
  present: ReadonlySet<string>,
  nowMs: number,
): Pointers {
  return without(
    pointers,
    ({ movedAtMs }, participant) =>
      nowMs - movedAtMs > POINTER_LOST_MS || !present.has(participant),
  );
}

/** How much of a laser stroke is left to be seen: 1 at first, fading to 0 at `LASER_MS`. */
export function laserOpacity(ageMs: number): number {
  const solidMs = LASER_MS / 2;
  return Math.min(1, Math.max(0, (LASER_MS - ageMs) / (LASER_MS - solidMs)));
}

function without<V>(
  map: ReadonlyMap<string, V>,
  isGone: (value: V, key: string) => boolean,
): ReadonlyMap<string, V> {
  const kept = [...map].filter(([key, value]) => !isGone(value, key));
  return kept.length === map.size ? map : new Map(kept);
}
