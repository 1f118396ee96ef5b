import { describe, expect, it } from "vitest";
import { doingOf, facesOf, handsNote } from "../../src/core/faces";
import type { Participant } from "../../src/net/messages.gen";

function person(id: string, more: Partial<Participant> = {}): Participant {
  return {
    id,
    role: "observer",
    name: `Student ${id}`,
    present: true,
    admitted: true,
    verified: false,
    microphone: false,
    muted: false,
    hand: false,
    ...more,
  };
}

describe("faces", () => {
  const crowd = ["1", "2", "3", "4", "5", "6"].map((id) => person(id));

  it("are all shown while there is room", () => {
    expect(facesOf(crowd.slice(0, 4), 4)).toMatchObject({ hidden: [] });
  });

  it("leave a raised hand among the seen", () => {
    const people = crowd.map((one) => (one.id === "6" ? { ...one, hand: true } : one));
    const { shown, hidden } = facesOf(people, 4);
    expect(shown.map(({ id }) => id)).toEqual(["6", "1", "2"]);
    expect(hidden).toHaveLength(3);
  });

  it("are of those who are here", () => {
    expect(facesOf([person("1", { present: false, hand: true })], 4).shown).toEqual([]);
  });
});

describe("what somebody does", () => {
  it("is a hand before a voice, and a muted voice is none", () => {
    expect(doingOf(person("1", { hand: true }), ["1"])).toBe("Student 1 raises a hand");
    expect(doingOf(person("1"), ["1"])).toBe("Student 1 speaks");
    expect(doingOf(person("1", { muted: true }), ["1"])).toBe("Student 1");
    expect(doingOf(person("1"), [])).toBe("Student 1");
  });
});

describe("the note of raised hands", () => {
  it("names the first and counts the others", () => {
    expect(handsNote([person("1")])).toBe("");
    expect(handsNote([person("1", { hand: true, present: false })])).toBe("");
    expect(handsNote([person("1", { hand: true })])).toBe("Student 1 raises a hand");
    const two = [person("1", { hand: true }), person("2", { hand: true })];
    expect(handsNote(two)).toBe("Student 1 and 1 more raise a hand");
  });
});
