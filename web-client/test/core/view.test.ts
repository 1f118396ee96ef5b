import { describe, expect, it } from "vitest";
import { secondPicture, viewMode } from "../../src/core/view";

describe("viewMode", () => {
  it("keeps what was chosen, and begins in the corner", () => {
    expect(viewMode("swap")).toBe("swap");
    expect(viewMode(undefined)).toBe("corner");
    expect(viewMode("none of these")).toBe("corner");
  });
});

describe("secondPicture", () => {
  const seen = { by: "phone", me: "ito", ownTrack: false, received: true };

  it("is there when somebody films and it arrives", () => {
    expect(secondPicture(seen)).toEqual({ state: "shown", own: false });
    expect(secondPicture({ ...seen, received: false }).state).toBe("coming");
  });

  it("is none when nobody films, whatever still arrives", () => {
    expect(secondPicture({ ...seen, by: "", ownTrack: true }).state).toBe("none");
  });

  it("is taken from the own camera without a way around the node", () => {
    const own = { by: "op", me: "op", ownTrack: true, received: false };
    expect(secondPicture(own)).toEqual({ state: "shown", own: true });
    expect(secondPicture({ ...own, ownTrack: false }).state).toBe("coming");
  });

  it("isn’t anybody’s own before one knows who one is", () => {
    expect(secondPicture({ ...seen, me: undefined }).own).toBe(false);
  });
});
