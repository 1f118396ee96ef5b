/** One's own camera, which films the probe hand. It never takes sound. */

import { effect, signal } from "@preact/signals";
import { LocalDevice } from "./local-device";
import type { ClientMessage } from "./messages.gen";
import { remember, remembered } from "./preferences";

export type Facing = "environment" | "user";

export interface FilmSeams {
  send: (message: ClientMessage) => boolean;
  attach: (track: MediaStreamTrack | undefined) => void;
}

export class Film {
  readonly device: LocalDevice;
  /** What the person sees of their own camera. */
  readonly preview = signal<MediaStream | undefined>(undefined);
  readonly facing = signal<Facing>(remembered("facing") === "user" ? "user" : "environment");
  readonly deviceId = signal(remembered("camera") ?? "");

  readonly #seams: FilmSeams;
  #told = false;

  constructor(seams: FilmSeams) {
    this.#seams = seams;
    this.device = new LocalDevice({
      kind: "video",
      constraints: () => filmConstraints(this.facing.value, this.deviceId.value),
      onTrack: (track) => this.#took(track),
    });
    // The room keeps the camera while the picture is fetched from another lens.
    effect(() => {
      const phase = this.device.phase.value;
      if (phase === "open") this.#tell(true);
      else if (phase !== "asking") this.#tell(false);
    });
  }

  start(): void {
    void this.device.open();
  }

  stop(): void {
    this.device.close();
  }

  /** The other side of a phone. */
  turn(): void {
    this.facing.value = this.facing.value === "user" ? "environment" : "user";
    this.deviceId.value = "";
    remember("facing", this.facing.value);
    remember("camera", "");
    if (this.device.phase.value === "open") this.start();
  }

  choose(deviceId: string): void {
    this.deviceId.value = deviceId;
    remember("camera", deviceId);
    if (this.device.phase.value === "open") this.start();
  }

  /** The page is being closed: the room needn't wait until it notices. */
  leave(): void {
    this.#tell(false);
  }

  /** After each ``welcome``, and to take the room's second view back from another camera. */
  tell(): void {
    this.#told = false;
    this.#tell(this.device.phase.value === "open");
  }

  #took(track: MediaStreamTrack | undefined): void {
    if (track) track.contentHint = "motion";
    this.preview.value = track && new MediaStream([track]);
    this.#seams.attach(track);
  }

  #tell(on: boolean): void {
    if (on === this.#told) return;
    if (this.#seams.send({ type: "camera.state", on })) this.#told = on;
  }
}

function filmConstraints(facing: Facing, deviceId: string): MediaTrackConstraints {
  return {
    width: { ideal: 1_280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30, max: 30 },
    ...(deviceId ? { deviceId: { ideal: deviceId } } : { facingMode: { ideal: facing } }),
  };
}
