/** One's own stroke on its way to the others while it is drawn. */

import type { StrokeTool } from "../core/passing";
import { Latest } from "./latest";
import type { ClientMessage } from "./messages.gen";

export interface GrowingSeams {
  send: (message: ClientMessage) => boolean;
  ready: () => boolean;
}

/** About 30 a second: a little less than two refreshes of a screen at 60 Hz. */
const EVERY_MS = 33;

export class GrowingStroke {
  readonly id: string;
  readonly #tool: StrokeTool;
  readonly #still: string;
  readonly #seams: GrowingSeams;
  readonly #latest: Latest<{ points: readonly number[]; settled: number }>;
  /** Points that the others have and that won't change. */
  #sent = 0;

  constructor(seams: GrowingSeams, stroke: { id: string; tool: StrokeTool; still: string }) {
    this.id = stroke.id;
    this.#tool = stroke.tool;
    this.#still = stroke.still;
    this.#seams = seams;
    this.#latest = new Latest({
      everyMs: EVERY_MS,
      ready: seams.ready,
      send: ({ points, settled }) => this.#send(points, settled, false),
    });
  }

  /** All its points so far, flat, of which the first `settled` won't change. */
  show(points: readonly number[], settled: number): void {
    this.#latest.offer({ points, settled });
  }

  /** Nothing follows: a laser stroke ended, or a mark was given up. Sent even on a busy line. */
  end(points: readonly number[]): void {
    this.#latest.clear();
    this.#send(points, points.length / 2, true);
  }

  /** Its mark takes over. */
  stop(): void {
    this.#latest.clear();
  }

  #send(points: readonly number[], settled: number, done: boolean): void {
    const sent = this.#seams.send({
      type: "stroke",
      id: this.id,
      tool: this.#tool,
      start: this.#sent,
      points: points.slice(2 * this.#sent),
      still: this.#still,
      done,
    });
    if (sent) this.#sent = Math.min(settled, points.length / 2);
  }
}
