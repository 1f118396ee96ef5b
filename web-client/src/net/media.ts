/** The media of a seat: asked for, answered, watched, and asked for again. */

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
import { canPlay, type Line, Peer, type Upward } from "./peer";
import { type MediaStats, readStats } from "./stats";

/** One peer connection and what came of it. */
interface Way {
  peer: Peer;
  timeline: RtpTimeline | undefined;
  stats: MediaStats | undefined;
  scanner: MediaStream | undefined;
  camera: MediaStream | undefined;
  doppler: MediaStreamTrack | undefined;
  voices: MediaStreamTrack[];
  /** Packets came through a relay, as long as any came. */
  relayed: boolean;
}

const RETRY_MS = 1_000;

export class Media {
  readonly status = signal<MediaStatus>("idle");
  /** The scanner's picture, by itself: bound to a sound, it would wait for it. */
  readonly stream = signal<MediaStream | undefined>(undefined);
  /** The room's second view. */
  readonly cameraStream = signal<MediaStream | undefined>(undefined);
  readonly voices = signal<readonly MediaStreamTrack[]>([]);
  /** The scanner's own sound. */
  readonly doppler = signal<MediaStreamTrack | undefined>(undefined);
  /** What is sent arrives at the node. */
  readonly connected = signal(false);
  readonly stats = signal<MediaStats | undefined>(undefined);
  readonly problem = signal<Problem | undefined>(undefined);
  /** There is no picture because of the relay: it stopped carrying one, or doesn't answer. */
  readonly relayLost = signal(false);

  readonly #send: (message: ClientMessage) => boolean;
  /** The way whose picture is on the screen, and the one that is about to take over. */
  #shown: Way | undefined;
  #next: Way | undefined;
  /** There was a picture, or what a camera sends was taken. */
  #played = false;
  /** Of the newest offer, which may wait to hear of a relay. */
  #offered = "";
  readonly #outgoing = new Map<Upward, MediaStreamTrack>();
  #watch = new StallWatch(performance.now());
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  readonly #relay: () => Promise<RTCConfiguration>;

  constructor(
    send: (message: ClientMessage) => boolean,
    relay: () => Promise<RTCConfiguration> = async () => ({}),
  ) {
    this.#send = send;
    this.#relay = relay;
    if (!canPlay()) this.status.value = "unsupported";
  }

  /** After every ``welcome``: keeps a connection that may still work, else asks for one. */
  resume(sameServer: boolean): void {
    const way = this.#next ?? this.#shown;
    this.#watch.rest(performance.now());
    if (!sameServer || !way || way.peer.dead) this.want();
  }

