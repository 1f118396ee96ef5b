/** One answered peer connection. The node offers; what a line is for stands in its name. */

/** What comes down. A lane carries whoever speaks in it. */
export type Line = "scanner" | "camera" | "doppler" | "lane";
/** What goes up: the own microphone and camera. */
export type Upward = "voice" | "film";

export interface PeerEvents {
  onTrack: (line: Line, track: MediaStreamTrack, stream: MediaStream) => void;
  onConnected: () => void;
  /** The connection can't carry media any more. */
  onDead: () => void;
}

/** What this browser can decode of what the node sends. */
export function canPlay(): boolean {
  if (typeof RTCPeerConnection === "undefined" || typeof RTCRtpReceiver === "undefined") {
    return false;
  }
  const codecs = RTCRtpReceiver.getCapabilities("video")?.codecs ?? [];
  return codecs.some(({ mimeType }) => /^video\/(h264|vp8)$/i.test(mimeType));
}

const RELAY_ANSWERS_MS = 3_000;

export class Peer {
  readonly id: string;
  readonly #connection: RTCPeerConnection;
  /** What goes up from now on; the lines may not be there yet. */
  readonly #outgoing = new Map<Upward, MediaStreamTrack>();
  #scanner: RTCRtpReceiver | undefined;
  readonly #hasRelay: boolean;
  #relayAnswered = false;
  /** Since when a way is looked for, page time. */
  #searchingSinceMs: number | undefined;

  constructor(id: string, config: RTCConfiguration, events: PeerEvents) {
    this.id = id;
    this.#connection = new RTCPeerConnection({ ...config, bundlePolicy: "max-bundle" });
    this.#hasRelay = Boolean(config.iceServers?.length);
    this.#connection.onicecandidate = ({ candidate }) => {
      if (candidate?.type === "relay") this.#relayAnswered = true;
    };
    this.#connection.ontrack = ({ receiver, track, streams, transceiver }) => {
      const line = lineOf(transceiver.mid, track.kind);
      if (track.kind === "video") wantNoBuffering(receiver);
      if (line === "scanner") this.#scanner = receiver;
      events.onTrack(line, track, streams[0] ?? new MediaStream([track]));
    };
    this.#connection.onconnectionstatechange = () => {
      if (this.connected) events.onConnected();
      if (this.dead) events.onDead();
    };
  }

  get connected(): boolean {
    return this.#connection.connectionState === "connected";
  }

  get dead(): boolean {
    return ["failed", "closed"].includes(this.#connection.connectionState);
  }

  /**
   * There is no way, and no relay has answered in time. Browsers are slow to say so themselves:
   * Chromium takes 40 s to tell that nobody listens there.
   */
  missesRelay(nowMs: number): boolean {
    if (!this.#hasRelay || this.#relayAnswered || this.connected) return false;
    return nowMs - (this.#searchingSinceMs ?? nowMs) > RELAY_ANSWERS_MS;
  }

  /** The SDP answer. The node ignores candidates, so there is nothing to wait for. */
  async answer(offerSdp: string): Promise<string> {
    await this.#connection.setRemoteDescription({ type: "offer", sdp: offerSdp });
    for (const transceiver of this.#connection.getTransceivers()) {
      const name = upward(transceiver);
      // Also with nothing to send yet: a track put in later then needs no new offer.
      if (name) transceiver.direction = "sendonly";
      if (name) await transceiver.sender.replaceTrack(this.#outgoing.get(name) ?? null);
    }
    const answer = await this.#connection.createAnswer();
    await this.#connection.setLocalDescription(answer);
    this.#searchingSinceMs = performance.now();
    return answer.sdp ?? "";
  }

  /** From now on, without a new offer; also before the lines are there. */
  send(name: Upward, track: MediaStreamTrack | undefined): void {
    if (track) this.#outgoing.set(name, track);
    else this.#outgoing.delete(name);
    const line = this.#connection.getTransceivers().find((each) => upward(each) === name);
    // Refused only by a closed connection; the next one takes the track from the start.
    line?.sender.replaceTrack(track ?? null).catch(() => undefined);
  }

  /** Of the scanner video and the transport below it. */
  async stats(): Promise<RTCStatsReport | undefined> {
    return await this.#scanner?.getStats();
  }

  /** RTP timestamp of the picture played last, for browsers whose video callback lacks it. */
  playedRtpTimestamp(): number | undefined {
    return this.#scanner?.getSynchronizationSources?.()[0]?.rtpTimestamp;
  }

  close(): void {
    this.#connection.ontrack = null;
    this.#connection.onconnectionstatechange = null;
    this.#connection.onicecandidate = null;
    this.#connection.close();
  }
}

function lineOf(mid: string | null, kind: string): Line {
  if (kind === "audio") return mid === "doppler" ? "doppler" : "lane";
  return mid === "camera" ? "camera" : "scanner";
}

function upward({ mid }: RTCRtpTransceiver): Upward | undefined {
  return mid === "voice" || mid === "film" ? mid : undefined;
}

/** Video only: a voice without its buffer breaks up. */
function wantNoBuffering(receiver: RTCRtpReceiver): void {
  if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0;
}
