import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ClientMessage } from "../../src/net/messages.gen";
import { Voice } from "../../src/net/voice";
import { type FakeDevices, installDevices, settled } from "./fake-devices";

let devices: FakeDevices;
let sent: ClientMessage[];
let linked: boolean;

function newVoice(): Voice {
  return new Voice({
    send: (message) => {
      if (linked) sent.push(message);
      return linked;
    },
    attach: () => {},
  });
}

const said = (microphone: boolean, muted: boolean) => ({ type: "voice.state", microphone, muted });

async function opened(): Promise<Voice> {
  const voice = newVoice();
  voice.open();
  await settled();
  sent = [];
  return voice;
}

beforeEach(() => {
  ({ devices } = installDevices());
  sent = [];
  linked = true;
});

afterEach(() => vi.unstubAllGlobals());

it("tells the room each change once", async () => {
  const voice = await opened();
  voice.mute(true);
  voice.mute(true);
  voice.mute(false);
  voice.close();
  expect(sent).toEqual([said(true, true), said(true, false), said(false, true)]);
});

it("sends nothing but silence while muted", async () => {
  const voice = await opened();
  expect(devices.last.enabled).toBe(true);
  voice.mute(true);
  expect(devices.last.enabled).toBe(false);
});

it("stays muted on a microphone that is chosen then", async () => {
  const voice = await opened();
  voice.mute(true);
  voice.choose("other");
  await settled();
  expect(devices.asked.at(-1)).toMatchObject({ audio: { deviceId: { ideal: "other" } } });
  expect(devices.last.enabled).toBe(false);
  expect(voice.state.value).toBe("muted");
});

it("keeps echo, noise and level in the browser’s hands", async () => {
  await opened();
  expect(devices.asked[0]).toMatchObject({
    audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  });
});

describe("push to talk", () => {
  it("is heard while the key is down, and muted from then on", async () => {
    const voice = await opened();
    voice.mute(true);
    sent = [];
    voice.hold(true);
    voice.hold(true);
    expect(voice.state.value).toBe("on");
    voice.hold(false);
    expect(voice.state.value).toBe("muted");
    expect(sent).toEqual([said(true, false), said(true, true)]);
  });

  it("opens a microphone that is off, for as long as the key is down", async () => {
    const voice = newVoice();
    voice.hold(true);
    await settled();
    expect(voice.state.value).toBe("on");
    voice.hold(false);
    expect(voice.state.value).toBe("muted");
  });

  it("opens it muted when the key was let go meanwhile", async () => {
    const voice = newVoice();
    voice.hold(true);
    voice.hold(false);
    await settled();
    expect(voice.state.value).toBe("muted");
    expect(devices.last.enabled).toBe(false);
  });

  it("does nothing where the microphone was refused", async () => {
    devices.refusals = ["NotAllowedError"];
    const voice = await opened();
    voice.hold(true);
    expect(voice.held.value).toBe(false);
    expect(devices.asked).toHaveLength(1);
  });

  it("ends when somebody mutes the seat meanwhile", async () => {
    const voice = await opened();
    voice.hold(true);
    voice.mute(true);
    expect(voice.state.value).toBe("muted");
  });
});

describe("after a reconnect", () => {
  it("tells the room again, although nothing changed", async () => {
    const voice = await opened();
    voice.tell();
    expect(sent).toEqual([said(true, false)]);
  });

  it("tells what changed while there was no link", async () => {
    const voice = await opened();
    linked = false;
    voice.mute(true);
    linked = true;
    voice.tell();
    expect(sent).toEqual([said(true, true)]);
  });

  it("says that there is no microphone to a room that may remember one", () => {
    newVoice().tell();
    expect(sent.at(-1)).toEqual(said(false, true));
  });
});

describe("after a reload", () => {
  it("is heard again, or muted again, without a tap", async () => {
    const before = await opened();
    before.mute(true);
    const after = newVoice();
    after.resume();
    await settled();
    expect(after.state.value).toBe("muted");
  });

  it("comes back from a rest", async () => {
    const voice = await opened();
    voice.rest();
    expect(devices.last.readyState).toBe("ended");
    voice.resume();
    await settled();
    expect(voice.state.value).toBe("on");
  });

  it("stays off when it was off, and when it was closed", async () => {
    newVoice().resume();
    (await opened()).close();
    const after = newVoice();
    after.resume();
    await settled();
    expect(after.state.value).toBe("off");
  });
});

it("toggles between heard and muted, and opens what isn’t open", async () => {
  devices.refusals = ["NotAllowedError"];
  const voice = newVoice();
  for (const state of ["denied", "on", "muted", "on"]) {
    voice.toggle();
    await settled();
    expect(voice.state.value).toBe(state);
  }
});
