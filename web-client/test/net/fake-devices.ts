/** A browser's devices, given and taken by the test. */

import { vi } from "vitest";

export class FakeTrack extends EventTarget {
  readyState: "live" | "ended" = "live";
  enabled = true;
  muted = false;
  contentHint = "";
  onended: (() => void) | null = null;

  constructor(readonly kind: "audio" | "video") {
    super();
  }

  stop(): void {
    this.readyState = "ended";
  }

  /** Unplugged. */
  ends(): void {
    this.readyState = "ended";
    this.onended?.();
  }
}

export class FakeDevices extends EventTarget {
  readonly asked: MediaStreamConstraints[] = [];
  readonly given: FakeTrack[] = [];
  /** Names of the errors to answer with, first come first served; then a track. */
  refusals: string[] = [];
  gate: Promise<void> = Promise.resolve();

  async getUserMedia(constraints: MediaStreamConstraints) {
    this.asked.push(constraints);
    await this.gate;
    const refusal = this.refusals.shift();
    if (refusal) throw new DOMException("no", refusal);
    const track = new FakeTrack(constraints.audio ? "audio" : "video");
    this.given.push(track);
    const of = (kind: string) => (track.kind === kind ? [track] : []);
    return { getAudioTracks: () => of("audio"), getVideoTracks: () => of("video") };
  }

  get last(): FakeTrack {
    return this.given.at(-1) as FakeTrack;
  }
}

export class FakeDocument extends EventTarget {
  hidden = false;

  looksAgain(): void {
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

export function installDevices(): { devices: FakeDevices; page: FakeDocument } {
  const devices = new FakeDevices();
  const page = new FakeDocument();
  vi.stubGlobal("navigator", { mediaDevices: devices });
  vi.stubGlobal("document", page);
  vi.stubGlobal("MediaStream", class {});
  for (const name of ["localStorage", "sessionStorage"]) vi.stubGlobal(name, new FakeStorage());
  return { devices, page };
}

class FakeStorage {
  readonly #items = new Map<string, string>();

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }
}

/** Until everything that was asked for has been answered. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}
