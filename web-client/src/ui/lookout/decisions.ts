/** Which covered texts the operator of this page wants to stay covered. */

import { signal } from "@preact/signals";
import { undecided } from "../../core/lookout";
import type { CoveredText } from "../../net/messages.gen";
import type { Room } from "../../net/room";

const kept = signal<ReadonlySet<number>>(new Set());

/** The text the operator is asked about; nobody else is asked. */
export function askedAbout(room: Room): CoveredText | undefined {
  const source = room.source.value;
  if (room.seat.role !== "operator" || source?.mask !== "confirmed") return undefined;
  return undecided(source.texts, kept.value);
}

export function keepCovered(id: number): void {
  kept.value = new Set([...kept.value, id]);
}
