/** What the page of a probe camera says, decided from everything that is known. */

import type { DevicePhase } from "./device";
import type { LinkStatus, SessionStatus } from "./stage";

export type FilmingStatus =
  /** There is no way on without the person. */
  | "refused"
  | "replaced"
  | "ended"
  | "lobby"
  /** The camera isn't open: not yet, or it can't be. */
  | "off"
  | "asking"
  | "absent"
  /** It films, and the room doesn't see it (yet, or any more). */
  | "connecting"
  | "reconnecting"
  | "outdone"
  | "shown";

export interface FilmingSituation {
  link: LinkStatus;
  session: SessionStatus | undefined;
  inLobby: boolean;
  device: DevicePhase;
  /** The connection carries media. */
  connected: boolean;
  me: string;
  /** The seat whose camera is the room's second view, or empty. */
  filming: string;
}

type Rule = readonly [FilmingStatus, (situation: FilmingSituation) => boolean];

/** The first rule that applies decides. */
const RULES: readonly Rule[] = [
  ["refused", (s) => s.link === "refused"],
  ["replaced", (s) => s.link === "replaced"],
  ["ended", (s) => s.session === "ended"],
  ["lobby", (s) => s.inLobby],
  ["off", (s) => s.device === "off"],
  ["asking", (s) => s.device === "asking"],
  ["absent", (s) => s.device !== "open"],
  ["reconnecting", (s) => s.link === "lost"],
  ["connecting", (s) => !s.connected || s.filming === ""],
  ["outdone", (s) => s.filming !== s.me],
];

export function filmingStatus(situation: FilmingSituation): FilmingStatus {
  return RULES.find(([, applies]) => applies(situation))?.[0] ?? "shown";
}
