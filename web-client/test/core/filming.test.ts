import { describe, expect, it } from "vitest";
import { type FilmingSituation, filmingStatus } from "../../src/core/filming";

const SHOWN: FilmingSituation = {
  link: "open",
  session: "live",
  inLobby: false,
  device: "open",
  connected: true,
  me: "phone",
  filming: "phone",
};

const status = (change: Partial<FilmingSituation>) => filmingStatus({ ...SHOWN, ...change });

describe("filmingStatus", () => {
  it("is shown only when everything is as it should be", () => {
    expect(status({})).toBe("shown");
  });

  it.each([
    [{ link: "refused" }, "refused"],
    [{ link: "replaced" }, "replaced"],
    [{ session: "ended" }, "ended"],
    [{ inLobby: true, session: undefined }, "lobby"],
    [{ device: "off" }, "off"],
    [{ device: "asking" }, "asking"],
    [{ device: "denied" }, "absent"],
    [{ device: "missing" }, "absent"],
    [{ device: "busy" }, "absent"],
    [{ device: "insecure" }, "absent"],
    [{ link: "lost" }, "reconnecting"],
    [{ connected: false }, "connecting"],
    [{ filming: "" }, "connecting"],
    [{ filming: "another" }, "outdone"],
  ] as const)("%o is %s", (change, expected) => {
    expect(status(change)).toBe(expected);
  });

  it("speaks of the camera, not of the line, while the camera is off", () => {
    expect(status({ device: "off", link: "lost", connected: false })).toBe("off");
  });

  it("says that the session ended, whatever the camera does", () => {
    expect(status({ session: "ended", device: "denied" })).toBe("ended");
  });
});
