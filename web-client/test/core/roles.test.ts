import { expect, it } from "vitest";
import { inOrder, watchersNote } from "../../src/core/roles";
import type { Participant, Role } from "../../src/net/messages.gen";

const person = (name: string, role: Role, present = true): Participant => ({
  id: name,
  name,
  role,
  present,
  admitted: true,
  verified: false,
  microphone: false,
  muted: false,
  hand: false,
});

it("who is here stands first, then by role, then by name with its number", () => {
  const people = [
    person("Observer 10", "observer"),
    person("Probe camera", "camera"),
    person("Gone", "operator", false),
    person("Observer 2", "observer"),
    person("Dr. Ito", "expert"),
  ];
  expect(inOrder(people).map(({ name }) => name)).toEqual([
    "Dr. Ito",
    "Observer 2",
    "Observer 10",
    "Probe camera",
    "Gone",
  ]);
});

it("watchers are counted in words", () => {
  expect(watchersNote(0, 0)).toBe("Nobody is watching");
  expect(watchersNote(0, 1)).toBe("1 observer watching");
  expect(watchersNote(1, 0)).toBe("is watching");
  expect(watchersNote(2, 3)).toBe("are watching, with 3 observers");
  expect(watchersNote(0, 0, 1)).toBe("1 player watching");
  expect(watchersNote(1, 1, 2)).toBe("is watching, with 1 observer and 2 players");
});
