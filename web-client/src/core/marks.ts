/** Which marks are on the screen: a mark appears on the frame it was drawn on, not before. */

import type { DrawnMark } from "../net/messages.gen";

/**
 * Times of one frame that two viewers worked out from RTP timestamps differ by ticks of 1/90 ms;
 * times of two frames by more than this, ns.
 */
const SAME_FRAME_NS = 1_000_000n;

export function isSameFrame(oneNs: bigint, otherNs: bigint): boolean {
  const apartNs = oneNs - otherNs;
  return -SAME_FRAME_NS <= apartNs && apartNs <= SAME_FRAME_NS;
}

/** No viewer is this far behind: such a mark is from another clock, of a machine since restarted. */
const OTHER_CLOCK_NS = 10_000_000_000n;

/** True once the frame of `capturedAtNs` is shown; also while it isn't known which frame that is. */
export function isDue(capturedAtNs: string, shownNs: bigint | undefined): boolean {
  if (shownNs === undefined) return true;
  const aheadNs = BigInt(capturedAtNs) - shownNs;
  return aheadNs <= SAME_FRAME_NS || aheadNs > OTHER_CLOCK_NS;
}

/** A heart has moved on since: a live mark that is older points at nothing any more, ms. */
export const MARK_FRESH_MS = 10_000;

/**
 * How long ago a mark was drawn on the moving picture, ms; infinite: before the machine's clock was
 * set anew. `seenForMs`, since this page first had it, stands in where frames have no known time.
 */
export function markAgeMs(
  capturedAtNs: string,
  shownNs: bigint | undefined,
  seenForMs: number,
): number {
  const capturedNs = BigInt(capturedAtNs);
  if (capturedNs === 0n || shownNs === undefined) return seenForMs;
  const agoNs = shownNs - capturedNs;
  return -agoNs > OTHER_CLOCK_NS
    ? Number.POSITIVE_INFINITY
    : Math.max(0, Number(agoNs / 1_000_000n));
}

/** `still`: the one that is looked at, or empty for the moving picture. */
export function marksToShow(
  marks: readonly DrawnMark[],
  still: string,
  shownNs: bigint | undefined,
): DrawnMark[] {
  return marks.filter(
    ({ mark }) => mark.still === still && (still !== "" || isDue(mark.captured_at_ns, shownNs)),
  );
}

/** `next`, or `previous` itself when both hold the same elements. */
export function settled<T>(previous: readonly T[], next: readonly T[]): readonly T[] {
  const same = previous.length === next.length && next.every((item, i) => item === previous[i]);
  return same ? previous : next;
}
