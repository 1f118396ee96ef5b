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

export async function openSession(token: string): Promise<void> {
  await request("POST", "api/session", { token });
}

/** The frozen picture, as an address for an <img>; revoke it when it is replaced. */
export async function fetchFrame(): Promise<string> {
  const response = await call("GET", "api/frame");
  return URL.createObjectURL(await response.blob());
}

export async function freezeAgain(): Promise<void> {
  await request("POST", "api/frame", {});
}

export async function fetchProfile(): Promise<CurrentProfile> {
  return (await request("GET", "api/profile")) as CurrentProfile;
}

export async function confirmProfile(profile: Profile): Promise<void> {
  await request("POST", "api/profile", profile);
}
