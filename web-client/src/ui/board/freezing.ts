import { batch, computed, effect, signal } from "@preact/signals";
import type { Extent } from "../../core/letterbox";
import { isSameFrame } from "../../core/marks";
import type { Room } from "../../net/room";

/** What the picture's place shows. */
export type View =
  | { kind: "live" }
  /** `capturedNs` is the frame that is held; others go on. */
  | { kind: "own"; sinceMs: number; capturedNs: bigint | undefined }
  /** `still` is empty until the node has named it. */
  | { kind: "together"; still: string; by: string; capturedNs: bigint };

/** What the canvas in front of the video holds. */
export type Held = "nothing" | "frame" | "still";

/** Older frames are in no ring any more: they can't be frozen together, ns. */
const RING_NS = 1_500_000_000n;

const LIVE: View = { kind: "live" };

/** Freezing for oneself and together, and the canvas that holds the frozen picture. */
export class Freezing {
  readonly held = signal<Held>("nothing");
  readonly canvas = document.createElement("canvas");
  /** Of the canvas, while it holds something. */
  readonly size = signal<Extent | undefined>(undefined);
  readonly view = computed<View>(() => {
    const freeze = this.#room.consult.log.value?.freeze;
    if (!freeze) return this.#own.value ?? LIVE;
    const { still, by } = freeze;
    return { kind: "together", still, by, capturedNs: BigInt(freeze.captured_at_ns) };
  });
  /** Said when no lossless still will come. */
  readonly failure = computed(() => {
    const view = this.view.value;
    const still = this.#room.consult.stills.newest.value;
    if (view.kind !== "together" || still?.state !== "failed") return "";
    return still.id === view.still ? still.message : "";
  });
  /** What may be frozen together now: the frame that is looked at, unless it is too old for that. */
  readonly canShare = computed(() => {
    const view = this.view.value;
    if (view.kind !== "own") return true;
    const nowNs = this.#room.shownCapturedNs.value;
    return view.capturedNs !== undefined && nowNs !== undefined
      ? nowNs - view.capturedNs < RING_NS
      : false;
  });

  readonly #room: Room;
  readonly #own = signal<Extract<View, { kind: "own" }> | undefined>(undefined);
  /** Whose freeze the canvas holds a frame of. */
  #heldNs: bigint | undefined;

  constructor(room: Room) {
    this.#room = room;
    effect(() => this.#follow(this.view.value));
    effect(() => this.#sharpen(this.view.value));
  }

  /** "Freeze for me" and on again; a freeze of everybody's isn't one's own to end like that. */
  toggle(): void {
    const { kind } = this.view.value;
    if (kind === "own") this.goOn();
    if (kind !== "live") return;
    const capturedNs = this.#room.shownCapturedNs.value;
    if (!this.#holdFrame(capturedNs)) return;
    this.#own.value = { kind: "own", sinceMs: performance.now(), capturedNs };
  }

  together(): void {
    const view = this.view.value;
    if (view.kind === "together") {
      this.goOn();
      return;
    }
    if (!this.canShare.value) return;
    const capturedNs = view.kind === "own" ? view.capturedNs : this.#room.shownCapturedNs.value;
    if (capturedNs === undefined) return;
    if (view.kind === "live") this.#holdFrame(capturedNs);
    const captured_at_ns = String(capturedNs);
    batch(() => {
      const id = this.#room.consult.ask({ type: "freeze", captured_at_ns });
      if (id) this.#own.value = undefined;
    });
  }

  goOn(): void {
    if (this.view.value.kind === "together") this.#room.consult.ask({ type: "unfreeze" });
    this.#own.value = undefined;
  }

  /** Holds one's own nearest frame of a freeze that begins, and lets go when it ends. */
  #follow(view: View): void {
    if (view.kind === "live") {
      this.#letGo();
      return;
    }
    if (view.kind === "own" || this.#holds(view.capturedNs)) return;
    this.#letGo();
    this.#own.value = undefined;
    const shownNs = this.#room.shownCapturedNs.peek();
    const isNear = shownNs !== undefined && shownNs - view.capturedNs < RING_NS;
    if (isNear) this.#holdFrame(view.capturedNs);
  }

  /** Puts the lossless still in the place of the video's frame. */
  #sharpen(view: View): void {
    const still = this.#room.consult.stills.newest.value;
    if (view.kind !== "together" || still?.state !== "ready" || still.id !== view.still) return;
    if (this.held.peek() === "still" && this.#holds(view.capturedNs)) return;
    this.#paint(still.picture, still.picture);
    this.#heldNs = view.capturedNs;
    this.held.value = "still";
  }

  #holds(capturedNs: bigint): boolean {
    return this.#heldNs !== undefined && isSameFrame(this.#heldNs, capturedNs);
  }

  #holdFrame(capturedNs: bigint | undefined): boolean {
    const video = this.#room.video.peek();
    if (!video || video.videoWidth === 0) return false;
    this.#paint(video, { width: video.videoWidth, height: video.videoHeight });
    this.#heldNs = capturedNs;
    this.held.value = "frame";
    return true;
  }

  #paint(picture: CanvasImageSource, { width, height }: Extent): void {
    this.canvas.width = width;
    this.canvas.height = height;
    this.canvas.getContext("2d")?.drawImage(picture, 0, 0, width, height);
    this.size.value = { width, height };
  }

  #letGo(): void {
    this.#heldNs = undefined;
    this.held.value = "nothing";
    this.size.value = undefined;
    this.canvas.width = this.canvas.height = 0;
  }
}
