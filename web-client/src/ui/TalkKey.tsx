import { useLayoutEffect, useState } from "preact/hooks";
import type { Voice } from "../net/voice";

const NEVER = ["escape", "tab", "enter", "shift", "control", "alt", "meta", " "];

export function keyCap(key: string): string {
  return key.length === 1 ? key.toUpperCase() : key.charAt(0).toUpperCase() + key.slice(1);
}

/** Which key one talks with: a foot pedal sends one like a keyboard. */
export function TalkKey({ voice }: { voice: Voice }) {
  const [listening, setListening] = useState(false);

  useLayoutEffect(() => {
    if (!listening) return undefined;
    const onKey = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      if (key !== "escape" && NEVER.includes(key)) return;
      // Neither the page's own action of this key nor the dialog's.
      event.preventDefault();
      event.stopImmediatePropagation();
      setListening(false);
      if (key !== "escape") voice.chooseTalkKey(key);
    };
    addEventListener("keydown", onKey, { capture: true });
    return () => removeEventListener("keydown", onKey, { capture: true });
  }, [listening, voice]);

  return (
    <div class="talk-key">
      <p>
        Push to talk: hold <kbd>{keyCap(voice.talkKey.value)}</kbd>
      </p>
      <button
        type="button"
        class="btn"
        aria-pressed={listening}
        onClick={() => setListening(!listening)}
      >
        {listening ? "Press a key or the pedal" : "Another key or pedal"}
      </button>
    </div>
  );
}
