/** What stands in the place of the picture, decided from everything that is known. */

export type LinkStatus = "connecting" | "open" | "lost" | "replaced" | "refused";
export type MediaStatus = "idle" | "connecting" | "playing" | "stalled" | "failed" | "unsupported";
export type SessionStatus = "waiting" | "live" | "interrupted" | "ended";
export type SourceStatus = "starting" | "live" | "frozen" | "no_signal";

export interface Situation {
  link: LinkStatus;
  media: MediaStatus;
  session: SessionStatus | undefined;
  source: SourceStatus | undefined;
  maskConfirmed: boolean;
  /** The browser wants a tap before it plays. */
  playBlocked: boolean;
}

export type Stage =
  /** There is no way on without the person. */
  | "refused"
  | "replaced"
  | "unsupported"
  | "ended"
  /** Nothing to show yet or any more. */
  | "connecting"
  | "media_failed"
  | "starting"
  | "no_signal"
  | "mask_black"
  | "tap_to_play"
  /** The picture, as it is. */
  | "frozen"
  | "picture";

type Rule = readonly [Stage, (situation: Situation) => boolean];

/** The first rule that applies decides. */
const RULES: readonly Rule[] = [
  ["refused", (s) => s.link === "refused"],
  ["replaced", (s) => s.link === "replaced"],
  ["ended", (s) => s.session === "ended"],
  ["unsupported", (s) => s.media === "unsupported"],
  ["connecting", (s) => s.session === undefined || s.source === undefined],
  ["no_signal", (s) => s.source === "no_signal"],
  ["starting", (s) => s.source === "starting"],
  ["mask_black", (s) => !s.maskConfirmed],
  ["media_failed", (s) => s.media === "failed"],
  ["tap_to_play", (s) => s.playBlocked],
  ["connecting", (s) => s.media === "idle" || s.media === "connecting"],
  ["frozen", (s) => s.source === "frozen"],
];

export function stageOf(situation: Situation): Stage {
  return RULES.find(([, applies]) => applies(situation))?.[0] ?? "picture";
}

/** Stages in which a scanner picture is on the screen and its age is worth saying. */
export function showsPicture(stage: Stage): boolean {
  return stage === "picture" || stage === "frozen";
}
