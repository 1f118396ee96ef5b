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

  it("name a side only as the patient's", () => {
    for (const language of LANGUAGES) {
      const { toward_patients_right, toward_patients_left, ...others } =
        PROBE_WORDS[language].directions;
      const { ends: _, ...words } = PROBE_WORDS[language];
      expect(JSON.stringify({ ...words, directions: others })).not.toMatch(SIDES);
      expect(toward_patients_right).toMatch(/pa[tz]ien|pacien/i);
      expect(toward_patients_left).toMatch(/pa[tz]ien|pacien/i);
    }
  });

  it("say which end of the probe moves where it tilts", () => {
    const fan = { move: "fan", direction: "toward_head", amount: "moderate" } as const;
    expect(LANGUAGES.map((language) => spokenWords(fan, language))).toEqual([
      "Fan: handle toward the patient’s head",
      "Fächern: Griff zum Kopf des Patienten",
      "Inclinez en éventail\u00a0: manche vers la tête du patient",
      "Incline en abanico: mango hacia la cabeza del paciente",
      "Inclinare a ventaglio: impugnatura verso la testa del paziente",
      "Incline em leque: punho na direção da cabeça do paciente",
    ]);
    const rock = { move: "rock", direction: "toward_marker", amount: "a_lot" } as const;
    expect(spokenWords(rock, "de")).toBe("Kippen: Griff zum Marker, deutlich");
  });

  it("ask for firm pressure in words that mean pressure", () => {
    const press = { move: "compress", direction: "more", amount: "a_lot" } as const;
    expect(spokenWords(press, "de")).toBe("Fester drücken, deutlich");
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
