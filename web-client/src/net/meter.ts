/** The level of a microphone, several times a second. */

import { signal } from "@preact/signals";
import { levelOf, settle } from "../core/level";

const INTERVAL_MS = 50;
const FFT_SIZE = 1_024;

export class Meter {
  /** 0 to 1; see `core/level.ts`. */
  readonly level = signal(0);
  readonly #onLevel: (level: number, elapsedMs: number) => void;
  #context: AudioContext | undefined;
  #stop: (() => void) | undefined;

  constructor(onLevel: (level: number, elapsedMs: number) => void = () => {}) {
    this.#onLevel = onLevel;
  }

  /** Reads a copy of the track, so that a muted microphone can be seen to hear. */
  read(track: MediaStreamTrack | undefined): void {
    this.#stop?.();
    this.#stop = undefined;
    this.level.value = 0;
    if (!track || typeof AudioContext === "undefined") return;
    this.#context ??= new AudioContext();
    this.#stop = this.#start(this.#context, track.clone());
  }

  #start(context: AudioContext, track: MediaStreamTrack): () => void {
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const analyser = new AnalyserNode(context, { fftSize: FFT_SIZE });
    source.connect(analyser);
    const samples = new Float32Array(FFT_SIZE);
    let readAtMs = performance.now();
    const timer = setInterval(() => {
      // Before the first tap, and after a call on a phone, it waits to be woken.
      if (context.state !== "running") void context.resume().catch(() => undefined);
      analyser.getFloatTimeDomainData(samples);
      const nowMs = performance.now();
      const level = levelOf(samples);
      this.level.value = settle(this.level.value, level, nowMs - readAtMs);
      this.#onLevel(level, nowMs - readAtMs);
      readAtMs = nowMs;
    }, INTERVAL_MS);
    return () => {
      clearInterval(timer);
      source.disconnect();
      track.stop();
    };
  }
}
