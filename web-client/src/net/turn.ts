/** The way through the site's TURN server, where it has one. */

import { request } from "./api";
import type { Role } from "./messages.gen";

/** What /api/turn answers. */
interface RelayAccess {
  urls: string[];
  username: string;
  credential: string;
  ttl_s: number;
  policy: RTCIceTransportPolicy;
}

interface Kept {
  config: RTCConfiguration;
  askAgainAtMs: number;
  goodUntilMs: number;
}

/** A picture waits no longer than this to hear of a relay. */
const WAIT_MS = 1_000;
/** How long "there is none" is believed. */
const NONE_KEPT_S = 600;

const kept = new Map<Role, Kept>();
const asked = new Map<Role, Promise<RTCConfiguration | undefined>>();

/**
 * For the next peer connection of this seat: at once while what was told before is in the first
 * half of its time, else after at most a second. Empty where there is no relay, or no word of it.
 */
export async function relayConfig(role: Role): Promise<RTCConfiguration> {
  const before = kept.get(role);
  if (before && performance.now() < before.askAgainAtMs) return before.config;
  const answer = asked.get(role) ?? ask(role);
  asked.set(role, answer);
  const config = await Promise.race([answer, after(WAIT_MS)]);
  if (config) return config;
  return before && performance.now() < before.goodUntilMs ? before.config : {};
}

async function ask(role: Role): Promise<RTCConfiguration | undefined> {
  const askedAtMs = performance.now();
  try {
    const access = (await request("POST", "api/turn", { role })) as RelayAccess;
    const lifetimeMs = 1_000 * (access.urls.length > 0 ? access.ttl_s : NONE_KEPT_S);
    const config = configOf(access);
    kept.set(role, {
      config,
      askAgainAtMs: askedAtMs + lifetimeMs / 2,
      goodUntilMs: askedAtMs + lifetimeMs,
    });
    return config;
  } catch {
    // Without a relay there may be a direct way; the next connection asks again.
    return undefined;
  } finally {
    asked.delete(role);
  }
}

function configOf({ urls, username, credential, policy }: RelayAccess): RTCConfiguration {
  if (urls.length === 0) return {};
  return { iceServers: [{ urls, username, credential }], iceTransportPolicy: policy };
}

function after(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined));
}
