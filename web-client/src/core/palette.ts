/** A colour for each participant, the same on every screen. Never alone: a name stands beside it. */

import type { Participant } from "../net/messages.gen";

/** Bright on black and grey, apart from each other also for the colour-blind. */
const OPERATOR = "#ffab5c";
const OTHERS = ["#5db2ff", "#e58bff", "#c9e265", "#6be3e0", "#ff8fa3", "#f4e04d"] as const;
const NOBODY = "#9fadbb";

export function colourOf(id: string, people: readonly Participant[]): string {
  const person = people.find((each) => each.id === id);
  if (!person) return NOBODY;
  if (person.role === "operator") return OPERATOR;
  const experts = people.filter(({ role }) => role === "expert").map((expert) => expert.id);
  const index = experts.indexOf(id);
  return index < 0 ? NOBODY : (OTHERS[index % OTHERS.length] ?? NOBODY);
}
