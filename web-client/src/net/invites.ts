/** Invitations that a seat makes for others, and the links that carry them. */

import { PAGES, type SeatRole } from "../core/roles";
import { request } from "./api";
import type { Role } from "./messages.gen";

export interface Invitation {
  link: string;
  role: SeatRole;
  /** Whoever comes by it waits to be let in. */
  lobby: boolean;
  /** page clock, ms */
  expiresAtMs: number;
}

/** For one person or device. A phone beside the scanner is wanted now and comes in at once. */
const LIFETIME_S: Record<SeatRole, number> = {
  operator: 3_600,
  expert: 3_600,
  observer: 3_600,
  camera: 900,
};

/** Raises ApiError. `as` is the own seat that invites. */
export async function invite(role: SeatRole, as: Role): Promise<Invitation> {
  const answer = (await request("POST", "api/invites", {
    role,
    seat: as,
    uses: 1,
    lifetime_s: LIFETIME_S[role],
  })) as { invite: string; lobby: boolean; expires_in_s: number };
  return {
    link: inviteLink(document.baseURI, role, answer.invite, { asksName: answer.lobby }),
    role,
    lobby: answer.lobby,
    expiresAtMs: performance.now() + answer.expires_in_s * 1_000,
  };
}

/**
 * The secret stands in the fragment, which no server and no link preview gets to see. Who is to be
 * let in by a person says first how they are called.
 */
export function inviteLink(
  base: string,
  role: SeatRole,
  secret: string,
  { asksName = false } = {},
): string {
  const url = new URL(PAGES[role], base);
  url.hash = `invite=${secret}${asksName ? "&ask=name" : ""}`;
  return url.href;
}

/** Other devices can't open what is only on this one. */
export function isForThisMachineOnly(link: string): boolean {
  const { hostname } = new URL(link);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

/**
 * Opens with a certificate of the site's own authority: those are for names and addresses that no
 * public authority vouches for.
 */
export function needsTrust(link: string): boolean {
  const { protocol, hostname } = new URL(link);
  if (protocol !== "https:" || isForThisMachineOnly(link)) return false;
  return hostname.endsWith(".local") || /^\d+(\.\d+){3}$|^\[/.test(hostname);
}
