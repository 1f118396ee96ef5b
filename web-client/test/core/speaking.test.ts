import { expect, it } from "vitest";
import { speakerFor } from "../../src/core/speaking";

const voice = (lang: string, localService = true, standard = false) => ({
  lang,
  localService,
  default: standard,
});

it("a remote voice is never taken", () => {
  expect(speakerFor([voice("de-DE", false)], "de", ["de-DE"])).toBeUndefined();
});

it("the region of the browser's language is preferred", () => {
  const british = voice("en-GB");
  expect(speakerFor([voice("en-US", true, true), british], "en", ["en-GB"])).toBe(british);
});

it("then the device's own choice, then any", () => {
  const standard = voice("en_US", true, true);
  expect(speakerFor([voice("en-GB"), standard], "en", ["de"])).toBe(standard);
  const only = voice("fr-CA");
  expect(speakerFor([voice("en-GB"), only], "fr", ["fr-FR"])).toBe(only);
});

it("a language isn't taken for another that begins alike", () => {
  expect(speakerFor([voice("eng-US")], "en", [])).toBeUndefined();
});
