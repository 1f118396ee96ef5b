/** What may be asked of the probe hand, in the words that are read and spoken. */

import type {
  ProbeAmount,
  ProbeAnswer,
  ProbeDirection,
  ProbeMove,
  SuggestionState,
} from "../net/messages.gen";

export const PROBE_MOVES: readonly ProbeMove[] = [
  "slide",
  "rock",
  "sweep",
  "fan",
  "rotate",
  "compress",
];

const ALONG = ["toward_marker", "away_from_marker"] as const;
const BODY = ["toward_head", "toward_feet"] as const;
/** The patient’s: which side of a screen that is depends on who looks. */
const ACROSS = ["toward_patients_right", "toward_patients_left"] as const;

/** Which directions suit which move; the node refuses any other pair. */
export const DIRECTIONS: Record<ProbeMove, readonly ProbeDirection[]> = {
  slide: [...ALONG, ...BODY],
  rock: ALONG,
  sweep: [...BODY, ...ACROSS],
  fan: [...BODY, ...ACROSS],
  rotate: ["clockwise", "counterclockwise"],
  compress: ["more", "less"],
};

export const AMOUNTS: readonly ProbeAmount[] = ["a_little", "moderate", "a_lot"];

export const MOVE_WORDS: Record<ProbeMove, string> = {
  slide: "Slide",
  rock: "Rock",
  sweep: "Sweep",
  fan: "Fan",
  rotate: "Rotate",
  compress: "Compress",
};

/** What each move is, for whoever meets the word for the first time. */
export const MOVE_NOTES: Record<ProbeMove, string> = {
  slide: "Move the probe along the skin, without tilting it.",
  rock: "Keep the contact point. Tilt along the probe’s long side.",
  sweep: "Move slowly across the skin, to see one slice after another.",
  fan: "Keep the contact point. Tilt across the probe’s flat side.",
  rotate: "Keep the contact point. Turn the probe about its own axis, as seen from above.",
  compress: "Change how hard you press, straight down.",
};

export const DIRECTION_WORDS: Record<ProbeDirection, string> = {
  toward_marker: "toward the marker",
  away_from_marker: "away from the marker",
  toward_head: "toward the patient’s head",
  toward_feet: "toward the patient’s feet",
  toward_patients_right: "toward the patient’s right",
  toward_patients_left: "toward the patient’s left",
  clockwise: "clockwise",
  counterclockwise: "counterclockwise",
  more: "more",
  less: "less",
};

/** Between a tilt and its direction: the beam goes the other way. */
export const HANDLE_WORD = ": handle";

export const AMOUNT_WORDS: Record<ProbeAmount, string> = {
  a_little: "a little",
  moderate: "moderately",
  a_lot: "a lot",
};

/** The page itself says `seen` as soon as it shows a suggestion: nobody may have looked. */
export const ANSWER_WORDS: Record<ProbeAnswer, string> = {
  seen: "Shown",
  done: "Done",
  cannot: "Can’t",
};

export interface Suggestion {
  move: ProbeMove;
  direction: ProbeDirection;
  amount: ProbeAmount;
}

/** Tilts about the contact point, so that its ends move opposite ways. */
export function isTilt(move: ProbeMove): boolean {
  return move === "rock" || move === "fan";
}

/** "Slide toward the patient’s head, a little". A moderate amount goes without saying. */
export function suggestionWords({ move, direction, amount }: Suggestion): string {
  const handle = isTilt(move) ? HANDLE_WORD : "";
  const what = `${MOVE_WORDS[move]}${handle} ${DIRECTION_WORDS[direction]}`;
  return amount === "moderate" ? what : `${what}, ${AMOUNT_WORDS[amount]}`;
}

/** After this nobody moves a probe for it any more, ms. */
export const SUGGESTION_LIFETIME_MS = 60_000;

/**
 * The one that is asked for now: the newest, until it was done or can’t be done, while whoever asks
 * is here.
 */
export function openSuggestion(
  suggestions: readonly SuggestionState[],
  isHere: (participant: string) => boolean,
): SuggestionState | undefined {
  const newest = suggestions.at(-1);
  if (!newest || !isHere(newest.by)) return undefined;
  return newest.answer === null || newest.answer === "seen" ? newest : undefined;
}

/** How the probe is looked at: its flat face, the narrow side, or the skin from above. */
export type ProbeView = "face" | "side" | "above";

export type Way = "up" | "down" | "east" | "west" | "turn" | "turn_back";

export interface Drawing {
  view: ProbeView;
  /** Which way the arrow points in that view; `east` and `west` are sides of the drawing only. */
  way: Way;
  motion: "shift" | "tilt" | "turn" | "press";
  /** What is named at the ends of the drawing. */
  ends: "none" | "body" | "sides";
  /** The marker is drawn only where a move is told by it: elsewhere its place would ask for a turn. */
  marker: boolean;
}

const WAYS: Record<ProbeDirection, Way> = {
  toward_marker: "east",
  away_from_marker: "west",
  toward_head: "up",
  toward_feet: "down",
  toward_patients_right: "west",
  toward_patients_left: "east",
  clockwise: "turn",
  counterclockwise: "turn_back",
  more: "down",
  less: "up",
};

/**
 * How a suggestion is drawn. The patient lies on the back and is seen from the feet, or from above
 * with the head up: their right is to the west. Fanning to the head is seen with the head there.
 */
export function drawingOf(move: ProbeMove, direction: ProbeDirection): Drawing {
  const way = WAYS[direction];
  const ends = endsOf(direction);
  switch (move) {
    case "rock":
      return { view: "face", way, motion: "tilt", ends, marker: true };
    case "compress":
      return { view: "face", way, motion: "press", ends, marker: false };
    case "fan":
      return { view: "side", way: fanned(way), motion: "tilt", ends, marker: false };
    case "rotate":
      return { view: "above", way, motion: "turn", ends: "body", marker: true };
    case "slide":
    case "sweep": {
      const marker = ends === "none";
      return { view: marker ? "face" : "above", way, motion: "shift", ends, marker };
    }
  }
}

function endsOf(direction: ProbeDirection): Drawing["ends"] {
  if (direction === "toward_head" || direction === "toward_feet") return "body";
  const isAcross = direction === "toward_patients_right" || direction === "toward_patients_left";
  return isAcross ? "sides" : "none";
}

function fanned(way: Way): Way {
  if (way === "up") return "west";
  return way === "down" ? "east" : way;
}
