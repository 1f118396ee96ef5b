/** What the viewer sees, frame by frame: rate, gaps and age. */

export interface ShownFrame {
  /** page clock, ms */
  shownAtMs: number;
  /** Pictures presented since the previous entry: more than 1 when the page missed callbacks. */
  presented: number;
  /** undefined while it isn't known when the frame was captured */
  behindMs: number | undefined;
}

export interface FrameFigures {
  fps: number;
  /** Longest time without a new frame, up to now, within the window, ms. */
  largestGapMs: number;
  /** Age of what is on the screen, ms; grows by the clock once frames stop. */
  behindMs: number | undefined;
  /** Frames have been coming for at least a window: rate and gap mean something. */
  settled: boolean;
}

const WINDOW_MS = 1_000;
/** A frame is overdue after this; from then on its age is counted, not averaged. */
const OVERDUE_MS = 250;
/** 120 pictures a second for a window, with room; beyond it the oldest are forgotten. */
const MAX_FRAMES = 256;

function median(values: number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** A rate to be read: small wobbles are evened out, a real change shows at once. */
export function readableRate(previousFps: number, fps: number): number {
  const change = fps - previousFps;
  return Math.abs(change) > 3 ? fps : previousFps + change / 5;
}

export class FrameLog {
  #recent: ShownFrame[] = [];
  /** The newest frame that fell out of the window: the first gap starts there. */
  #entry: ShownFrame | undefined;

  add(frame: ShownFrame): void {
    this.#recent.push(frame);
    if (this.#recent.length > MAX_FRAMES) this.#entry = this.#recent.shift();
  }

  reset(): void {
    this.#recent = [];
    this.#entry = undefined;
  }

  figures(nowMs: number): FrameFigures {
    this.#slide(nowMs);
    return {
      fps: this.#fps(nowMs),
      largestGapMs: this.#largestGapMs(nowMs),
      behindMs: this.#behindMs(nowMs),
      settled: this.#entry !== undefined,
    };
  }

  #slide(nowMs: number): void {
    while (this.#recent[0] && nowMs - this.#recent[0].shownAtMs > WINDOW_MS) {
      this.#entry = this.#recent.shift();
    }
  }

  #fps(nowMs: number): number {
    const first = this.#recent[0];
    const last = this.#recent.at(-1);
    if (!first || !last) return 0;
    const presented = this.#recent.reduce((sum, frame) => sum + frame.presented, 0);
    const spanMs = last.shownAtMs - first.shownAtMs;
    const overdue = nowMs - last.shownAtMs > OVERDUE_MS;
    if (overdue || spanMs <= 0) return (1_000 * presented) / WINDOW_MS;
    return (1_000 * (presented - first.presented)) / spanMs;
  }

  #largestGapMs(nowMs: number): number {
    let previous = this.#entry ?? this.#recent[0];
    if (!previous) return 0;
    let largest = 0;
    for (const frame of this.#recent) {
      const gapMs = (frame.shownAtMs - previous.shownAtMs) / Math.max(1, frame.presented);
      largest = Math.max(largest, gapMs);
      previous = frame;
    }
    return Math.max(largest, nowMs - previous.shownAtMs);
  }

  #behindMs(nowMs: number): number | undefined {
    const last = this.#recent.at(-1) ?? this.#entry;
    if (last?.behindMs === undefined) return undefined;
    const sinceShownMs = nowMs - last.shownAtMs;
    if (sinceShownMs > OVERDUE_MS) return last.behindMs + sinceShownMs;
    return median(this.#recent.flatMap((frame) => frame.behindMs ?? [])) ?? last.behindMs;
  }
}
