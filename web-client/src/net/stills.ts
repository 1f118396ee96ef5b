/** The lossless still of a freeze: fetched, decoded, and held while it is looked at. */

import { signal } from "@preact/signals";
import type { StillFailedMessage, StillReadyMessage } from "./messages.gen";

export type Still =
  | { state: "waiting"; id: string }
  | { state: "ready"; id: string; picture: ImageBitmap }
  | { state: "failed"; id: string; message: string };

const ATTEMPTS = 3;
const RETRY_MS = 300;
const TIMEOUT_MS = 5_000;
const UNREACHABLE = "The sharp still can’t be fetched";

export class Stills {
  /** The newest there was news of. Only one is held: a still is megabytes once it is decoded. */
  readonly newest = signal<Still | undefined>(undefined);

  async ready({ still: id, path }: StillReadyMessage): Promise<void> {
    const before = this.newest.value;
    if (before?.id === id && before.state !== "failed") return;
    this.#become({ state: "waiting", id });
    const picture = await fetchPicture(path);
    if (this.newest.value?.id !== id) {
      picture?.close();
      return;
    }
    this.#become(
      picture ? { state: "ready", id, picture } : { state: "failed", id, message: UNREACHABLE },
    );
  }

  failed({ still: id, message }: StillFailedMessage): void {
    this.#become({ state: "failed", id, message });
  }

  #become(still: Still): void {
    const before = this.newest.value;
    this.newest.value = still;
    if (before?.state === "ready") before.picture.close();
  }
}

async function fetchPicture(path: string): Promise<ImageBitmap | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      return await fetchOnce(path);
    } catch {
      await new Promise((wake) => setTimeout(wake, RETRY_MS * attempt));
    }
  }
  return undefined;
}

/** Never kept by the browser: it is a picture of a patient. */
async function fetchOnce(path: string): Promise<ImageBitmap> {
  const response = await fetch(path, {
    credentials: "same-origin",
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return createImageBitmap(await response.blob());
}
