/** Roles in words, and which page each opens. */

import type { Participant, Role } from "../net/messages.gen";

export const ROLE_WORDS: Record<Role, string> = {
  operator: "Operator",
  expert: "Expert",
  observer: "Observer",
  camera: "Probe camera",
  reviewer: "Reviewer",
  admin: "Admin",
};

export type SeatRole = "operator" | "expert" | "observer" | "camera";

export const PAGES: Record<SeatRole, string> = {
  operator: "cart",
  expert: "expert",
  observer: "observer",
  camera: "camera",
};

const ORDER: readonly Role[] = ["operator", "expert", "observer", "camera"];

/** Who is here first, then by role, then by name. */
export function inOrder(people: readonly Participant[]): Participant[] {
  return [...people].sort(
    (a, b) =>
      Number(b.present) - Number(a.present) ||
      ORDER.indexOf(a.role) - ORDER.indexOf(b.role) ||
      a.name.localeCompare(b.name, undefined, { numeric: true }),
  );
}

/** "is watching, with 2 observers"; follows the names of the experts. */
export function watchersNote(experts: number, observers: number, players = 0): string {
  const others = [counted(observers, "observer"), counted(players, "player")]
    .filter(Boolean)
    .join(" and ");
  if (experts === 0) return others ? `${others} watching` : "Nobody is watching";
  const verb = experts > 1 ? "are watching" : "is watching";
  return others ? `${verb}, with ${others}` : verb;
}

function counted(count: number, noun: string): string {
  if (count === 0) return "";
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
