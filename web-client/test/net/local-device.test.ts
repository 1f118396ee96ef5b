import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LocalDevice } from "../../src/net/local-device";
import { type FakeDevices, type FakeDocument, installDevices, settled } from "./fake-devices";

let devices: FakeDevices;
let page: FakeDocument;
let sent: unknown[];
let microphone: LocalDevice;

beforeEach(() => {
  ({ devices, page } = installDevices());
  sent = [];
  microphone = new LocalDevice({
    kind: "audio",
    constraints: () => ({ echoCancellation: true }),
    onTrack: (track) => sent.push(track),
  });
});

afterEach(() => vi.unstubAllGlobals());

async function opened(): Promise<void> {
  await microphone.open();
  expect(microphone.phase.value).toBe("open");
}

it("hands out the track of its kind and asks for no other", async () => {
  await opened();
  expect(devices.asked).toEqual([{ audio: { echoCancellation: true } }]);
  expect(sent).toEqual([devices.last]);
});

it("stops the track when it is closed", async () => {
  await opened();
  const track = devices.last;
  microphone.close();
  expect(track.readyState).toBe("ended");
  expect(sent.at(-1)).toBeUndefined();
  expect(microphone.phase.value).toBe("off");
});

it("stops a track that comes after it was closed", async () => {
  const opening = microphone.open();
  microphone.close();
  await opening;
  expect(devices.last.readyState).toBe("ended");
  expect(sent).toEqual([]);
  expect(microphone.phase.value).toBe("off");
});

it("uses the newest of two openings only", async () => {
  await Promise.all([microphone.open(), microphone.open()]);
  expect(devices.given.map(({ readyState }) => readyState)).toEqual(["ended", "live"]);
  expect(sent).toEqual([devices.last]);
});

it("lets the old one go before it asks for another", async () => {
  await opened();
  const first = devices.last;
  const again = microphone.open();
  expect(first.readyState).toBe("ended");
  await again;
  expect(sent).toEqual([first, undefined, devices.last]);
});

describe("says why there is none:", () => {
  it.each([
    ["NotAllowedError", "denied"],
    ["NotFoundError", "missing"],
  ])("%s", async (name, phase) => {
    devices.refusals = [name];
    await microphone.open();
    expect(microphone.phase.value).toBe(phase);
    expect(sent).toEqual([]);
  });

  it("no HTTPS", async () => {
    vi.stubGlobal("navigator", {});
    await microphone.open();
    expect(microphone.phase.value).toBe("insecure");
  });
});

describe("one that is busy", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("is tried once more, since it may just have been let go", async () => {
    devices.refusals = ["NotReadableError"];
    void microphone.open();
    await vi.runAllTimersAsync();
    expect(microphone.phase.value).toBe("open");
  });

  it("is said to be busy when it still is", async () => {
    devices.refusals = ["NotReadableError", "NotReadableError"];
    void microphone.open();
    await vi.runAllTimersAsync();
    expect(devices.asked).toHaveLength(2);
    expect(microphone.phase.value).toBe("busy");
  });

  it("isn’t tried again once it was given up", async () => {
    devices.refusals = ["NotReadableError"];
    void microphone.open();
    await vi.advanceTimersByTimeAsync(0);
    microphone.close();
    await vi.runAllTimersAsync();
    expect(devices.asked).toHaveLength(1);
    expect(microphone.phase.value).toBe("off");
  });
});

it("opens the next best one when it is unplugged", async () => {
  await opened();
  const first = devices.last;
  first.ends();
  await settled();
  expect(devices.last).not.toBe(first);
  expect(microphone.phase.value).toBe("open");
});

it("opens by itself when one is plugged in, but not after a no", async () => {
  devices.refusals = ["NotFoundError", "NotAllowedError"];
  await microphone.open();
  devices.dispatchEvent(new Event("devicechange"));
  await settled();
  expect(microphone.phase.value).toBe("denied");
  devices.dispatchEvent(new Event("devicechange"));
  await settled();
  expect(devices.asked).toHaveLength(2);
});

it("opens anew when a phone took it while another program was in front", async () => {
  await opened();
  devices.last.muted = true;
  page.hidden = true;
  page.looksAgain();
  expect(devices.asked).toHaveLength(1);
  page.hidden = false;
  page.looksAgain();
  await settled();
  expect(devices.asked).toHaveLength(2);
  expect(microphone.phase.value).toBe("open");
});

it("leaves a working one alone when the page is looked at again", async () => {
  await opened();
  page.looksAgain();
  await settled();
  expect(devices.asked).toHaveLength(1);
});
