import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Media } from "../../src/net/media";
import type { ClientMessage } from "../../src/net/messages.gen";

const WAY: RTCConfiguration = { iceServers: [{ urls: "turn:turn.example.org" }] };

class FakeConnection {
  readonly config: RTCConfiguration;
  connectionState = "new";
  constructor(config: RTCConfiguration) {
    this.config = config;
    made.push(this);
  }
  getTransceivers = () => [];
  setRemoteDescription = () => Promise.resolve();
  setLocalDescription = () => Promise.resolve();
  createAnswer = () => Promise.resolve({ type: "answer", sdp: "v=0" });
  close = () => {
    this.connectionState = "closed";
  };
}

let made: FakeConnection[];
let sent: ClientMessage[];
let tell: (config: RTCConfiguration) => void;
let media: Media;

const offer = (peer: string) => media.offered({ type: "media.offer", peer, sdp: "v=0" });
const answered = () => sent.flatMap((each) => (each.type === "media.answer" ? [each.peer] : []));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "performance"] });
  made = [];
  sent = [];
  const getCapabilities = () => ({ codecs: [{ mimeType: "video/H264" }] });
  vi.stubGlobal("RTCPeerConnection", FakeConnection);
  vi.stubGlobal("RTCRtpReceiver", { getCapabilities });
  const relay = new Promise<RTCConfiguration>((resolve) => {
    tell = resolve;
  });
  media = new Media(
    (message) => sent.push(message) > 0,
    () => relay,
  );
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("Media", () => {
  it("connects as it is told about a relay", async () => {
    const done = offer("a");
    expect(made).toEqual([]);
    tell(WAY);
    await done;
    expect(made[0]?.config).toMatchObject(WAY);
    expect(answered()).toEqual(["a"]);
  });

  it("answers the newest of the offers that came meanwhile", async () => {
    const both = [offer("a"), offer("b")];
    tell(WAY);
    await Promise.all(both);
    expect(answered()).toEqual(["b"]);
    expect(made).toHaveLength(1);
  });

  it("connects to nothing once the session has ended", async () => {
    const done = offer("a");
    media.stop();
    tell(WAY);
    await done;
    expect(made).toEqual([]);
  });

  it("blames the relay when none has answered and there is no way, and not before", async () => {
    media.want();
    const done = offer("a");
    tell(WAY);
    await done;
    vi.advanceTimersByTime(1_000);
    await media.tick(true);
    expect(media.relayLost.value).toBe(false);
    vi.advanceTimersByTime(2_100);
    await media.tick(true);
    expect(media.relayLost.value).toBe(true);
  });

  it("blames nobody where there is no relay", async () => {
    media.want();
    const done = offer("a");
    tell({});
    await done;
    vi.advanceTimersByTime(5_000);
    await media.tick(true);
    expect(media.relayLost.value).toBe(false);
  });
});
