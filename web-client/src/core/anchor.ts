/** From a frame's RTP timestamp to the time it was captured, across 32-bit wraps. */

export interface Anchor {
  ssrc: number;
  /** 0 … 2^32 − 1, at 90 kHz */
  rtpTimestamp: number;
  /** node clock, ms */
  capturedAtMs: number;
}

const TICKS_PER_MS = 90;

/** `later − earlier` of two 32-bit timestamps, as the shorter way round: ± 2^31. */
export function rtpDifference(later: number, earlier: number): number {
  return (later - earlier) | 0;
}

/**
 * Follows one stream. 2^32 ticks are 13.3 hours, so an anchor alone can't place a frame of a long
 * session: each frame is placed relative to the one before, however often the counter wrapped.
 */
export class RtpTimeline {
  #anchor: Anchor;
  #lastTimestamp: number;
  #lastTicks = 0;

  constructor(anchor: Anchor) {
    this.#anchor = anchor;
    this.#lastTimestamp = anchor.rtpTimestamp;
  }

  /** When the frame with this RTP timestamp was captured, node clock, ms. */
  capturedAtMs(rtpTimestamp: number): number {
    this.#lastTicks += rtpDifference(rtpTimestamp, this.#lastTimestamp);
    this.#lastTimestamp = rtpTimestamp >>> 0;
    return this.#anchor.capturedAtMs + this.#lastTicks / TICKS_PER_MS;
  }
}
