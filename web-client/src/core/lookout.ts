/** What is said about text in the picture, and about who looks for it. */

import type { CoveredText, SourceStateMessage } from "../net/messages.gen";

export type Watch = SourceStateMessage["watch"];

export interface LookoutWords {
  tone: "warn" | "danger";
  words: string;
}

/** Undefined while all is well, or the site wants no look-out. */
export function watchWords(watch: Watch): LookoutWords | undefined {
  switch (watch) {
    case "late":
      return { tone: "warn", words: "The check for text is late" };
    case "overridden":
      return { tone: "danger", words: "Not checked for text" };
    case "blind":
    case "on":
    case "off":
      return undefined;
  }
}

export function coveredWords(texts: readonly CoveredText[]): string {
  if (texts.length === 0) return "";
  return texts.length === 1 ? "Text covered" : `Text covered in ${texts.length} places`;
}

/** What the person hasn't decided to keep covered yet, the oldest first. */
export function undecided(
  texts: readonly CoveredText[],
  kept: ReadonlySet<number>,
): CoveredText | undefined {
  return texts.filter(({ id }) => !kept.has(id)).sort((one, other) => one.id - other.id)[0];
}
