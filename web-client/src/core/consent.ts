/** What a consent rests on, in words. */

import type { ConsentBasis } from "../net/messages.gen";

export const CONSENT_WORDS: Record<ConsentBasis, string> = {
  patient: "The patient agreed",
  representative: "A representative agreed",
  treatment: "Treatment basis, to be reviewed within 24 hours",
};

/** Of a session that is over: on what basis its stills were kept, and how many there were. */
export interface Kept {
  consent: string;
  stills: number;
}

const STILLS_KEPT = "Stills kept, no clips";

/** Of an end screen; an empty basis: nothing could be recorded. */
export function consentWords(basis: string): string {
  return CONSENT_WORDS[basis as ConsentBasis] ?? "None was given; no picture was kept";
}

/** A session that is over left pictures on the disk. */
export function keepsStills({ consent, stills }: Kept): boolean {
  return consent !== "" && stills > 0;
}

/** Of the chip beside the picture. `ended`: what the summary of a session that is over says. */
export function keptWords(known: { consented: boolean; ended?: Kept | undefined }): string {
  const { consented, ended } = known;
  if (ended) return keepsStills(ended) ? STILLS_KEPT : "No picture kept";
  return consented ? STILLS_KEPT : "Not recorded";
}
