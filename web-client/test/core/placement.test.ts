import { describe, expect, it } from "vitest";
import { placedWords, tagAwayFrom, wordsSize } from "../../src/core/placement";

const PHONE = { x: 0, y: 0, width: 390, height: 219 };
const LONG = "The septum looks thickened here, compare it with last year";

function at(x: number, y: number) {
  return { left: { x, y }, right: { x, y }, box: PHONE };
}

/** From the leftmost to the rightmost px, as wide as capitals are. */
function reach(text: string, x: number, y: number): [number, number] {
  const words = placedWords(text, at(x, y));
  const width = Math.max(...words.lines.map((line) => line.text.length)) * wordsSize(PHONE) * 0.6;
  return words.anchor === "start" ? [words.x, words.x + width] : [words.x - width, words.x];
}

describe("the words of a mark", () => {
  it("stand to the right of their place while they fit there", () => {
    const { lines, anchor } = placedWords("Mitral valve", at(100, 80));
    expect(lines.map(({ text }) => text)).toEqual(["Mitral valve"]);
    expect(anchor).toBe("start");
  });

  it("change sides where the picture's edge would cut them", () => {
    const words = placedWords("Mitral valve", at(350, 80));
    expect(words.anchor).toBe("end");
    expect(words.x).toBeLessThan(350);
  });

  it.each([5, 100, 195, 260, 385])("are never cut, however long, at x = %i", (x) => {
    for (const text of [LONG, "x".repeat(60), "65.3 mm"]) {
      const [from, to] = reach(text, x, 100);
      expect(from).toBeGreaterThanOrEqual(0);
      expect(to).toBeLessThanOrEqual(PHONE.width);
      const said = placedWords(text, at(x, 100)).lines.map((line) => line.text);
      expect(said.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
    }
  });

  it.each([2, 217])("stay below the top and above the bottom, at y = %i", (y) => {
    const { lines } = placedWords(LONG, at(200, y));
    expect(lines[0]?.y).toBeGreaterThanOrEqual(wordsSize(PHONE));
    expect(lines.at(-1)?.y).toBeLessThanOrEqual(PHONE.height);
  });
});

describe("a name tag", () => {
  const tag = { width: 40, height: 16 };

  it.each([
    [
      { x: 100, y: 100 },
      { x: 130, y: 120 },
    ],
    [
      { x: 130, y: 120 },
      { x: 100, y: 100 },
    ],
    [
      { x: 130, y: 100 },
      { x: 100, y: 120 },
    ],
    [
      { x: 100, y: 120 },
      { x: 130, y: 100 },
    ],
  ])("at the tail keeps clear of the way to the head, from %o to %o", (tail, head) => {
    const place = tagAwayFrom(tail, head, tag, PHONE);
    const covers = ({ x, y }: { x: number; y: number }) =>
      x >= place.x && x <= place.x + tag.width && y >= place.y && y <= place.y + tag.height;
    for (let part = 0; part <= 1; part += 0.1) {
      const x = tail.x + part * (head.x - tail.x);
      const y = tail.y + part * (head.y - tail.y);
      expect(covers({ x, y })).toBe(false);
    }
  });

  it("stays in the picture", () => {
    const place = tagAwayFrom({ x: 1, y: 1 }, { x: 50, y: 50 }, tag, PHONE);
    expect(place).toEqual({ x: 0, y: 0 });
  });
});
