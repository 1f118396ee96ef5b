/** The operator's ears and words for what the expert asks of the probe. */

import { signal } from "@preact/signals";
import type { Suggestion } from "../core/probe";
import { LANGUAGES, type Language, languageFor, spokenWords } from "../core/probe-words";
import { remember, remembered } from "./preferences";
import { Speech } from "./speech";

export class Guidance {
  readonly language = signal<Language>(chosen());
  readonly aloud = signal(remembered("aloud") !== "no");
  readonly #speech = new Speech();

  /** This device has a voice of its own for the language. */
  get hasVoice(): boolean {
    return this.#speech.speaks(this.language.value);
  }

  choose(language: Language): void {
    this.language.value = language;
    remember("language", language);
  }

  speakAloud(aloud: boolean): void {
    this.aloud.value = aloud;
    remember("aloud", aloud ? "yes" : "no");
    if (!aloud) this.#speech.hush();
  }

  say(suggestion: Suggestion): void {
    const language = this.language.value;
    if (this.aloud.value) this.#speech.say(spokenWords(suggestion, language), language);
  }

  hush(): void {
    this.#speech.hush();
  }
}

function chosen(): Language {
  const before = remembered("language");
  return LANGUAGES.find((language) => language === before) ?? languageFor(navigator.languages);
}
