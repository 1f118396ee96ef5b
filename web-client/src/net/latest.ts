/** Sends the newest of many values: paced, and only while the line takes it. */

export interface LatestSeams<T> {
  /** Not more often than this, ms. */
  everyMs: number;
  /** False while earlier messages still wait for the line. */
  ready: () => boolean;
  send: (value: T) => void;
}

/** How soon a busy line is looked at again, ms. */
const BUSY_MS = 8;

/** Holds at most one value: a newer one takes its place. */
export class Latest<T> {
  readonly #seams: LatestSeams<T>;
  #waiting: { value: T } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sentAtMs = Number.NEGATIVE_INFINITY;

  constructor(seams: LatestSeams<T>) {
    this.#seams = seams;
  }

  offer(value: T): void {
    this.#waiting = { value };
    if (this.#timer === undefined) this.#try();
  }

  /** What waits is forgotten. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = undefined;
  }

  #try(): void {
    this.#timer = undefined;
    if (!this.#waiting) return;
    const nowMs = performance.now();
    const dueInMs = this.#sentAtMs + this.#seams.everyMs - nowMs;
    if (dueInMs > 0 || !this.#seams.ready()) {
      this.#timer = setTimeout(() => this.#try(), dueInMs > 0 ? dueInMs : BUSY_MS);
      return;
    }
    const { value } = this.#waiting;
    this.#waiting = undefined;
    this.#sentAtMs = nowMs;
    this.#seams.send(value);
  }
}
