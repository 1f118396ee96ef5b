/** How loud a microphone is, for people who look at it. */

const FLOOR_DB = -60;
/** As loud as somebody who speaks close to the microphone. */
const SPEECH_LEVEL = 0.4;
const HEARD_AFTER_MS = 400;
const FALL_PER_S = 1.6;

/** 0 (silence, −60 dB of full scale) to 1 (full scale) of samples between −1 and 1. */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  if (rms <= 0) return 0;
  return Math.min(1, Math.max(0, 1 - (20 * Math.log10(rms)) / FLOOR_DB));
}

/** Rises at once and falls slowly, so that a syllable can be seen. */
export function settle(shown: number, level: number, elapsedMs: number): number {
  return Math.max(level, shown - (FALL_PER_S * elapsedMs) / 1_000, 0);
}

export function isSpeech(level: number): boolean {
  return level >= SPEECH_LEVEL;
}

/** True once speech was loud enough for long enough: a click or a bump isn't a voice. */
export class HeardWatch {
  #loudMs = 0;

  add(level: number, elapsedMs: number): boolean {
    if (isSpeech(level)) this.#loudMs += elapsedMs;
    return this.heard;
  }

  get heard(): boolean {
    return this.#loudMs >= HEARD_AFTER_MS;
  }

  reset(): void {
    this.#loudMs = 0;
  }
}
