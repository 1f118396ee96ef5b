/** Relates the node's monotonic clock to this page's `performance.now()`. */

interface Sample {
  /** node time minus page time, ms */
  offsetMs: number;
  rttMs: number;
  takenAtMs: number;
}

/** How long the best sample is trusted; crystals drift apart by about 1 ms in a minute. */
const WINDOW_MS = 60_000;

/** Nanoseconds as the wire sends them (a string past 2^53), in ms with µs precision. */
export function nsToMs(nanoseconds: string): number {
  return Number(BigInt(nanoseconds) / 1_000n) / 1_000;
}

/** The other way, with the same precision. */
export function msToNs(milliseconds: number): bigint {
  return BigInt(Math.round(milliseconds * 1_000)) * 1_000n;
}

/**
 * Offset between two clocks from ping round trips.
 *
 * The true offset of a sample lies within ± rtt/2 of the measured one, so the sample with the
 * smallest round trip is the best. A new sample whose interval doesn't touch the best one's means
 * that a clock jumped (a laptop slept, the node restarted): everything older is then forgotten.
 */
export class ClockOffset {
  #samples: Sample[] = [];

  add(sample: { sentAtMs: number; receivedAtMs: number; serverMs: number }): void {
    const rttMs = Math.max(0, sample.receivedAtMs - sample.sentAtMs);
    const offsetMs = sample.serverMs - (sample.sentAtMs + rttMs / 2);
    const best = this.#best();
    if (best && Math.abs(best.offsetMs - offsetMs) > (best.rttMs + rttMs) / 2 + 1) {
      this.#samples = [];
    }
    this.#samples = this.#samples.filter((s) => sample.receivedAtMs - s.takenAtMs <= WINDOW_MS);
    this.#samples.push({ offsetMs, rttMs, takenAtMs: sample.receivedAtMs });
  }

  reset(): void {
    this.#samples = [];
  }

  /** Page time to node time, ms; undefined before the first sample. */
  toServerMs(pageMs: number): number | undefined {
    const best = this.#best();
    return best && pageMs + best.offsetMs;
  }

  /** Round trip of the best sample, ms. */
  get rttMs(): number | undefined {
    return this.#best()?.rttMs;
  }

  #best(): Sample | undefined {
    let best: Sample | undefined;
    for (const sample of this.#samples) {
      if (!best || sample.rttMs < best.rttMs) best = sample;
    }
    return best;
  }
}
