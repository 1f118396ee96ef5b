import { describe, expect, it } from "vitest";
import { begin, push, redo, undo } from "../../src/core/history";

describe("history", () => {
  it("goes back and forth", () => {
    const drawn = push(push(begin("a"), "b"), "c");
    expect(undo(drawn).present).toBe("b");
    expect(redo(undo(drawn)).present).toBe("c");
    expect(undo(undo(undo(drawn))).present).toBe("a");
    expect(redo(drawn)).toBe(drawn);
  });

  it("forgets what was undone once something new is done", () => {
    const branched = push(undo(push(begin("a"), "b")), "c");
    expect(redo(branched).present).toBe("c");
    expect(undo(branched).present).toBe("a");
  });

  it("takes no step for no change", () => {
    const history = push(begin("a"), "b");
    expect(push(history, "b")).toBe(history);
  });

  it("forgets the oldest of very many steps", () => {
    let history = begin(0);
    for (let step = 1; step <= 500; step += 1) history = push(history, step);
    expect(history.past).toHaveLength(100);
  });
});
