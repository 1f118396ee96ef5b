import { describe, expect, it } from "vitest";
import {
  type DeviceEvent,
  type DevicePhase,
  deviceAfter,
  mayComeBack,
  refusalOf,
} from "../../src/core/device";

const reached = (...events: DeviceEvent[]) =>
  events.reduce<DevicePhase>((phase, event) => deviceAfter(phase, event), "off");

describe("deviceAfter", () => {
  it("opens when it was asked for and given", () => {
    expect(reached("open")).toBe("asking");
    expect(reached("open", "opened")).toBe("open");
  });

  it.each(["denied", "missing", "busy", "insecure"] as const)("can be %s and tried again", (no) => {
    expect(reached("open", no)).toBe(no);
    expect(reached("open", no, "open", "opened")).toBe("open");
    expect(reached("open", no, "close")).toBe("off");
  });

  it("asks anew for what was unplugged, and when another one is chosen", () => {
    expect(reached("open", "opened", "lost")).toBe("asking");
    expect(reached("open", "opened", "open")).toBe("asking");
  });

  it("stays off when the answer comes after it was given up", () => {
    expect(reached("open", "close", "opened")).toBe("off");
    expect(reached("open", "close", "denied")).toBe("off");
    expect(reached("lost")).toBe("off");
  });
});

describe("refusalOf", () => {
  it.each([
    ["NotAllowedError", "denied"],
    ["SecurityError", "denied"],
    ["NotFoundError", "missing"],
    ["OverconstrainedError", "missing"],
    ["NotReadableError", "busy"],
    ["AbortError", "busy"],
    ["", "busy"],
  ])("%s means %s", (name, event) => {
    expect(refusalOf(name)).toBe(event);
  });
});

it("comes back by itself only when a device was what was missing", () => {
  const phases: DevicePhase[] = ["off", "asking", "open", "denied", "missing", "busy", "insecure"];
  expect(phases.filter(mayComeBack)).toEqual(["missing", "busy"]);
});
