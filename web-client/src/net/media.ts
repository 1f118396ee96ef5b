/** The scanner video of a seat: asked for, answered, watched, and asked for again. */

import { signal } from "@preact/signals";
import { RtpTimeline } from "../core/anchor";
import { nsToMs } from "../core/clock";
import type { MediaStatus } from "../core/stage";
import { StallWatch } from "../core/stall";
import type { Problem } from "./api";
import type {
  ClientMessage,
  MediaAnchorMessage,
  MediaFailedMessage,
  MediaOfferMessage,
} from "./messages.gen";
import { canPlay, Peer } from "./peer";
import { type MediaStats, readStats } from "./stats";

interface Line {
  peer: Peer;
  timeline: RtpTimeline | undefined;
  stats: MediaStats | undefined;
}

const RETRY_MS = 1_000;

export class Media {
  readonly status = signal<MediaStatus>("idle");
  readonly stream = signal<MediaStream | undefined>(undefined);
  readonly stats = signal<MediaStats | undefined>(undefined);
  readonly problem = signal<Problem | undefined>(undefined);

  readonly #send: (message: ClientMessage) => boolean;
  /** The line whose picture is on the screen, and the one that is about to take over. */
  #shown: Line | undefined;
  #next: Line | undefined;
  #watch = new StallWatch(performance.now());
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (message: ClientMessage) => boolean) {
    this.#send = send;
    if (!canPlay()) this.status.value = "unsupported";
  }

  /** After every ``welcome``: keeps a connection that may still work, else asks for one. */
  resume(sameServer: boolean): void {
    const line = this.#next ?? this.#shown;
    this.#watch.rest(performance.now());
    if (!sameServer || !line || line.peer.dead) this.want();
  }

  want(): void {
    if (this.status.value === "unsupported") return;
    clearTimeout(this.#retryTimer);
    this.problem.value = undefined;
    this.status.value = this.#shown ? "stalled" : "connecting";
    this.#watch.rest(performance.now());
    this.#send({ type: "media.want" });
  }

  async offered(offer: MediaOfferMessage): Promise<void> {
    if (this.status.value === "unsupported") return;
    this.#next?.peer.close();
    const peer: Peer = new Peer(offer.peer, {
      onStream: (stream) => this.#arrives(peer, stream),
      onDead: () => this.#died(peer),
    });
    this.#next = { peer, timeline: undefined, stats: undefined };
    try {
      const sdp = await peer.answer(offer.sdp);
      this.#send({ type: "media.answer", peer: offer.peer, sdp });
    } catch {
      if (this.#next?.peer !== peer) return;
      this.#fail({
        code: "client.offer",
        message: "This browser can’t use what the server offers",
        fix: "Try a current Chrome, Edge, Firefox or Safari",
      });
    }
  }

  anchored(anchor: MediaAnchorMessage): void {
    const line = [this.#next, this.#shown].find((each) => each?.peer.id === anchor.peer);
    if (!line) return;
    line.timeline = new RtpTimeline({
      ssrc: anchor.ssrc,
      rtpTimestamp: anchor.rtp_timestamp,
      capturedAtMs: nsToMs(anchor.captured_at_ns),
    });
  }

  failed(failure: MediaFailedMessage): void {
    const current = this.#next ?? this.#shown;
    if (current && current.peer.id !== failure.peer) return;
    if (failure.retry) this.#wantSoon();
    else this.#fail({ code: failure.code, message: failure.message, fix: "" });
  }

  /** The session ended: nothing is sent any more. */
  stop(): void {
    clearTimeout(this.#retryTimer);
    this.#next?.peer.close();
    this.#shown?.peer.close();
    this.#next = this.#shown = undefined;
    this.stream.value = undefined;
    this.stats.value = undefined;
    if (this.status.value !== "unsupported") this.status.value = "idle";
  }

  /** A frame of the stream on the screen: when it was captured (node clock, ms), if known. */
  presented(rtpTimestamp: number | undefined): number | undefined {
    if (this.status.value === "connecting" || this.status.value === "stalled") {
      if (!this.#next) this.status.value = "playing";
    }
    const timestamp = rtpTimestamp ?? this.#shown?.peer.playedRtpTimestamp();
    if (timestamp === undefined) return undefined;
    return this.#shown?.timeline?.capturedAtMs(timestamp);
  }

  /** Twice a second. ``due``: the node should be sending pictures just now. */
  async tick(due: boolean): Promise<void> {
    const line = this.#shown;
    const before = line?.stats?.packetsReceived;
    if (line) {
      const reports = await line.peer.stats();
      const stats = readStats(reports.values(), performance.now(), line.stats);
      line.stats = stats;
      if (line === this.#shown) this.stats.value = stats;
    }
    const nowMs = performance.now();
    if ((line?.stats?.packetsReceived ?? 0) > (before ?? 0)) this.#watch.progress(nowMs);
    const waiting = this.status.value === "connecting" || this.status.value === "stalled";
    if (!due && !(waiting && !line)) this.#watch.rest(nowMs);
    else if (this.status.value !== "idle" && this.#watch.shouldAsk(nowMs)) this.want();
  }

  /** Takes over the screen with the first packet, so that the old picture stays until then. */
  #arrives(peer: Peer, stream: MediaStream): void {
    const track = stream.getVideoTracks()[0];
    if (!track) return;
    const take = () => {
      if (this.#next?.peer !== peer) return;
      this.#shown?.peer.close();
      this.#shown = this.#next;
      this.#next = undefined;
      this.#watch.progress(performance.now());
      this.stream.value = stream;
    };
    if (track.muted && this.#shown) track.addEventListener("unmute", take, { once: true });
    else take();
  }

  #died(peer: Peer): void {
    if ((this.#next ?? this.#shown)?.peer === peer) this.#wantSoon();
  }

  #wantSoon(): void {
    clearTimeout(this.#retryTimer);
    this.status.value = this.#shown ? "stalled" : "connecting";
    this.#retryTimer = setTimeout(() => this.want(), RETRY_MS);
  }

  #fail(problem: Problem): void {
    this.problem.value = problem;
    this.status.value = "failed";
  }
}
