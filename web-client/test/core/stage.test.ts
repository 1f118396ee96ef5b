import { describe, expect, it } from "vitest";
import { type Situation, showsPicture, stageOf } from "../../src/core/stage";

const watching: Situation = {
  link: "open",
  media: "playing",
  session: "live",
  source: "live",
  maskConfirmed: true,
  playBlocked: false,
};

describe("stageOf", () => {
  it.each<[string, Partial<Situation>, string]>([
    ["all is well", {}, "picture"],
    ["the scanner stands still", { source: "frozen" }, "frozen"],
    ["the source is gone", { source: "no_signal", session: "interrupted" }, "no_signal"],
    ["nothing came yet", { source: "starting", session: "waiting" }, "starting"],
    ["the mask isn't confirmed", { maskConfirmed: false }, "mask_black"],
    ["the operator ended it", { session: "ended", source: "no_signal" }, "ended"],
    ["the first state is still to come", { session: undefined }, "connecting"],
    ["media is on its way", { media: "connecting" }, "connecting"],
    ["media can't come", { media: "failed" }, "media_failed"],
    ["the browser can't decode", { media: "unsupported" }, "unsupported"],
    ["the browser wants a tap", { playBlocked: true }, "tap_to_play"],
    ["another tab took the seat", { link: "replaced" }, "replaced"],
    ["the seat is gone", { link: "refused", session: "ended" }, "refused"],
    ["no signal outranks a black mask", { source: "no_signal", maskConfirmed: false }, "no_signal"],
  ])("when %s", (_when, change, stage) => {
    expect(stageOf({ ...watching, ...change })).toBe(stage);
  });

  it("keeps the last picture on the screen while the line is being restored", () => {
    expect(stageOf({ ...watching, link: "lost" })).toBe("picture");
    expect(stageOf({ ...watching, media: "stalled" })).toBe("picture");
  });
});

describe("showsPicture", () => {
  it("is true only where a scanner picture is visible", () => {
    expect(showsPicture("picture")).toBe(true);
    expect(showsPicture("frozen")).toBe(true);
    expect(showsPicture("no_signal")).toBe(false);
    expect(showsPicture("mask_black")).toBe(false);
  });
});
