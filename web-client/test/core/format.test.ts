import { describe, expect, it } from "vitest";
import {
  formatAge,
  formatBitrate,
  formatElapsed,
  formatList,
  formatMs,
  formatShare,
  headline,
  initials,
  sentence,
} from "../../src/core/format";

describe("format", () => {
  it.each([
    [-5, "0.00 s"],
    [22, "0.02 s"],
    [99, "0.10 s"],
    [240, "0.2 s"],
    [3_400, "3.4 s"],
    [12_300, "12 s"],
    [99_700, "2 min"],
  ])("an age of %i ms reads %s", (ageMs, words) => {
    expect(formatAge(ageMs)).toBe(words);
  });

  it.each([
    [-1, "0:00"],
    [4_900, "0:04"],
    [750_000, "12:30"],
    [3_723_000, "1:02:03"],
  ])("%i ms elapsed reads %s", (elapsedMs, words) => {
    expect(formatElapsed(elapsedMs)).toBe(words);
  });

  it("reads rates, times and shares", () => {
    expect(formatBitrate(4_123_000)).toBe("4.1 Mb/s");
    expect(formatBitrate(640_400)).toBe("640 kb/s");
    expect(formatMs(3.42)).toBe("3.4 ms");
    expect(formatMs(42.4)).toBe("42 ms");
    expect(formatShare(0, 0)).toBe("0 %");
    expect(formatShare(4, 1_000)).toBe("0.4 %");
    expect(formatShare(120, 1_000)).toBe("12 %");
  });

  it("makes headings and sentences of the server's words", () => {
    expect(headline("no picture comes just now.")).toBe("No picture comes just now");
    expect(sentence("try again in a moment")).toBe("Try again in a moment.");
    expect(sentence("Really?")).toBe("Really?");
    expect(sentence("")).toBe("");
  });

  it("joins names", () => {
    expect(formatList([])).toBe("");
    expect(formatList(["A"])).toBe("A");
    expect(formatList(["A", "B"])).toBe("A and B");
    expect(formatList(["A", "B", "C"])).toBe("A, B and C");
  });

  it.each([
    ["Expert 2", "E2"],
    ["anna berg", "AB"],
    ["Operator", "OP"],
    ["", "?"],
  ])("%s has the initials %s", (name, letters) => {
    expect(initials(name)).toBe(letters);
  });
});
