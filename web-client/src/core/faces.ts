/** Whose faces are shown where there isn't room for all. */

import type { Participant } from "../net/messages.gen";
import { inOrder } from "./roles";

export interface Faces {
  shown: readonly Participant[];
  /** Only counted. */
  hidden: readonly Participant[];
}

/** Who is here, raised hands first: those wait for somebody to see them. */
export function facesOf(people: readonly Participant[], most: number): Faces {
  const here = inOrder(people).filter(({ present }) => present);
  const ordered = [...here.filter(({ hand }) => hand), ...here.filter(({ hand }) => !hand)];
  const shown = ordered.length > most ? ordered.slice(0, most - 1) : ordered;
  return { shown, hidden: ordered.slice(shown.length) };
}

/** "Dr. Ito speaks", "Student 1 raises a hand" */
export function doingOf(
  { id, name, hand, muted }: Participant,
  speaking: readonly string[],
): string {
  if (hand) return `${name} raises a hand`;
  return speaking.includes(id) && !muted ? `${name} speaks` : name;
}

/** Of the line under the cart's picture; empty: nobody asks for anything. */
export function handsNote(people: readonly Participant[]): string {
  const [first, ...others] = people.filter(({ present, hand }) => present && hand);
  if (!first) return "";
  if (others.length === 0) return `${first.name} raises a hand`;
  return `${first.name} and ${others.length} more raise a hand`;
}
