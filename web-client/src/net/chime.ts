/** Short sounds that this page makes itself: a knock, and a ring until it is answered. */

import { signal } from "@preact/signals";

interface Tone {
  hz: number;
  atS: number;
  lengthS: number;
}

const KNOCK: readonly Tone[] = [
  { hz: 220, atS: 0, lengthS: 0.09 },
  { hz: 220, atS: 0.2, lengthS: 0.09 },
];
const RING: readonly Tone[] = [
  { hz: 659, atS: 0, lengthS: 0.35 },
  { hz: 880, atS: 0.22, lengthS: 0.45 },
  { hz: 659, atS: 0.9, lengthS: 0.35 },
  { hz: 880, atS: 1.12, lengthS: 0.45 },
];
const RING_EVERY_MS = 3_000;
const GAIN = 0.2;

/**
 * Browsers give sound to a page that was tapped, and some take it away again after a phone call;
 * without it everything is silent. Lives as long as its page.
 */
export class Chime {
  /** What is played now is heard. */
  readonly audible = signal(false);
  readonly #context = new AudioContext();
  #ringing: ReturnType<typeof setInterval> | undefined;

  constructor() {
    const look = () => {
      this.audible.value = this.#context.state === "running";
    };
    look();
    this.#context.addEventListener("statechange", look);
    addEventListener("pointerup", () => this.unlock());
    addEventListener("keydown", () => this.unlock());
  }

  /** From a tap. */
  unlock(): void {
    if (this.#context.state !== "running") void this.#context.resume();
  }

  knock(): void {
    this.#play(KNOCK);
  }

  /** Goes on until `false`. */
  ring(on: boolean): void {
    if (on === (this.#ringing !== undefined)) return;
    clearInterval(this.#ringing);
    this.#ringing = undefined;
    if (!on) return;
    this.#play(RING);
    this.#ringing = setInterval(() => this.#play(RING), RING_EVERY_MS);
  }

  #play(tones: readonly Tone[]): void {
    const context = this.#context;
    if (context.state !== "running") return;
    for (const { hz, atS, lengthS } of tones) {
      const startS = context.currentTime + atS;
      const oscillator = new OscillatorNode(context, { frequency: hz, type: "triangle" });
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.setValueAtTime(GAIN, startS);
      gain.gain.exponentialRampToValueAtTime(0.001, startS + lengthS);
      oscillator.connect(gain).connect(context.destination);
      oscillator.start(startS);
      oscillator.stop(startS + lengthS);
    }
  }
}
