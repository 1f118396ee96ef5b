/** One microphone or camera of this device: opened, lost and opened again. */

import { signal } from "@preact/signals";
import {
  type DeviceEvent,
  type DevicePhase,
  deviceAfter,
  mayComeBack,
  refusalOf,
} from "../core/device";

export interface LocalDeviceSeams {
  kind: "audio" | "video";
  /** Asked anew for each opening. */
  constraints: () => MediaTrackConstraints;
  /** The track to send from now on; undefined when there is none. */
  onTrack: (track: MediaStreamTrack | undefined) => void;
}

/** A device that was let go a moment ago isn't always free at once. */
const TRY_AGAIN_MS = 400;
const PERMISSIONS = { audio: "microphone", video: "camera" } as const;

export class LocalDevice {
  readonly phase = signal<DevicePhase>("off");
  readonly track = signal<MediaStreamTrack | undefined>(undefined);

  readonly #seams: LocalDeviceSeams;
  /** Counts openings, so that what was asked for and given up is dropped when it comes. */
  #generation = 0;
  #watching = false;

  constructor(seams: LocalDeviceSeams) {
    this.#seams = seams;
  }

  /** Opens it, or opens it anew with other constraints. */
  async open(): Promise<void> {
    this.#watch();
    this.#happens("open");
    // iOS gives the second camera only when the first was let go.
    this.#let(undefined);
    const generation = ++this.#generation;
    let refusal = await this.#try(generation);
    if (refusal === "busy") {
      await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
      if (generation === this.#generation) refusal = await this.#try(generation);
    }
    if (refusal && generation === this.#generation) this.#happens(refusal);
  }

  close(): void {
    this.#generation += 1;
    this.#let(undefined);
    this.#happens("close");
  }

  /** Undefined when it is open, or was given up meanwhile. */
  async #try(generation: number): Promise<DeviceEvent | undefined> {
    try {
      const track = await this.#ask();
      if (generation === this.#generation) this.#let(track);
      else track.stop();
      return undefined;
    } catch (error) {
      return error instanceof Insecure ? "insecure" : refusalOf(nameOf(error));
    }
  }

  async #ask(): Promise<MediaStreamTrack> {
    if (!navigator.mediaDevices?.getUserMedia) throw new Insecure();
    const { kind } = this.#seams;
    const stream = await navigator.mediaDevices.getUserMedia({
      [kind]: this.#seams.constraints(),
    });
    const [track] = kind === "audio" ? stream.getAudioTracks() : stream.getVideoTracks();
    if (!track) throw new DOMException("no track", "NotFoundError");
    return track;
  }

  #let(track: MediaStreamTrack | undefined): void {
    const before = this.track.value;
    if (before) {
      before.onended = null;
      before.stop();
    }
    if (track) track.onended = () => this.#lost();
    this.track.value = track;
    if (track) this.#happens("opened");
    if (before || track) this.#seams.onTrack(track);
  }

  #lost(): void {
    this.#happens("lost");
    void this.open();
  }

  #happens(event: DeviceEvent): void {
    this.phase.value = deviceAfter(this.phase.value, event);
  }

  /** A device that comes back is used again without a tap. */
  #watch(): void {
    if (this.#watching || !navigator.mediaDevices?.addEventListener) return;
    this.#watching = true;
    navigator.mediaDevices.addEventListener("devicechange", () => {
      if (mayComeBack(this.phase.value)) void this.open();
    });
    document.addEventListener("visibilitychange", () => this.#seenAgain());
    void this.#watchPermission();
  }

  /** iOS ends or mutes what is captured while another program is in front. */
  #seenAgain(): void {
    const track = this.track.value;
    const broken = this.phase.value === "open" && (track?.readyState === "ended" || track?.muted);
    if (!document.hidden && (broken || mayComeBack(this.phase.value))) void this.open();
  }

  /** Not every browser tells about these permissions. */
  async #watchPermission(): Promise<void> {
    try {
      const name = PERMISSIONS[this.#seams.kind] as PermissionName;
      const permission = await navigator.permissions.query({ name });
      permission.onchange = () => {
        if (permission.state === "granted" && this.phase.value === "denied") void this.open();
      };
    } catch {
      // Then a reload, or another tap on the button, asks again.
    }
  }
}

class Insecure extends Error {}

function nameOf(error: unknown): string {
  return error instanceof DOMException ? error.name : "";
}
