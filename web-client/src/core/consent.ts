/** What a consent rests on, in words. */

import type { ConsentBasis } from "../net/messages.gen";

export const CONSENT_WORDS: Record<ConsentBasis, string> = {
  patient: "The patient agreed",
  representative: "A representative agreed",
  treatment: "Treatment basis, to be reviewed within 24 hours",
};

/** Of an end screen; an empty basis: nothing could be recorded. */
export function consentWords(basis: string): string {
  return CONSENT_WORDS[basis as ConsentBasis] ?? "None was given; nothing was kept";
}
