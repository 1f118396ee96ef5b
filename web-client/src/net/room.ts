/** Everything a page knows of its room, as signals, and the few things it may ask for. */

import { computed, signal } from "@preact/signals";
import { ClockOffset, msToNs, nsToMs } from "../core/clock";
import { type FrameFigures, FrameLog, readableRate } from "../core/frames";
import { type Situation, showsPicture, stageOf } from "../core/stage";
import { motionWarningUntil } from "../core/staleness";
import { mintTicket, type Problem, type Seat } from "./api";
import { Consult } from "./consult";
import { Encounter } from "./encounter";
import { Media } from "./media";
import type {
  ClientMessage,
  ClockPongMessage,
  ServerMessage,
  SessionStateMessage,
  SourceStateMessage,
  WelcomeMessage,
} from "./messages.gen";
import { People } from "./people";
import { Senses } from "./senses";
import { type LinkState, SeatSocket } from "./socket";
import { relayConfig } from "./turn";

/** Its `label.doubt` came before. */
const LABEL_IDENTIFIES = "label.identifies";

const TICK_MS = 250;
const TICKS_PER_STATS = 2;
const TICKS_PER_REPORT = 4;
const MAX_REPORT_MS = 3_600_000;

const NO_FIGURES: FrameFigures = {
  fps: 0,
  largestGapMs: 0,
  behindMs: undefined,
  settled: false,
};

/** Keeps what one kind of message says; takes those that are its own and leaves the others. */
export interface RoomPart {
  receive(message: ServerMessage): void;
}

export class Room {
  readonly seat: Seat;
  readonly link = signal<LinkState>({ kind: "connecting" });
  readonly welcome = signal<WelcomeMessage | undefined>(undefined);
  readonly session = signal<SessionStateMessage | undefined>(undefined);
  readonly source = signal<SourceStateMessage | undefined>(undefined);
  readonly setupUrl = signal<string | undefined>(undefined);
  /** What the server said no to last; a person dismisses it. */
  readonly problem = signal<Problem | undefined>(undefined);
  readonly figures = signal<FrameFigures>(NO_FIGURES);
  /** Frame rate as it is shown to people. */
  readonly shownFps = signal(0);
  readonly motionWarning = signal(false);
  readonly playBlocked = signal(false);
  /** Page time, ms; moves four times a second. */
  readonly nowMs = signal(performance.now());
  readonly media: Media;
  readonly people: People;
  readonly senses: Senses;
  readonly consult: Consult;
  readonly encounter: Encounter;
  /**
   * When the frame on the screen was captured (node clock, ns); undefined while it isn't known.
   * Worked out from its RTP timestamp, so the frame's own time lies within a tick of 1/90 ms.
   */
  readonly shownCapturedNs = signal<bigint | undefined>(undefined);
  /** What shows the scanner's picture. */
  readonly video = signal<HTMLVideoElement | undefined>(undefined);

  readonly stage = computed(() => stageOf(this.#situation()));
  /** Since when the source is in its state, in ms up to now; undefined before the first pong. */
  readonly sourceForMs = computed(() => {
    const source = this.source.value;
    return source && this.#forMs(source.since_ns);
  });
  /** Since when the call is in its state, likewise. */
  readonly callForMs = computed(() => this.#forMs(this.people.call.value.since_ns));
  /** Age of the picture on the screen, ms; undefined when there is none or it isn't known. */
  readonly behindMs = computed(() =>
    showsPicture(this.stage.value) ? this.figures.value.behindMs : undefined,
  );

  readonly #socket: SeatSocket;
  readonly #clock = new ClockOffset();
  readonly #log = new FrameLog();
  readonly #parts: readonly RoomPart[];
  #motionUntilMs = 0;
  /** After a ``welcome``, until the first ``session.state`` says whether media may be asked for. */
  #resuming: { sameServer: boolean } | undefined;
  #ticks = 0;

  constructor(seat: Seat) {
    this.seat = seat;
    this.#socket = new SeatSocket({
      ticket: () => mintTicket(seat.role),
      connect: () => new WebSocket(socketUrl()),
      onState: (state) => this.#linked(state),
      onMessage: (message) => this.#receive(message),
    });
    const send = (message: ClientMessage) => this.send(message);
    this.media = new Media(send, () => relayConfig(seat.role));
    this.people = new People(send);
    this.senses = new Senses({
      role: seat.role,
      media: this.media,
      send,
      onMuted: (by) => this.#muted(by),
    });
    this.consult = new Consult({
      me: seat.id,
      send,
      isLineFree: () => this.#socket.isFree,
      resync: () => this.reopen(),
      onProblem: (problem) => {
        this.problem.value = problem;
      },
    });
    this.encounter = new Encounter(seat.room);
    this.#parts = [this.people, this.senses, this.consult, this.encounter];
  }

  start(): void {
    this.#socket.open();
    this.consult.start();
    setInterval(() => this.#tick(), TICK_MS);
    const hurry = () => {
      if (!document.hidden) this.#socket.hurry();
    };
    addEventListener("online", hurry);
    document.addEventListener("visibilitychange", hurry);
    addEventListener("pagehide", () => this.senses.film.leave());
  }

  /** Takes the seat over from another tab, or tries again after a refusal. */
  reopen(): void {
    this.#socket.open();
  }

  /** False when there is no socket to send on; nothing is queued. */
  send(message: ClientMessage): boolean {
    return this.#socket.send(message);
  }

  retryMedia(): void {
    this.media.want();
  }

  openSetup(): void {
    this.setupUrl.value = undefined;
    this.problem.value = undefined;
    this.#socket.send({ type: "setup.open" });
  }

  end(): void {
    this.#socket.send({ type: "session.end" });
  }

  restart(): void {
    this.#socket.send({ type: "session.restart" });
  }

  /** A frame reached the screen. */
  presented(frame: { atMs: number; presented: number; rtpTimestamp: number | undefined }): void {
    const capturedAtMs = this.media.presented(frame.rtpTimestamp);
    const shownAtServerMs = this.#clock.toServerMs(frame.atMs);
    this.shownCapturedNs.value = capturedAtMs === undefined ? undefined : msToNs(capturedAtMs);
    const known = capturedAtMs !== undefined && shownAtServerMs !== undefined;
    this.#log.add({
      shownAtMs: frame.atMs,
      presented: frame.presented,
      behindMs: known ? shownAtServerMs - capturedAtMs : undefined,
    });
  }

