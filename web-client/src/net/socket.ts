/** The WebSocket of a seat: opened with a fresh ticket, kept open for ever, one at a time. */

import { backoffMs } from "../core/backoff";
import { ApiError, type Problem } from "./api";
import { type ClientMessage, PROTOCOL_VERSION, type ServerMessage } from "./messages.gen";

export type LinkState =
  | { kind: "connecting" }
  | { kind: "open" }
  /** Trying again by itself; `sinceMs` is page time. */
  | { kind: "lost"; sinceMs: number }
  /** Waiting for the person: the seat is open elsewhere, or it can't be used any more. */
  | { kind: "replaced" }
  | { kind: "refused"; problem: Problem };

export interface SocketSeams {
  /** A one-time ticket, or an ApiError. */
  ticket: () => Promise<string>;
  connect: () => WebSocket;
  onState: (state: LinkState) => void;
  onMessage: (message: ServerMessage) => void;
}

const BACKOFF = { firstMs: 250, maxMs: 2_000 };
const WELCOME_TIMEOUT_MS = 5_000;
export const PING_INTERVAL_MS = 1_000;
const PONG_TIMEOUT_MS = 3_000;
/** The first seconds take more pings: the clock offset is wanted before the first frame. */
const EARLY_PINGS = 5;
const EARLY_PING_INTERVAL_MS = 100;

const REFUSALS: Record<number, Problem> = {
  4400: {
    code: "ws.too_many_errors",
    message: "This page and the server don’t understand each other",
    fix: "Reload the page",
  },
  4410: {
    code: "seat.revoked",
    message: "This seat was closed",
    fix: "Ask for a new invitation link",
  },
  4426: {
    code: "ws.protocol",
    message: "The server was updated",
    fix: "Reload the page",
  },
};
const REPLACED = 4409;

export class SeatSocket {
  readonly #seams: SocketSeams;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pingTimer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  /** Counts what was given up, so that a ticket that arrives late opens nothing. */
  #generation = 0;
  #pingsSent = 0;
  #unansweredSinceMs: number | undefined;
  #welcomed = false;

  constructor(seams: SocketSeams) {
    this.#seams = seams;
  }

  /** Connects now, also out of ``replaced`` and ``refused``. */
  open(): void {
    this.#drop();
    this.#attempt = 0;
    this.#seams.onState({ kind: "connecting" });
    void this.#connect();
  }

  /** Skips the rest of a waiting time: the network came back, or the page is looked at again. */
  hurry(): void {
    if (this.#timer === undefined || this.#socket) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.#connect();
  }

  /** False when there is no socket to send on; nothing is queued. */
  send(message: ClientMessage): boolean {
    if (!this.#welcomed || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Open, and nothing that was sent before still waits in the browser. */
  get isFree(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN && this.#socket.bufferedAmount === 0;
  }

  close(): void {
    this.#drop();
  }

  async #connect(): Promise<void> {
    const generation = this.#generation;
    let ticket: string;
    try {
      ticket = await this.#seams.ticket();
    } catch (error) {
      if (generation === this.#generation) this.#ticketDenied(error);
      return;
    }
    if (generation !== this.#generation) return;
    const socket = this.#seams.connect();
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#lose(socket), WELCOME_TIMEOUT_MS);
    socket.onopen = () => {
      const hello: ClientMessage = { type: "hello", protocol: PROTOCOL_VERSION, ticket };
      socket.send(JSON.stringify(hello));
    };
    socket.onmessage = (event) => this.#receive(socket, String(event.data));
    socket.onclose = (event) => this.#closed(socket, event.code);
  }

  #ticketDenied(error: unknown): void {
    if (error instanceof ApiError && !error.retry) {
      this.#stop({ kind: "refused", problem: error });
      return;
    }
    this.#retryLater();
  }

  #receive(socket: WebSocket, text: string): void {
    if (socket !== this.#socket) return;
    const message = JSON.parse(text) as ServerMessage;
    if (message.type === "welcome") this.#welcome();
    if (message.type === "clock.pong") this.#unansweredSinceMs = undefined;
    this.#seams.onMessage(message);
    if (message.type === "replaced") this.#stop({ kind: "replaced" });
  }

  #welcome(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#attempt = 0;
    this.#welcomed = true;
    this.#pingsSent = 0;
    this.#seams.onState({ kind: "open" });
    this.#ping();
  }

  #ping(): void {
    const nowMs = performance.now();
    const socket = this.#socket;
    if (socket && nowMs - (this.#unansweredSinceMs ?? nowMs) > PONG_TIMEOUT_MS) {
      this.#lose(socket);
      return;
    }
    if (this.send({ type: "clock.ping", client_ms: nowMs })) {
      this.#unansweredSinceMs ??= nowMs;
      this.#pingsSent += 1;
    }
    const early = this.#pingsSent < EARLY_PINGS;
    const pauseMs = early ? EARLY_PING_INTERVAL_MS : PING_INTERVAL_MS;
    this.#pingTimer = setTimeout(() => this.#ping(), pauseMs);
  }

  #closed(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return;
    const problem = REFUSALS[code];
    if (problem) this.#stop({ kind: "refused", problem });
    else if (code === REPLACED) this.#stop({ kind: "replaced" });
    else this.#lose(socket);
  }

  /** Gives the socket up without waiting for its closing handshake. */
  #lose(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#drop();
    this.#retryLater();
  }

  #retryLater(): void {
    this.#seams.onState({ kind: "lost", sinceMs: performance.now() });
    const pauseMs = backoffMs(this.#attempt, BACKOFF, Math.random());
    this.#attempt += 1;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#connect();
    }, pauseMs);
  }

  #stop(state: LinkState): void {
    this.#drop();
    this.#seams.onState(state);
  }

  #drop(): void {
    this.#generation += 1;
    clearTimeout(this.#timer);
    clearTimeout(this.#pingTimer);
    this.#timer = undefined;
    this.#unansweredSinceMs = undefined;
    this.#welcomed = false;
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
