import { flatten } from "../../core/geometry";
import type { Point } from "../../core/letterbox";
import type { Consult } from "../../net/consult";
import type { GrowingStroke } from "../../net/growing";

interface HeldLaser {
  stroke: GrowingStroke;
  points: readonly number[];
  still: string;
}

/** Well under the time in which a laser stroke fades, ms. */
const TOUCH_MS = 500;
/** Held at once; the oldest of more begin to fade. */
const MAX_HELD = 16;

/** One's own laser strokes after they were drawn: they fade once Shift doesn't hold them. */
export class HeldLasers {
  readonly #consult: Consult;
  #held: HeldLaser[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(consult: Consult) {
    this.#consult = consult;
  }

  leave(stroke: GrowingStroke, points: readonly Point[], still: string, keep: boolean): void {
    const laser = { stroke, points: flatten(points), still };
    this.#touch(laser);
    if (!keep) {
      stroke.end(laser.points);
      return;
    }
    stroke.show(laser.points, laser.points.length / 2);
    this.#held.push(laser);
    while (this.#held.length > MAX_HELD) this.#release(this.#held.shift());
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#keep(), TOUCH_MS);
    addEventListener("keyup", this.#onKeyUp);
    addEventListener("blur", this.#onBlur);
  }

  readonly #onKeyUp = (event: KeyboardEvent) => {
    if (event.key === "Shift") this.#releaseAll();
  };
  /** Keys that are let go elsewhere aren't heard here. */
  readonly #onBlur = () => this.#releaseAll();

  #releaseAll(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    removeEventListener("keyup", this.#onKeyUp);
    removeEventListener("blur", this.#onBlur);
    for (const laser of this.#held.splice(0)) this.#release(laser);
  }

  #keep(): void {
    for (const laser of this.#held) {
      this.#touch(laser);
      laser.stroke.show(laser.points, laser.points.length / 2);
    }
  }

  #release(laser: HeldLaser | undefined): void {
    if (!laser) return;
    this.#touch(laser);
    laser.stroke.end(laser.points);
  }

  #touch({ stroke, points, still }: HeldLaser): void {
    this.#consult.showOwn({ id: stroke.id, tool: "laser", points, still });
  }
}
