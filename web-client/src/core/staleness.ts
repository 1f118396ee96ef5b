/** How old a picture may be for what, and what is said about it. */

export type Freshness = "unknown" | "fresh" | "late" | "voice_only" | "stale";

export interface FreshnessRule {
  freshness: Freshness;
  /** The rule holds from this age on, ms. */
  fromMs: number;
  /** What to do, in the words the viewer reads; empty when nothing needs saying. */
  advice: string;
}

/** Youngest first; the last rule whose age is reached holds. */
export const FRESHNESS_RULES: readonly FreshnessRule[] = [
  { freshness: "fresh", fromMs: Number.NEGATIVE_INFINITY, advice: "" },
  { freshness: "late", fromMs: 500, advice: "" },
  { freshness: "voice_only", fromMs: 1_000, advice: "Voice only, don’t point" },
  { freshness: "stale", fromMs: 2_000, advice: "This picture is old. Don’t act on it." },
];

const UNKNOWN: FreshnessRule = { freshness: "unknown", fromMs: Number.NaN, advice: "" };

/** A picture that is frozen here grows old, and that is no fault: nothing is said of it. */
export function freshnessOf(behindMs: number | undefined, isFrozen = false): FreshnessRule {
  if (behindMs === undefined || isFrozen) return UNKNOWN;
  return FRESHNESS_RULES.findLast((rule) => behindMs >= rule.fromMs) ?? UNKNOWN;
}

/** Below this, or after a longer gap, motion on the screen isn't the motion in the body. */
export const MOTION_MIN_FPS = 20;
export const MOTION_MAX_GAP_MS = 300;
/** A warning stays this long after its cause is gone, so that it can be read. */
export const MOTION_HOLD_MS = 4_000;

export const MOTION_ADVICE = "Don’t judge sliding, compression or cardiac activity";

export interface MotionSample {
  atMs: number;
  fps: number;
  largestGapMs: number;
}

/**
 * Until when the motion warning is shown (page clock, ms).
 *
 * A source that is itself slower than `MOTION_MIN_FPS` is warned about too: what counts is what
 * the viewer sees.
 */
export function motionWarningUntil(previousMs: number, sample: MotionSample): number {
  const slow = sample.fps < MOTION_MIN_FPS || sample.largestGapMs > MOTION_MAX_GAP_MS;
  return slow ? sample.atMs + MOTION_HOLD_MS : previousMs;
}
