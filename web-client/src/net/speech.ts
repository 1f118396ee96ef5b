/** Speech from voices on this device; a text never leaves it. */

import { signal } from "@preact/signals";
import { speakerFor } from "../core/speaking";

const RATE = 0.95;

export class Speech {
  readonly #voices = signal<readonly SpeechSynthesisVoice[]>([]);

  constructor() {
    if (!("speechSynthesis" in globalThis)) return;
    const load = () => {
      this.#voices.value = speechSynthesis.getVoices();
    };
    load();
    speechSynthesis.addEventListener?.("voiceschanged", load);
    addEventListener("pointerup", unlock, { once: true });
  }

  speaks(language: string): boolean {
    return this.#voice(language) !== undefined;
  }

  /** In place of what is being said. Silent where the device has no voice for the language. */
  say(text: string, language: string): void {
    const voice = this.#voice(language);
    if (!voice) return;
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.voice = voice;
    utterance.lang = voice.lang;
    utterance.rate = RATE;
    speechSynthesis.cancel();
    speechSynthesis.speak(utterance);
  }

  hush(): void {
    if ("speechSynthesis" in globalThis) speechSynthesis.cancel();
  }

  #voice(language: string): SpeechSynthesisVoice | undefined {
    return speakerFor(this.#voices.value, language, navigator.languages);
  }
}

/** iOS speaks only once a tap has made it speak. */
function unlock(): void {
  speechSynthesis.speak(new SpeechSynthesisUtterance(""));
}
