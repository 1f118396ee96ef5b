import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Film } from "../../src/net/film";
import type { ClientMessage } from "../../src/net/messages.gen";
import { type FakeDevices, installDevices, settled } from "./fake-devices";

let devices: FakeDevices;
let sent: ClientMessage[];
let film: Film;

beforeEach(() => {
  ({ devices } = installDevices());
  sent = [];
  film = new Film({
    send: (message) => {
      sent.push(message);
      return true;
    },
    attach: () => {},
  });
});

afterEach(() => vi.unstubAllGlobals());

async function started(): Promise<void> {
  film.start();
  await settled();
}

const camera = (on: boolean) => ({ type: "camera.state", on });

it("asks for a picture of motion from the back, and for no sound", async () => {
  await started();
  expect(devices.asked).toEqual([
    {
      video: {
        width: { ideal: 1_280 },
        height: { ideal: 720 },
        frameRate: { ideal: 30, max: 30 },
        facingMode: { ideal: "environment" },
      },
    },
  ]);
  expect(devices.last.contentHint).toBe("motion");
});

it("tells the room when it films and when it stops", async () => {
  await started();
  film.stop();
  expect(sent).toEqual([camera(true), camera(false)]);
});

it("keeps the room’s second view while it turns to the other lens", async () => {
  await started();
  film.turn();
  await settled();
  expect(devices.asked.at(-1)).toMatchObject({ video: { facingMode: { ideal: "user" } } });
  expect(sent).toEqual([camera(true)]);
  expect(film.preview.value).toBeDefined();
});

it("gives the second view up when it loses its camera", async () => {
  await started();
  devices.refusals = ["NotFoundError"];
  devices.last.ends();
  await settled();
  expect(sent).toEqual([camera(true), camera(false)]);
  expect(film.preview.value).toBeUndefined();
});

it("tells again after a reconnect, and only if it films", async () => {
  film.tell();
  expect(sent).toEqual([]);
  await started();
  film.tell();
  expect(sent).toEqual([camera(true), camera(true)]);
});

it("remembers which side it filmed with", async () => {
  film.turn();
  expect(new Film({ send: () => true, attach: () => {} }).facing.value).toBe("user");
});
