/** When to ask for a new connection because the one there is carries nothing. */

const FIRST_LIMIT_MS = 1_500;
const MAX_LIMIT_MS = 10_000;

/** Asks after 1.5 s without packets, then less and less often until packets come again. */
export class StallWatch {
  #limitMs = FIRST_LIMIT_MS;
  #sinceMs: number;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  /** Packets arrived, or none were due: silence is counted from here. */
  rest(nowMs: number): void {
    this.#sinceMs = nowMs;
  }

  progress(nowMs: number): void {
    this.#limitMs = FIRST_LIMIT_MS;
    this.#sinceMs = nowMs;
  }

  /** True once per limit; the next limit is twice as long. */
  shouldAsk(nowMs: number): boolean {
    if (nowMs - this.#sinceMs <= this.#limitMs) return false;
    this.#limitMs = Math.min(MAX_LIMIT_MS, this.#limitMs * 2);
    this.#sinceMs = nowMs;
    return true;
  }
}
