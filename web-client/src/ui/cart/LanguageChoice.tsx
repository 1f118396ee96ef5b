import { LANGUAGES, PROBE_WORDS } from "../../core/probe-words";
import type { Guidance } from "../../net/guidance";
import { Icon } from "../icons";

const EXAMPLE = { move: "slide", direction: "toward_head", amount: "a_little" } as const;

/** In which language the probe pad speaks, and whether it does so aloud. */
export function LanguageChoice({ guidance }: { guidance: Guidance }) {
  const language = guidance.language.value;
  return (
    <section class="setting">
      <h3>Probe pad speaks</h3>
      <fieldset class="choice" aria-label="Language of the probe pad">
        {LANGUAGES.map((each) => (
          <button
            key={each}
            type="button"
            class="btn"
            lang={each}
            aria-pressed={each === language}
            onClick={() => guidance.choose(each)}
          >
            {PROBE_WORDS[each].name}
          </button>
        ))}
      </fieldset>
      {guidance.hasVoice ? (
        <div class="row">
          <button
            type="button"
            class="btn"
            aria-pressed={guidance.aloud.value}
            onClick={() => guidance.speakAloud(!guidance.aloud.value)}
          >
            <Icon name={guidance.aloud.value ? "voice" : "voice_off"} />
            {guidance.aloud.value ? "Aloud" : "Silent"}
          </button>
          <button
            type="button"
            class="btn"
            disabled={!guidance.aloud.value}
            onClick={() => guidance.say(EXAMPLE)}
          >
            Hear an example
          </button>
        </div>
      ) : (
        <p class="soft">
          This device has no voice of its own for {PROBE_WORDS[language].name}, so the pad shows the
          words and stays silent. Voices from the internet are never used.
        </p>
      )}
    </section>
  );
}
