import { describe, expect, it } from "vitest";
import { absenceOf, permissionHelp } from "../../src/core/permission-help";

const AGENTS = {
  chrome:
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
  android:
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
  firefox: "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
  iphone:
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
  iphoneChrome:
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/141.0.0.0 Mobile/15E148 Safari/604.1",
  safari:
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
};

describe("permissionHelp", () => {
  it("tells each browser’s own way", () => {
    const ways = Object.values(AGENTS).map((agent) => permissionHelp(agent, "camera").join(" "));
    expect(new Set(ways).size).toBe(ways.length);
    for (const way of ways) expect(way).toMatch(/camera/i);
  });

  it.each([
    ["iphone", "Website Settings"],
    ["iphoneChrome", "iPhone’s Settings"],
    ["android", "Permissions"],
    ["firefox", "Blocked"],
    ["safari", "Settings for This Website"],
    ["chrome", "left of the address"],
  ] as const)("knows %s", (name, words) => {
    expect(permissionHelp(AGENTS[name], "microphone").join(" ")).toContain(words);
  });

  it("has something to say to a browser it doesn’t know", () => {
    expect(permissionHelp("curl/8", "microphone")).toHaveLength(1);
  });
});

describe("absenceOf", () => {
  it("says what to do for each way a device can be absent, and nothing otherwise", () => {
    for (const phase of ["denied", "missing", "busy", "insecure"]) {
      expect(absenceOf(phase, "camera")).toContain("camera");
    }
    for (const phase of ["off", "asking", "open"]) expect(absenceOf(phase, "camera")).toBe("");
  });
});
