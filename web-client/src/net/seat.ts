/** How a page comes to its seat: from the invitation in its address, or from the cookie. */

import { ApiError, claimSeat, findSeat, type Problem, type Seat } from "./api";
import type { Role } from "./messages.gen";

/** What an address brings along. */
export interface InviteInAddress {
  invite: string;
  /** Whoever opens the link says first how they are called. */
  asksName: boolean;
}

export type Entry = { seat: Seat } | { problem: Problem; retry: boolean };

/** Reads the invitation and takes it out of the address bar and the history. */
export function takeInvite(location: Location, history: History): InviteInAddress | undefined {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const invite = fragment.get("invite");
  if (invite === null) return undefined;
  history.replaceState(null, "", location.pathname + location.search);
  return invite ? { invite, asksName: fragment.get("ask") === "name" } : undefined;
}

/** An invitation that can't be used is no matter when the browser already holds the seat. */
export async function enter(role: Role, invite: string | undefined, name = ""): Promise<Entry> {
  if (!invite) return await held(role);
  try {
    const seat = await claimSeat(invite, name);
    return seat.role === role ? { seat } : wrongPage(seat.role);
  } catch (error) {
    const refusal = problemOf(error);
    if (refusal.retry) return refusal;
    const entry = await held(role);
    return "seat" in entry ? entry : refusal;
  }
}

async function held(role: Role): Promise<Entry> {
  try {
    return { seat: await findSeat(role) };
  } catch (error) {
    return problemOf(error);
  }
}

function problemOf(error: unknown): { problem: Problem; retry: boolean } {
  if (!(error instanceof ApiError)) throw error;
  return { problem: error, retry: error.retry };
}

function wrongPage(role: Role): Entry {
  const page = role === "operator" ? "cart" : role;
  return {
    problem: {
      code: "client.wrong_page",
      message: `This invitation is for the ${page} page`,
      fix: "Open the link exactly as it was sent",
    },
    retry: false,
  };
}
