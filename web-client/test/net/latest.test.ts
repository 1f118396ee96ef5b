import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { GrowingStroke } from "../../src/net/growing";
import { Latest } from "../../src/net/latest";
import type { ClientMessage, StrokeMessage } from "../../src/net/messages.gen";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("Latest", () => {
  it("sends at once, then the newest at most once an interval", () => {
    const sent: number[] = [];
    const latest = new Latest<number>({
      everyMs: 17,
      ready: () => true,
      send: (n) => sent.push(n),
    });
    for (let n = 0; n <= 100; n += 1) {
      latest.offer(n);
      vi.advanceTimersByTime(1);
    }
    vi.advanceTimersByTime(100);
    expect(sent[0]).toBe(0);
    expect(sent.at(-1)).toBe(100);
    expect(sent.length).toBeLessThanOrEqual(8);
  });

  it("waits no longer than the interval when one comes a moment early", () => {
    const sent: number[] = [];
    const latest = new Latest<number>({
      everyMs: 16,
      ready: () => true,
      send: (n) => sent.push(n),
    });
    latest.offer(1);
    vi.advanceTimersByTime(15);
    latest.offer(2);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual([1, 2]);
  });

  it("holds back while the line is busy, and then sends only the newest", () => {
    let free = false;
    const sent: number[] = [];
    const latest = new Latest<number>({
      everyMs: 17,
      ready: () => free,
      send: (n) => sent.push(n),
    });
    latest.offer(1);
    latest.offer(2);
    vi.advanceTimersByTime(500);
    expect(sent).toEqual([]);
    latest.offer(3);
    free = true;
    vi.advanceTimersByTime(50);
    expect(sent).toEqual([3]);
  });
});

describe("GrowingStroke", () => {
  function growing(tool: "pen" | "arrow" | "laser") {
    const line = { free: true };
    const sent: StrokeMessage[] = [];
    const send = (message: ClientMessage) => sent.push(message as StrokeMessage) > 0;
    const stroke = new GrowingStroke(
      { send, ready: () => line.free },
      { id: "stroke-1", tool, still: "" },
    );
    return { line, sent, stroke };
  }

  it("sends each point once, at most 30 times a second", () => {
    const { sent, stroke } = growing("pen");
    const points: number[] = [];
    for (let n = 0; n < 60; n += 1) {
      points.push(n / 100, n / 100);
      stroke.show(points, points.length / 2);
      vi.advanceTimersByTime(1_000 / 60);
    }
    vi.advanceTimersByTime(100);
    expect(sent.length).toBeLessThanOrEqual(31);
    expect(sent.flatMap((message) => message.points)).toEqual(points);
    let next = 0;
    for (const { start, points: some } of sent) {
      expect(start).toBe(next);
      next += some.length / 2;
    }
  });

  it("loses nothing while the line is busy", () => {
    const { line, sent, stroke } = growing("pen");
    line.free = false;
    stroke.show([0, 0], 1);
    stroke.show([0, 0, 0.1, 0.1], 2);
    vi.advanceTimersByTime(200);
    expect(sent).toEqual([]);
    line.free = true;
    vi.advanceTimersByTime(50);
    expect(sent.map(({ points }) => points)).toEqual([[0, 0, 0.1, 0.1]]);
  });

  it("sends the moving end of an arrow again and again", () => {
    const { sent, stroke } = growing("arrow");
    stroke.show([0, 0, 0.1, 0.1], 1);
    vi.advanceTimersByTime(40);
    stroke.show([0, 0, 0.2, 0.2], 1);
    expect(sent.map(({ start, points }) => [start, points])).toEqual([
      [0, [0, 0, 0.1, 0.1]],
      [1, [0.2, 0.2]],
    ]);
  });

  it("ends with what wasn’t sent yet, and says that nothing follows", () => {
    const { sent, stroke } = growing("laser");
    stroke.show([0, 0], 1);
    stroke.show([0, 0, 0.1, 0.1], 2);
    stroke.end([0, 0, 0.1, 0.1, 0.2, 0.2]);
    vi.advanceTimersByTime(500);
    expect(sent.map(({ start, points, done }) => [start, points, done])).toEqual([
      [0, [0, 0], false],
      [1, [0.1, 0.1, 0.2, 0.2], true],
    ]);
  });
});
