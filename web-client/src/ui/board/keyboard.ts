import { clampToPicture } from "../../core/geometry";
import { isTwoPoints } from "../../core/tools";
import type { Desk } from "./desk";

/** Parts of the picture; with Shift the finer one. */
const STEP = 0.02;
const FINE_STEP = 0.004;

const WAYS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * Points and draws without a mouse while the picture has the focus: arrow keys move, Enter begins
 * and ends, Escape gives up.
 */
export function keyboardHandler(desk: Desk): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.target !== event.currentTarget) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const way = WAYS[event.key];
    if (way) move(desk, way, event.shiftKey ? FINE_STEP : STEP);
    else if (event.key === "Enter") enter(desk);
    else if (event.key === "Escape") desk.cancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

function move(desk: Desk, [x, y]: readonly [number, number], step: number): void {
  const { cursor } = desk;
  desk.cursor = clampToPicture({ x: cursor.x + x * step, y: cursor.y + y * step });
  desk.move(desk.cursor);
}

function enter(desk: Desk): void {
  if (desk.draft.value) {
    desk.lift();
    return;
  }
  desk.press(desk.cursor);
  const tool = desk.tool.value;
  if (tool === "pointer" || (desk.draft.value && isTwoPoints(tool))) desk.lift();
}