  #situation(): Situation {
    return {
      link: this.link.value.kind,
      media: this.media.status.value,
      session: this.session.value?.state,
      source: this.source.value?.source,
      maskConfirmed: this.source.value?.mask === "confirmed",
      playBlocked: this.playBlocked.value,
    };
  }

  #linked(state: LinkState): void {
    const before = this.link.value;
    const stillLost = state.kind === "lost" && before.kind === "lost";
    if (!stillLost) this.link.value = state;
    if (state.kind === "replaced" || state.kind === "refused") {
      this.media.stop();
      this.senses.rest();
    }
  }

  #receive(message: ServerMessage): void {
    for (const part of this.#parts) part.receive(message);
    switch (message.type) {
      case "welcome":
        this.#welcomed(message);
        return;
      case "session.state":
        this.#sessionChanged(message);
        return;
      case "source.state":
        this.source.value = message;
        return;
      case "media.offer":
        void this.media.offered(message);
        return;
      case "media.anchor":
        this.media.anchored(message);
        return;
      case "media.failed":
        this.media.failed(message);
        return;
      case "clock.pong":
        this.#ponged(message);
        return;
      case "setup.ready":
        this.setupUrl.value = message.url;
        return;
      case "error":
        if (message.code === LABEL_IDENTIFIES) return; // asked about where the label stands
        this.problem.value = { code: message.code, message: message.message, fix: message.fix };
        return;
    }
  }

  #forMs(sinceNs: string): number | undefined {
    const serverMs = this.#clock.toServerMs(this.nowMs.value);
    return serverMs === undefined ? undefined : Math.max(0, serverMs - nsToMs(sinceNs));
  }

  #ponged(message: ClockPongMessage): void {
    this.#clock.add({
      sentAtMs: message.client_ms,
      receivedAtMs: performance.now(),
      serverMs: nsToMs(message.server_ns),
    });
  }

  #welcomed(message: WelcomeMessage): void {
    const sameServer = this.welcome.value?.server === message.server;
    if (!sameServer) this.#clock.reset();
    this.welcome.value = message;
    // In the lobby there is a session too, and nothing to be asked for.
    this.#resuming = message.admitted ? { sameServer } : undefined;
  }

  #sessionChanged(message: SessionStateMessage): void {
    const wasEnded = this.session.value?.state === "ended";
    const resuming = this.#resuming;
    this.#resuming = undefined;
    this.session.value = message;
    if (message.state === "ended") this.media.stop();
    else if (resuming) this.media.resume(resuming.sameServer);
    else if (wasEnded) this.media.want();
  }

  #tick(): void {
    const nowMs = performance.now();
    this.nowMs.value = nowMs;
    this.#ticks += 1;
    const figures = this.#log.figures(nowMs);
    this.figures.value = figures;
    this.shownFps.value = readableRate(this.shownFps.value, figures.fps);
    this.#watchMotion(figures, nowMs);
    if (this.#ticks % TICKS_PER_STATS === 0) void this.media.tick(this.#mediaDue());
    if (this.#ticks % TICKS_PER_REPORT === 0) this.#report(figures);
  }

  #watchMotion(figures: FrameFigures, nowMs: number): void {
    const seen = figures.settled && showsPicture(this.stage.value) && !document.hidden;
    if (seen) {
      const sample = { atMs: nowMs, fps: figures.fps, largestGapMs: figures.largestGapMs };
      this.#motionUntilMs = motionWarningUntil(this.#motionUntilMs, sample);
    }
    this.motionWarning.value = seen && nowMs < this.#motionUntilMs;
  }

  #muted(by: string): void {
    this.problem.value = {
      code: "voice.muted",
      message: `${this.people.nameOf(by)} muted you`,
      fix: "Unmute when you want to be heard again",
    };
  }

  #mediaDue(): boolean {
    if (this.seat.role === "camera") return this.link.value.kind === "open";
    const source = this.source.value?.source;
    const flowing = source === "live" || source === "frozen";
    return flowing && this.link.value.kind === "open" && this.session.value?.state === "live";
  }

  #report(figures: FrameFigures): void {
    if (this.link.value.kind !== "open" || this.media.status.value === "idle") return;
    if (this.seat.role === "camera") return;
    const behindMs = document.hidden ? undefined : this.behindMs.value;
    const stats = this.media.stats.value;
    this.#socket.send({
      type: "media.report",
      behind_ms:
        behindMs === undefined ? null : Math.min(MAX_REPORT_MS, Math.max(-1_000, behindMs)),
      fps: Math.min(1_000, figures.fps),
      largest_gap_ms: Math.min(MAX_REPORT_MS, Math.max(0, figures.largestGapMs)),
      lost: stats?.packetsLost ?? 0,
      rtt_ms: stats?.rttMs ?? this.#clock.rttMs ?? null,
    });
  }
}

function socketUrl(): URL {
  const url = new URL("api/ws", document.baseURI);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url;
}
