import { describe, expect, it } from "vitest";
import {
  DIRECTIONS,
  drawingOf,
  openSuggestion,
  PROBE_MOVES,
  suggestionWords,
} from "../../src/core/probe";
import type { ProbeAnswer, SuggestionState } from "../../src/net/messages.gen";

const PAIRS = PROBE_MOVES.flatMap((move) =>
  DIRECTIONS[move].map((direction) => ({ move, direction })),
);

function asked(answer: ProbeAnswer | null): SuggestionState {
  return {
    id: `s-${answer}`,
    by: "ito",
    move: "slide",
    direction: "toward_head",
    amount: "moderate",
    answer,
  };
}

describe("suggestionWords", () => {
  it("says move, direction and amount", () => {
    const words = suggestionWords({ move: "fan", direction: "toward_feet", amount: "a_little" });
    expect(words).toBe("Fan: handle toward the patient’s feet, a little");
  });

  it("leaves a moderate amount out", () => {
    expect(suggestionWords({ move: "compress", direction: "more", amount: "moderate" })).toBe(
      "Compress more",
    );
  });

  it("never says left or right but the patient’s", () => {
    const all = PAIRS.map((pair) => suggestionWords({ ...pair, amount: "a_lot" }));
    expect(all.filter((words) => /(?<!patient’s )\b(left|right)\b/i.test(words))).toEqual([]);
  });
});

describe("drawingOf", () => {
  it.each(PAIRS)("draws $move $direction another way than its opposite", ({ move, direction }) => {
    const drawings = DIRECTIONS[move].map((other) => JSON.stringify(drawingOf(move, other)));
    expect(new Set(drawings).size).toBe(drawings.length);
    expect(drawings).toContain(JSON.stringify(drawingOf(move, direction)));
  });

  it("shows the patient's right where who stands at the feet sees it", () => {
    for (const move of ["fan", "sweep"] as const) {
      expect(drawingOf(move, "toward_patients_right")).toMatchObject({
        way: "west",
        ends: "sides",
      });
      expect(drawingOf(move, "toward_patients_left")).toMatchObject({ way: "east", ends: "sides" });
    }
  });

  it("shows no marker where its place would ask for a turn", () => {
    expect(drawingOf("slide", "toward_head").marker).toBe(false);
    expect(drawingOf("sweep", "toward_head").marker).toBe(false);
    expect(drawingOf("slide", "toward_marker").marker).toBe(true);
    expect(drawingOf("rotate", "clockwise").marker).toBe(true);
  });

  it("shows a move along the patient from above or from the side, where the head is named", () => {
    const along = PAIRS.filter(({ direction }) => /head|feet/.test(direction));
    const views = along.map(({ move, direction }) => drawingOf(move, direction).view);
    expect(new Set(views)).toEqual(new Set(["above", "side"]));
  });
});

describe("openSuggestion", () => {
  const here = () => true;

  it("is the newest one until it was done", () => {
    expect(openSuggestion([asked("done"), asked(null)], here)?.id).toBe("s-null");
    expect(openSuggestion([asked("seen")], here)?.id).toBe("s-seen");
    expect(openSuggestion([asked("done")], here)).toBeUndefined();
    expect(openSuggestion([asked(null), asked("cannot")], here)).toBeUndefined();
    expect(openSuggestion([], here)).toBeUndefined();
  });

  it("is none of somebody who has left", () => {
    expect(openSuggestion([asked(null)], (id) => id === "ito")?.id).toBe("s-null");
    expect(openSuggestion([asked(null)], (id) => id === "lee")).toBeUndefined();
  });
});
