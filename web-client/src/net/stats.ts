/** What the browser's own counters say about the scanner video, between two readings. */

export type Way = "direct" | "udp" | "tcp" | "tls";

export interface MediaStats {
  takenAtMs: number;
  /** Since the connection began. */
  packetsReceived: number;
  packetsLost: number;
  bytesReceived: number;
  /** Since the reading before; undefined on the first one. */
  bitrateBps: number | undefined;
  decodeMs: number | undefined;
  jitterBufferMs: number | undefined;
  rttMs: number | undefined;
  /** How packets come: directly, or through a relay that is spoken to so; undefined at first. */
  way: Way | undefined;
  /** "H264", "VP8"; empty while unknown. */
  codec: string;
  width: number;
  height: number;
  framesDecoded: number;
  framesDropped: number;
  totalDecodeS: number;
  totalJitterBufferS: number;
  jitterBufferEmitted: number;
}

/** The members of RTCInboundRtpStreamStats and its neighbours that are read here. */
type Report = Record<string, unknown> & { id: string; type: string };

export function readStats(
  reports: Iterable<Report>,
  nowMs: number,
  previous: MediaStats | undefined,
): MediaStats | undefined {
  const all = [...reports];
  const inbound = all.find((report) => report.type === "inbound-rtp" && report.kind === "video");
  if (!inbound) return undefined;
  const totals = totalsOf(inbound, all, nowMs);
  return { ...totals, ...ratesBetween(totals, previous) };
}

type Totals = Omit<MediaStats, "bitrateBps" | "decodeMs" | "jitterBufferMs">;

function totalsOf(inbound: Report, all: Report[], nowMs: number): Totals {
  const codec = all.find((report) => report.id === inbound.codecId);
  const pair = selectedPair(all);
  const rttS = pair?.currentRoundTripTime;
  return {
    takenAtMs: nowMs,
    packetsReceived: number(inbound.packetsReceived),
    packetsLost: Math.max(0, number(inbound.packetsLost)),
    bytesReceived: number(inbound.bytesReceived) + number(inbound.headerBytesReceived),
    rttMs: typeof rttS === "number" ? rttS * 1_000 : undefined,
    way: wayOf(all.find((report) => report.id === pair?.localCandidateId)),
    codec: typeof codec?.mimeType === "string" ? codec.mimeType.replace(/^video\//i, "") : "",
    width: number(inbound.frameWidth),
    height: number(inbound.frameHeight),
    framesDecoded: number(inbound.framesDecoded),
    framesDropped: number(inbound.framesDropped),
    totalDecodeS: number(inbound.totalDecodeTime),
    totalJitterBufferS: number(inbound.jitterBufferDelay),
    jitterBufferEmitted: number(inbound.jitterBufferEmittedCount),
  };
}

function ratesBetween(totals: Totals, previous: MediaStats | undefined) {
  const elapsedMs = previous && totals.takenAtMs - previous.takenAtMs;
  if (!previous || !elapsedMs || totals.bytesReceived < previous.bytesReceived) {
    return { bitrateBps: undefined, decodeMs: undefined, jitterBufferMs: undefined };
  }
  const each = (seconds: number, count: number) =>
    count > 0 ? (1_000 * seconds) / count : undefined;
  return {
    bitrateBps: (8_000 * (totals.bytesReceived - previous.bytesReceived)) / elapsedMs,
    decodeMs: each(
      totals.totalDecodeS - previous.totalDecodeS,
      totals.framesDecoded - previous.framesDecoded,
    ),
    jitterBufferMs: each(
      totals.totalJitterBufferS - previous.totalJitterBufferS,
      totals.jitterBufferEmitted - previous.jitterBufferEmitted,
    ),
  };
}

/** Firefox has no transport report; elsewhere a pair that was used before is still nominated. */
function selectedPair(all: Report[]): Report | undefined {
  const transport = all.find((report) => report.type === "transport");
  const pairs = all.filter((report) => report.type === "candidate-pair");
  return (
    pairs.find((pair) => pair.id === transport?.selectedCandidatePairId) ??
    pairs.find((pair) => pair.nominated === true)
  );
}

function wayOf(candidate: Report | undefined): Way | undefined {
  if (!candidate) return undefined;
  if (candidate.candidateType !== "relay") return "direct";
  const { relayProtocol } = candidate;
  return relayProtocol === "tcp" || relayProtocol === "tls" ? relayProtocol : "udp";
}

function number(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
