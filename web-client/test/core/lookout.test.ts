import { expect, test } from "vitest";
import { coveredWords, undecided, watchWords } from "../../src/core/lookout";
import type { CoveredText } from "../../src/net/messages.gen";

function text(id: number): CoveredText {
  return { id, x: 0.1, y: 0.1, width: 0.2, height: 0.05 };
}

test("a check that is late or given up is said, one that runs or isn't wanted is not", () => {
  expect(watchWords("late")?.tone).toBe("warn");
  expect(watchWords("overridden")).toEqual({ tone: "danger", words: "Not checked for text" });
  expect(watchWords("on")).toBeUndefined();
  expect(watchWords("off")).toBeUndefined();
  expect(watchWords("blind")).toBeUndefined();
});

test("covered texts are counted in words", () => {
  expect(coveredWords([])).toBe("");
  expect(coveredWords([text(1)])).toBe("Text covered");
  expect(coveredWords([text(1), text(2)])).toBe("Text covered in 2 places");
});

test("a person is asked about the oldest text that they haven't kept covered", () => {
  expect(undecided([text(7), text(3)], new Set())).toEqual(text(3));
  expect(undecided([text(7), text(3)], new Set([3]))).toEqual(text(7));
  expect(undecided([text(3)], new Set([3]))).toBeUndefined();
});
