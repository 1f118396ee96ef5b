/** The capture worker's own little server: a frozen picture and the profile (docs/setup-page.md). */

import type { Extent } from "../core/letterbox";
import type { WireRegion } from "../core/regions";
import { call, request } from "./api";

export interface Profile {
  name: string;
  size: [number, number];
  regions: WireRegion[];
  mm_per_pixel: number | null;
}

export interface CurrentProfile {
  picture: Extent | null;
  mask: "confirmed" | "black";
  mask_code: string;
  mask_detail: string;
  profile: Profile | null;
}

/** What a look at the scanner found; without regions, `advice` says what to do. */
export interface Proposal {
  regions: WireRegion[];
  sureness: "sure" | "unsure" | "nothing";
  code: string;
  advice: string;
}

/**
 * Unlike a cookie, which goes to every port of 127.0.0.1, it stays with this page's own port; and
 * it outlives a reload.
 */
const SESSION_KEY = "sonopair.setup";

const session = () => sessionStorage.getItem(SESSION_KEY) ?? "";

export async function openSession(token: string): Promise<void> {
  const answer = (await request("POST", "api/session", { token })) as { session: string };
  sessionStorage.setItem(SESSION_KEY, answer.session);
}

/** The frozen picture, as an address for an <img>; revoke it when it is replaced. */
export async function fetchFrame(): Promise<string> {
  const response = await call("GET", "api/frame", undefined, session());
  return URL.createObjectURL(await response.blob());
}

export async function freezeAgain(): Promise<void> {
  await request("POST", "api/frame", {}, session());
}

/** Half a second of a look; `share` goes to 1, and then there is a proposal. */
export async function look(anew: boolean): Promise<{ share: number; proposal: Proposal | null }> {
  return (await request("POST", "api/proposal", { anew }, session())) as {
    share: number;
    proposal: Proposal | null;
  };
}

export async function fetchProfile(): Promise<CurrentProfile> {
  return (await request("GET", "api/profile", undefined, session())) as CurrentProfile;
}

export async function confirmProfile(profile: Profile): Promise<void> {
  await request("POST", "api/profile", profile, session());
}
