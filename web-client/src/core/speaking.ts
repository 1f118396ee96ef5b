/** Which of the device's voices speaks a language. */

export interface Speaker {
  lang: string;
  localService: boolean;
  default: boolean;
}

/**
 * A voice on this device, or none: a remote one would send what is asked of the hand to somebody
 * else's server. The region of the browser's own language is preferred, then the device's default.
 */
export function speakerFor<Voice extends Speaker>(
  voices: readonly Voice[],
  language: string,
  preferred: readonly string[],
): Voice | undefined {
  const base = (tag: string) => tag.toLowerCase().split(/[-_]/)[0];
  const local = voices.filter((voice) => voice.localService && base(voice.lang) === language);
  const region = preferred.find((tag) => base(tag) === language)?.toLowerCase();
  return (
    local.find((voice) => voice.lang.toLowerCase().replace("_", "-") === region) ??
    local.find((voice) => voice.default) ??
    local[0]
  );
}
