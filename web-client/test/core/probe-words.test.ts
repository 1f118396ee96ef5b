import { describe, expect, it } from "vitest";
import { AMOUNTS, DIRECTIONS, PROBE_MOVES } from "../../src/core/probe";
import { LANGUAGES, languageFor, PROBE_WORDS, spokenWords } from "../../src/core/probe-words";

/** Words for left and right: these depend on who looks. */
const SIDES =
  /\b(left|right|links|rechts|gauche|droite|izquierda|derecha|sinistra|destra|esquerda|direita)\b/i;

describe("probe words", () => {
  it("say every suggestion differently in every language", () => {
    const said = LANGUAGES.flatMap((language) =>
      PROBE_MOVES.flatMap((move) =>
        DIRECTIONS[move].flatMap((direction) =>
          AMOUNTS.map((amount) => spokenWords({ move, direction, amount }, language)),
        ),
      ),
    );
    const each = PROBE_MOVES.reduce((sum, move) => sum + DIRECTIONS[move].length, 0);
    expect(new Set(said).size).toBe(said.length);
    expect(said.length).toBe(LANGUAGES.length * each * AMOUNTS.length);
  });

  it("never name a side", () => {
    for (const language of LANGUAGES) {
      expect(JSON.stringify(PROBE_WORDS[language])).not.toMatch(SIDES);
    }
  });

  it("put the verb where the language has it", () => {
    const suggestion = { move: "slide", direction: "toward_head", amount: "a_little" } as const;
    expect(spokenWords(suggestion, "en")).toBe("Slide toward the patient’s head, a little");
    expect(spokenWords(suggestion, "de")).toBe("Zum Kopf des Patienten schieben, ein wenig");
    expect(spokenWords(suggestion, "fr")).toBe("Glissez vers la tête du patient, un peu");
  });

  it("follow the browser's languages", () => {
    expect(languageFor(["de-AT", "en"])).toBe("de");
    expect(languageFor(["ja", "pt-BR"])).toBe("pt");
    expect(languageFor(["ja"])).toBe("en");
    expect(languageFor([])).toBe("en");
  });
});
