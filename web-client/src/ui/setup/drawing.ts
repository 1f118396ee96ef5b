/** From pointer movements to regions: one gesture at a time. */

import { signal } from "@preact/signals";
import type { Point } from "../../core/letterbox";
import {
  clampPoint,
  MAX_POINTS,
  moveHandle,
  moveRegion,
  type Region,
  rectBetween,
} from "../../core/regions";
import type { Editor } from "./editor";

type Gesture =
  /** A rectangle from `anchor`; `armed` when its first corner was a tap, not the start of a drag. */
  | { kind: "rect"; anchor: Point; armed: boolean }
  | { kind: "polygon"; points: readonly Point[] }
  | { kind: "move"; index: number; from: Point; region: Region }
  | { kind: "resize"; index: number; handle: number; region: Region };

/** A movement shorter than this on the screen is a tap. */
const TAP_PX = 6;
/** A corner this near on the screen to the first one closes the polygon. */
const CLOSE_PX = 18;

export class Drawing {
  /** What the gesture would leave behind if it ended now. */
  readonly ghost = signal<{ index: number | undefined; region: Region } | undefined>(undefined);
  /** Corners of an unfinished polygon, the last one under the pointer. */
  readonly corners = signal<readonly Point[]>([]);

  readonly #editor: Editor;
  #gesture: Gesture | undefined;
  #scale = 1;

  constructor(editor: Editor) {
    this.#editor = editor;
  }

  /** Screen pixels per picture pixel. */
  setScale(scale: number): void {
    this.#scale = scale;
  }

  /** Positions are in pixels of the picture. */
  down(at: Point, target: { region: number | undefined; handle: number | undefined }): void {
    const point = clampPoint(at, this.#editor.size.value);
    const tool = this.#editor.tool.value;
    if (tool === "rect") {
      if (this.#gesture?.kind !== "rect")
        this.#gesture = { kind: "rect", anchor: point, armed: false };
    } else if (tool === "polygon") {
      this.#gesture ??= { kind: "polygon", points: [] };
    } else {
      this.#grab(point, target);
    }
  }

  move(at: Point): void {
    const gesture = this.#gesture;
    const size = this.#editor.size.value;
    const point = clampPoint(at, size);
    switch (gesture?.kind) {
      case "rect":
        this.ghost.value = { index: undefined, region: rectBetween(gesture.anchor, point, size) };
        break;
      case "polygon":
        this.corners.value = [...gesture.points, point];
        break;
      case "move": {
        const by = { x: point.x - gesture.from.x, y: point.y - gesture.from.y };
        this.ghost.value = { index: gesture.index, region: moveRegion(gesture.region, by, size) };
        break;
      }
      case "resize": {
        const region = moveHandle(gesture.region, gesture.handle, point, size);
        this.ghost.value = { index: gesture.index, region };
        break;
      }
    }
  }

  up(at: Point): void {
    const gesture = this.#gesture;
    const point = clampPoint(at, this.#editor.size.value);
    if (gesture?.kind === "rect") this.#endRect(gesture, point);
    else if (gesture?.kind === "polygon") this.#addCorner(gesture, point);
    else if (gesture) this.#keepGhost();
  }

  /** Ends a polygon with the corners it has; false when there are too few. */
  finish(): boolean {
    const gesture = this.#gesture;
    if (gesture?.kind !== "polygon" || gesture.points.length < 3) return false;
    this.cancel();
    this.#editor.add({ kind: "polygon", points: gesture.points });
    return true;
  }

  cancel(): void {
    this.#gesture = undefined;
    this.ghost.value = undefined;
    this.corners.value = [];
  }

  get active(): boolean {
    return this.#gesture !== undefined;
  }

  #grab(point: Point, target: { region: number | undefined; handle: number | undefined }): void {
    const index = target.region;
    const region = index === undefined ? undefined : this.#editor.regions.value[index];
    this.#editor.selected.value = region ? index : undefined;
    if (index === undefined || !region) return;
    this.#gesture =
      target.handle === undefined
        ? { kind: "move", index, from: point, region }
        : { kind: "resize", index, handle: target.handle, region };
  }

  /** A drag ends the rectangle; a tap sets its first corner and waits for the second. */
  #endRect(gesture: Gesture & { kind: "rect" }, point: Point): void {
    if (!gesture.armed && this.#near(gesture.anchor, point, TAP_PX)) {
      this.#gesture = { ...gesture, armed: true };
      return;
    }
    this.cancel();
    this.#editor.add(rectBetween(gesture.anchor, point, this.#editor.size.value));
  }

  #addCorner(gesture: Gesture & { kind: "polygon" }, point: Point): void {
    const first = gesture.points[0];
    const last = gesture.points.at(-1);
    const closes = first !== undefined && this.#near(first, point, CLOSE_PX);
    const repeats = last !== undefined && this.#near(last, point, TAP_PX);
    if ((closes || repeats) && this.finish()) return;
    if (repeats || gesture.points.length >= MAX_POINTS) return;
    this.#gesture = { kind: "polygon", points: [...gesture.points, point] };
    this.corners.value = [...gesture.points, point];
  }

  #keepGhost(): void {
    const ghost = this.ghost.value;
    this.cancel();
    if (ghost?.index !== undefined) this.#editor.replace(ghost.index, ghost.region);
  }

  #near(a: Point, b: Point, screenPx: number): boolean {
    return Math.hypot(a.x - b.x, a.y - b.y) * this.#scale <= screenPx;
  }
}
