import { describe, expect, it } from "vitest";
import { formatLength, lengthMm } from "../../src/core/caliper";
import {
  clampToPicture,
  flatten,
  isInside,
  pictureBox,
  toScreen,
  unflatten,
} from "../../src/core/geometry";
import { toPicture } from "../../src/core/letterbox";
import {
  isDue,
  isSameFrame,
  MARK_FRESH_MS,
  markAgeMs,
  marksToShow,
  settled,
} from "../../src/core/marks";
import { colourOf } from "../../src/core/palette";
import type { DrawnMark, Participant } from "../../src/net/messages.gen";

const PICTURE = { width: 1280, height: 720 };

describe("points between picture and screen", () => {
  it.each([
    ["bars above and below", { width: 390, height: 844 }],
    ["bars beside", { width: 1920, height: 700 }],
    ["an exact fit", { width: 640, height: 360 }],
  ])("come back where they were, with %s", (_, element) => {
    const box = pictureBox(PICTURE, element);
    for (const point of [
      { x: 0, y: 0 },
      { x: 1, y: 1 },
      { x: 0.123, y: 0.877 },
    ]) {
      const back = toPicture(toScreen(point, box), box);
      expect(back.x).toBeCloseTo(point.x, 9);
      expect(back.y).toBeCloseTo(point.y, 9);
    }
  });

  it("mean the same spot on screens of other shapes", () => {
    const wide = pictureBox(PICTURE, { width: 1920, height: 700 });
    const tall = pictureBox(PICTURE, { width: 390, height: 844 });
    const spot = toPicture({ x: wide.x + wide.width / 4, y: wide.y + wide.height / 2 }, wide);
    expect(toScreen(spot, tall)).toEqual({ x: 390 / 4, y: 844 / 2 });
  });

  it("outside the picture aren’t in it", () => {
    const box = pictureBox(PICTURE, { width: 390, height: 844 });
    expect(isInside(toPicture({ x: 195, y: 10 }, box))).toBe(false);
    expect(clampToPicture({ x: -0.2, y: 1.4 })).toEqual({ x: 0, y: 1 });
  });

  it("go over the wire flat, to five decimals", () => {
    expect(flatten([{ x: 0.1234567, y: 1 }])).toEqual([0.12346, 1]);
    expect(unflatten([0.1, 0.2, 0.3, 0.4, 0.5])).toEqual([
      { x: 0.1, y: 0.2 },
      { x: 0.3, y: 0.4 },
    ]);
  });
});

describe("a caliper", () => {
  it("measures in the captured picture’s pixels, whatever its proportions", () => {
    const across = lengthMm({ x: 0, y: 0 }, { x: 0.5, y: 0 }, PICTURE, 0.21);
    const down = lengthMm({ x: 0, y: 0 }, { x: 0, y: 0.5 }, PICTURE, 0.21);
    expect(across).toBeCloseTo(640 * 0.21);
    expect(down).toBeCloseTo(360 * 0.21);
    const both = lengthMm({ x: 0.5, y: 0.5 }, { x: 0, y: 0 }, PICTURE, 0.21) ?? 0;
    expect(both).toBeCloseTo(Math.hypot(across ?? 0, down ?? 0));
  });

  it("says nothing without a scale", () => {
    expect(lengthMm({ x: 0, y: 0 }, { x: 1, y: 1 }, PICTURE, null)).toBeUndefined();
    expect(lengthMm({ x: 0, y: 0 }, { x: 1, y: 1 }, PICTURE, 0)).toBeUndefined();
  });

  it.each([
    [0, "0.0 mm"],
    [4.24, "4.2 mm"],
    [99.94, "99.9 mm"],
    [99.96, "10.0 cm"],
    [103.2, "10.3 cm"],
  ])("reads %f mm as %s", (millimetres, words) => {
    expect(formatLength(millimetres)).toBe(words);
  });
});

describe("a mark", () => {
  const T = 5_000_000_000n;
  const drawn = (id: string, still: string, captured_at_ns: bigint): DrawnMark => ({
    by: "ito",
    mark: {
      id,
      kind: "pen",
      points: [0, 0],
      captured_at_ns: String(captured_at_ns),
      still,
      text: "",
    },
  });

  it("waits for its frame and stays from then on", () => {
    expect(isDue(String(T), T - 33_000_000n)).toBe(false);
    expect(isDue(String(T), T - 11_111n)).toBe(true);
    expect(isDue(String(T), T)).toBe(true);
    expect(isDue(String(T), T + 9_000_000_000n)).toBe(true);
  });

  it("shows at once where no frame’s time is known, or its clock is another", () => {
    expect(isDue(String(T), undefined)).toBe(true);
    expect(isDue(String(T + 60_000_000_000n), T)).toBe(true);
  });

  it("of a still is on that still and nowhere else", () => {
    const marks = [drawn("live", "", T), drawn("one", "s-1", T), drawn("two", "s-2", T)];
    const ids = (still: string) => marksToShow(marks, still, T).map(({ mark }) => mark.id);
    expect([ids(""), ids("s-1"), ids("s-2")]).toEqual([["live"], ["one"], ["two"]]);
    expect(marksToShow(marks, "s-1", 0n)).toHaveLength(1);
  });

  it("is redrawn only when something changed", () => {
    const marks = [drawn("live", "", T)];
    expect(settled(marks, [...marks])).toBe(marks);
    expect(settled(marks, [])).toEqual([]);
  });

  it("knows its frame again within a tick of the media clock", () => {
    expect(isSameFrame(T, T + 11_112n)).toBe(true);
    expect(isSameFrame(T, T + 8_000_000n)).toBe(false);
  });
});

describe("the age of a mark", () => {
  const shownNs = 90_000_000_000n;

  it("is that of the frame it was drawn on", () => {
    expect(markAgeMs("50000000000", shownNs, 3)).toBe(40_000);
    expect(markAgeMs("90000500000", shownNs, 3)).toBe(0);
  });

  it("goes by this page's own clock where frames have no time", () => {
    expect(markAgeMs("0", shownNs, 11_000)).toBe(11_000);
    expect(markAgeMs("50000000000", undefined, 250)).toBe(250);
  });

  it("of another run of the machine's clock is old, and can't be told", () => {
    expect(markAgeMs("900000000000", shownNs, 3)).toBeGreaterThan(MARK_FRESH_MS);
    expect(Number.isFinite(markAgeMs("900000000000", shownNs, 3))).toBe(false);
  });
});

describe("colourOf", () => {
  const person = (id: string, role: Participant["role"]): Participant => ({
    id,
    role,
    name: id,
    present: true,
    admitted: true,
    verified: true,
    microphone: false,
    muted: false,
    hand: false,
  });

  it("tells operator and experts apart, and stays when observers come", () => {
    const people = [person("op", "operator"), person("ito", "expert"), person("lee", "expert")];
    const colours = people.map(({ id }) => colourOf(id, people));
    expect(new Set(colours).size).toBe(3);
    const more = [person("ob", "observer"), ...people];
    expect(people.map(({ id }) => colourOf(id, more))).toEqual(colours);
  });
});
