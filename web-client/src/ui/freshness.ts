import { type FreshnessRule, freshnessOf } from "../core/staleness";
import type { Room } from "../net/room";
import { deskOf } from "./board/desk";

/** Somebody froze what is looked at here; the scanner itself may go on. */
export function isFrozenHere(room: Room): boolean {
  return deskOf(room).freezing.view.value.kind !== "live";
}

/** What is to be said of the age of the picture that is looked at here. */
export function freshnessHere(room: Room): FreshnessRule {
  return freshnessOf(room.behindMs.value, isFrozenHere(room));
}
