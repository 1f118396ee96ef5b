/** One answered peer connection: the node offers, this side only receives. */

export interface PeerEvents {
  onStream: (stream: MediaStream) => void;
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

export class Peer {
  readonly id: string;
  readonly #connection: RTCPeerConnection;

  constructor(id: string, events: PeerEvents) {
    this.id = id;
    this.#connection = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    this.#connection.ontrack = ({ receiver, track, streams }) => {
      if (track.kind !== "video") return;
      wantNoBuffering(receiver);
      events.onStream(streams[0] ?? new MediaStream([track]));
    };
    this.#connection.onconnectionstatechange = () => {
      if (this.dead) events.onDead();
    };
  }

  get dead(): boolean {
    return ["failed", "closed"].includes(this.#connection.connectionState);
  }

  /** The SDP answer. The node ignores candidates, so there is nothing to wait for. */
  async answer(offerSdp: string): Promise<string> {
    await this.#connection.setRemoteDescription({ type: "offer", sdp: offerSdp });
    const answer = await this.#connection.createAnswer();
    await this.#connection.setLocalDescription(answer);
    return answer.sdp ?? "";
  }

  stats(): Promise<RTCStatsReport> {
    return this.#connection.getStats();
  }

  /** RTP timestamp of the picture played last, for browsers whose video callback lacks it. */
  playedRtpTimestamp(): number | undefined {
    const receiver = this.#connection.getReceivers().find(({ track }) => track.kind === "video");
    return receiver?.getSynchronizationSources?.()[0]?.rtpTimestamp;
  }

  close(): void {
    this.#connection.ontrack = null;
    this.#connection.onconnectionstatechange = null;
    this.#connection.close();
  }
}

/** Video only: a voice without its buffer breaks up. */
function wantNoBuffering(receiver: RTCRtpReceiver): void {
  if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0;
}
