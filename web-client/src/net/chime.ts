/** Short sounds that this page makes itself: a knock, and a ring until it is answered. */

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

/** Browsers give sound only to a page that was tapped; before that everything is silent. */
export class Chime {
  #context: AudioContext | undefined;
  #ringing: ReturnType<typeof setInterval> | undefined;

  constructor() {
    addEventListener("pointerup", () => this.unlock(), { once: true });
    addEventListener("keydown", () => this.unlock(), { once: true });
  }

  /** From a tap. */
  unlock(): void {
    this.#context ??= new AudioContext();
    void this.#context.resume();
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
    if (context?.state !== "running") return;
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
