import { computed } from "@preact/signals";
import { markAgeMs } from "../../core/marks";
import type { Mark } from "../../net/messages.gen";
import type { Room } from "../../net/room";
import type { Freezing } from "./freezing";

/** How long ago the marks on the moving picture were drawn. Counts on each second. */
export class Ages {
  readonly #room: Room;
  readonly #freezing: Freezing;
  /** Page clock, ms. */
  readonly #seenAtMs = new WeakMap<Mark, number>();
  /** Page clock, s; on a picture that one holds for oneself no time passes. */
  readonly #nowS = computed(() => {
    const view = this.#freezing.view.value;
    return Math.floor((view.kind === "own" ? view.sinceMs : this.#room.nowMs.value) / 1_000);
  });

  constructor(room: Room, freezing: Freezing) {
    this.#room = room;
    this.#freezing = freezing;
  }

  /** 0 for a mark on a still, which doesn't move on. */
  ageMs(mark: Mark): number {
    if (mark.still !== "") return 0;
    const nowMs = this.#nowS.value * 1_000;
    const seenAtMs = this.#seenAtMs.get(mark) ?? nowMs;
    this.#seenAtMs.set(mark, seenAtMs);
    const view = this.#freezing.view.value;
    const shownNs = view.kind === "own" ? view.capturedNs : this.#room.shownCapturedNs.peek();
    return markAgeMs(mark.captured_at_ns, shownNs, nowMs - seenAtMs);
  }
}