  /** Puts the own microphone or camera on this and on every later connection. */
  put(name: Upward, track: MediaStreamTrack | undefined): void {
    if (track) this.#outgoing.set(name, track);
    else this.#outgoing.delete(name);
    for (const way of [this.#shown, this.#next]) way?.peer.send(name, track);
  }

  want(): void {
    if (this.status.value === "unsupported") return;
    clearTimeout(this.#retryTimer);
    this.problem.value = undefined;
    this.status.value = this.#played ? "stalled" : "connecting";
    this.#watch.rest(performance.now());
    this.#send({ type: "media.want" });
    // The offer is under way as well: mostly neither waits for the other.
    void this.#relay();
  }

  async offered(offer: MediaOfferMessage): Promise<void> {
    if (this.status.value === "unsupported") return;
    this.#offered = offer.peer;
    const config = await this.#relay();
    if (this.#offered !== offer.peer) return;
    this.#next?.peer.close();
    const way = this.#begin(offer.peer, config);
    const { peer } = way;
    this.#next = way;
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
    const way = [this.#next, this.#shown].find((each) => each?.peer.id === anchor.peer);
    if (!way) return;
    way.timeline = new RtpTimeline({
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
    this.#offered = "";
    this.#played = false;
    this.relayLost.value = false;
    this.#next?.peer.close();
    this.#shown?.peer.close();
    this.#next = this.#shown = undefined;
    this.stream.value = undefined;
    this.cameraStream.value = undefined;
    this.voices.value = [];
    this.doppler.value = undefined;
    this.connected.value = false;
    this.stats.value = undefined;
    if (this.status.value !== "unsupported") this.status.value = "idle";
  }

  /** A frame of the stream on the screen: when it was captured (node clock, ms), if known. */
  presented(rtpTimestamp: number | undefined): number | undefined {
    if (this.status.value === "connecting" || this.status.value === "stalled") {
      if (!this.#next) this.#plays();
    }
    const timestamp = rtpTimestamp ?? this.#shown?.peer.playedRtpTimestamp();
    if (timestamp === undefined) return undefined;
    return this.#shown?.timeline?.capturedAtMs(timestamp);
  }

  /** Twice a second. ``due``: media should be flowing just now. */
  async tick(due: boolean): Promise<void> {
    const way = this.#shown;
    const moved = way && (await this.#moved(way));
    const nowMs = performance.now();
    if (moved) this.#watch.progress(nowMs);
    const waiting = this.status.value === "connecting" || this.status.value === "stalled";
    if (!due && !(waiting && !way)) this.#watch.rest(nowMs);
    else if (this.status.value !== "idle" && this.#watch.shouldAsk(nowMs)) this.want();
    this.#blameRelay(nowMs);
  }

  /** Only without a picture: who goes directly has nothing to do with the relay. */
  #blameRelay(nowMs: number): void {
    const newest = this.#next ?? this.#shown;
    if (this.status.value !== "connecting" && this.status.value !== "stalled") {
      this.relayLost.value = false;
    } else if (this.#shown?.relayed || newest?.peer.missesRelay(nowMs)) {
      this.relayLost.value = true;
    }
  }

  /** Whether packets came since the last tick. A way without a picture need only be connected. */
  async #moved(way: Way): Promise<boolean> {
    if (!way.scanner) return way.peer.connected;
    const reports = await way.peer.stats();
    const before = way.stats;
    way.stats = reports && readStats(reports.values(), performance.now(), before);
    if (way === this.#shown) this.stats.value = way.stats;
    const moved = (way.stats?.packetsReceived ?? 0) > (before?.packetsReceived ?? 0);
    if (moved && way.stats?.way) way.relayed = way.stats.way !== "direct";
    return moved;
  }

  #begin(id: string, config: RTCConfiguration): Way {
    const way: Way = {
      peer: new Peer(id, config, {
        onTrack: (line, track, stream) => this.#arrives(way, line, track, stream),
        onConnected: () => this.#connects(way),
        onDead: () => this.#died(way.peer),
      }),
      timeline: undefined,
      stats: undefined,
      scanner: undefined,
      camera: undefined,
      doppler: undefined,
      voices: [],
      relayed: false,
    };
    for (const [name, track] of this.#outgoing) way.peer.send(name, track);
    return way;
  }

  #arrives(way: Way, line: Line, track: MediaStreamTrack, stream: MediaStream): void {
    switch (line) {
      case "scanner":
        way.scanner = stream;
        this.#awaitPicture(way, track);
        return;
      case "camera":
        way.camera = stream;
        return;
      case "doppler":
        way.doppler = track;
        return;
      case "lane":
        way.voices.push(track);
        return;
    }
  }

  /** Takes over the screen with the first packet, so that the old picture stays until then. */
  #awaitPicture(way: Way, track: MediaStreamTrack): void {
    if (track.muted && this.#shown) {
      track.addEventListener("unmute", () => this.#show(way), { once: true });
    } else this.#show(way);
  }

  #show(way: Way): void {
    if (this.#next !== way) return;
    this.#shown?.peer.close();
    this.#shown = way;
    this.#next = undefined;
    this.#watch.progress(performance.now());
    this.stream.value = way.scanner;
  }

  /** Voices don't wait for a picture: the older connection carries nothing any more. */
  #connects(way: Way): void {
    if ((this.#next ?? this.#shown) !== way) return;
    this.connected.value = true;
    this.cameraStream.value = way.camera;
    this.voices.value = way.voices;
    this.doppler.value = way.doppler;
    if (way.scanner) return;
    this.#show(way);
    this.#plays();
  }

  #plays(): void {
    this.#played = true;
    this.status.value = "playing";
  }

  #died(peer: Peer): void {
    if ((this.#next ?? this.#shown)?.peer !== peer) return;
    this.connected.value = false;
    this.#wantSoon();
  }

  #wantSoon(): void {
    clearTimeout(this.#retryTimer);
    this.status.value = this.#played ? "stalled" : "connecting";
    this.#retryTimer = setTimeout(() => this.want(), RETRY_MS);
  }

  #fail(problem: Problem): void {
    this.problem.value = problem;
    this.status.value = "failed";
  }
}
