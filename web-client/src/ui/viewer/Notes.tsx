import { useState } from "preact/hooks";

const KEY = "sonopair.notes.";

/** An observer's own notes: they stay in this tab and end with it. */
export function Notes({ room }: { room: string }) {
  const [text, setText] = useState(() => read(room));
  const change = (value: string) => {
    setText(value);
    write(room, value);
  };
  return (
    <section>
      <h2 class="eyebrow" id="notes-title">
        Notes
      </h2>
      <textarea
        class="notes"
        rows={5}
        aria-labelledby="notes-title"
        aria-describedby="notes-private"
        value={text}
        onInput={(event) => change(event.currentTarget.value)}
      />
      <p class="advice" id="notes-private">
        Only for you: they stay in this tab and are gone when it closes. Write no names.
      </p>
    </section>
  );
}

function read(room: string): string {
  try {
    return sessionStorage.getItem(KEY + room) ?? "";
  } catch {
    return "";
  }
}

function write(room: string, text: string): void {
  try {
    sessionStorage.setItem(KEY + room, text);
  } catch {
    // Storage may be switched off; the notes then last until the page is left.
  }
}
