/** Which rooms call for an expert, followed as it changes. */

import { signal } from "@preact/signals";
import { ApiError, request, type Seat } from "./api";

export interface Calling {
  room: string;
  state: "ringing" | "unanswered";
  /** page clock, ms */
  sinceMs: number;
}

export interface WorklistState {
  onDuty: boolean;
  /** The one that waits longest first. */
  calls: readonly Calling[];
  rooms: readonly string[];
}

interface Wire {
  on_duty: boolean;
  calls: { room: string; state: "ringing" | "unanswered"; waiting_s: number }[];
  rooms: string[];
}

const AGAIN_MS = 3_000;

export class Worklist {
  readonly state = signal<WorklistState | undefined>(undefined);
  readonly line = signal<"connecting" | "open" | "lost">("connecting");
  /** The session is over, or the account may not: no waiting helps. */
  readonly refusal = signal<ApiError | undefined>(undefined);
  #stream: EventSource | undefined;
  #audible = false;

  /** Anew when `audible` changes: the carts are told how many pages can ring. */
  open(audible: boolean): void {
    this.#stream?.close();
    this.#audible = audible;
    const stream = new EventSource(`api/worklist/events?audible=${audible}`);
    this.#stream = stream;
    stream.onopen = () => {
      this.line.value = "open";
    };
    stream.onmessage = ({ data }) => this.#take(JSON.parse(String(data)) as Wire);
    stream.onerror = () => {
      this.line.value = "lost";
      if (stream.readyState === EventSource.CLOSED) void this.#ask();
    };
  }

  close(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }

  /** The stream tells what came of it; the answer may be older than what it told meanwhile. */
  async setDuty(on: boolean): Promise<void> {
    await request("POST", "api/worklist/duty", { on });
  }

  /** The room's seat is then this browser's. Raises ApiError. */
  async accept(room: string): Promise<Seat> {
    const path = `api/worklist/${encodeURIComponent(room)}/accept`;
    return (await request("POST", path, {})) as Seat;
  }

  /** The browser gave the stream up and doesn't say why; an ordinary request does. */
  async #ask(): Promise<void> {
    try {
      this.#take((await request("GET", "api/worklist")) as Wire);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!error.retry) {
        this.refusal.value = error;
        return;
      }
    }
    setTimeout(() => {
      if (this.#stream) this.open(this.#audible);
    }, AGAIN_MS);
  }

  #take({ on_duty, calls, rooms }: Wire): void {
    const nowMs = performance.now();
    this.state.value = {
      onDuty: on_duty,
      calls: calls.map(({ room, state, waiting_s }) => ({
        room,
        state,
        sinceMs: nowMs - waiting_s * 1_000,
      })),
      rooms,
    };
  }
}
