/** What the browser's own counters say about the scanner video, between two readings. */

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
  const pair = all.find((report) => report.type === "candidate-pair" && report.nominated === true);
  const rttS = pair?.currentRoundTripTime;
  return {
    takenAtMs: nowMs,
    packetsReceived: number(inbound.packetsReceived),
    packetsLost: Math.max(0, number(inbound.packetsLost)),
    bytesReceived: number(inbound.bytesReceived) + number(inbound.headerBytesReceived),
    rttMs: typeof rttS === "number" ? rttS * 1_000 : undefined,
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

function number(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
