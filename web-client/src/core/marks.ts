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
