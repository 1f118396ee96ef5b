/** Signing in and out, and what a signed-in person may enter. */

import { request, type Seat } from "./api";
import type { Role } from "./messages.gen";

export interface Account {
  id: string;
  login: string;
  name: string;
  roles: Role[];
  /** A one-time password was used: nothing else is possible before a new one is set. */
  must_change: boolean;
}

/** Whether people may also sign in with the site's own provider. */
export async function offersSingleSignOn(): Promise<boolean> {
  const { oidc } = (await request("GET", "api/login")) as { oidc: boolean };
  return oidc;
}

export async function whoAmI(): Promise<Account> {
  return (await request("GET", "api/me")) as Account;
}

export async function signIn(login: string, password: string): Promise<Account> {
  return (await request("POST", "api/login", { login, password })) as Account;
}

export async function signOut(): Promise<void> {
  await request("POST", "api/logout", {});
}

export async function changePassword(before: string, after: string): Promise<Account> {
  return (await request("POST", "api/me/password", { old: before, new: after })) as Account;
}

/** A seat of the account in a room; the browser gets its cookie. */
export async function takeSeat(room: string, role: Role): Promise<Seat> {
  const path = `api/rooms/${encodeURIComponent(room)}/seats`;
  return (await request("POST", path, { role })) as Seat;
}
