import { describe, expect, it } from "vitest";
import { readStats } from "../../src/net/stats";

function reports(received: number, change: object = {}) {
  return [
    { id: "codec", type: "codec", mimeType: "video/H264" },
    { id: "pair", type: "candidate-pair", nominated: true, currentRoundTripTime: 0.0123 },
    {
      id: "in",
      type: "inbound-rtp",
      kind: "video",
      codecId: "codec",
      packetsReceived: received,
      packetsLost: 3,
      bytesReceived: received * 1_000,
      headerBytesReceived: received * 20,
      frameWidth: 1_280,
      frameHeight: 720,
      framesDecoded: received / 10,
      framesDropped: 1,
      totalDecodeTime: received / 10_000,
      jitterBufferDelay: received / 5_000,
      jitterBufferEmittedCount: received / 10,
      ...change,
    },
  ];
}

describe("readStats", () => {
  it("has nothing to say without a video stream", () => {
    expect(readStats([{ id: "t", type: "transport" }], 0, undefined)).toBeUndefined();
  });

  it("reads totals from the first reading, rates from the second", () => {
    const first = readStats(reports(100), 0, undefined);
    expect(first).toMatchObject({ codec: "H264", width: 1_280, height: 720, packetsLost: 3 });
    expect(first?.rttMs).toBeCloseTo(12.3);
    expect(first?.bitrateBps).toBeUndefined();
    const second = readStats(reports(600), 1_000, first);
    expect(second?.bitrateBps).toBeCloseTo(500 * 1_020 * 8);
    expect(second?.decodeMs).toBeCloseTo(1);
    expect(second?.jitterBufferMs).toBeCloseTo(2);
  });

  it("has no rate where nothing was decoded in between", () => {
    const first = readStats(reports(100), 0, undefined);
    const second = readStats(reports(100), 1_000, first);
    expect(second).toMatchObject({ bitrateBps: 0, decodeMs: undefined });
  });

  it("starts over when the counters belong to another connection", () => {
    const first = readStats(reports(600), 0, undefined);
    expect(readStats(reports(100), 1_000, first)?.bitrateBps).toBeUndefined();
  });

  it("knows whether packets come through a relay, and how that is spoken to", () => {
    const way = (candidate: object) => {
      const local = { id: "local", type: "local-candidate", ...candidate };
      const pair = { id: "p", type: "candidate-pair", nominated: true, localCandidateId: "local" };
      const others = reports(1).filter(({ type }) => type !== "candidate-pair");
      return readStats([...others, pair, local], 0, undefined)?.way;
    };
    expect(way({ candidateType: "host" })).toBe("direct");
    expect(way({ candidateType: "prflx" })).toBe("direct");
    for (const relayProtocol of ["udp", "tcp", "tls"]) {
      expect(way({ candidateType: "relay", relayProtocol })).toBe(relayProtocol);
    }
    expect(readStats(reports(1), 0, undefined)?.way).toBeUndefined();
  });

  it("reads the pair in use, not one that was nominated before", () => {
    const pairs = [
      { id: "transport", type: "transport", selectedCandidatePairId: "new" },
      { id: "new", type: "candidate-pair", nominated: true, currentRoundTripTime: 0.2 },
    ];
    expect(readStats([...reports(1), ...pairs], 0, undefined)?.rttMs).toBe(200);
  });

  it("doesn't report duplicates as negative loss", () => {
    expect(readStats(reports(1, { packetsLost: -4 }), 0, undefined)?.packetsLost).toBe(0);
  });
});
