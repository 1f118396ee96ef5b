import { useLayoutEffect, useRef } from "preact/hooks";
import { toScreen } from "../../core/geometry";
import type { Box, Point } from "../../core/letterbox";
import type { Desk } from "./desk";

/** As the wire allows. */
const MAX_TEXT = 60;
const WIDTH_PX = 260;

/** The words of a label, typed where it will stand. Enter keeps it, Escape gives it up. */
export function LabelEntry({ desk, box, at }: { desk: Desk; box: Box; at: Point }) {
  const input = useRef<HTMLInputElement>(null);
  const place = toScreen(at, box);
  const right = box.x + box.width;
  useLayoutEffect(() => input.current?.focus(), []);
  return (
    <form
      class="label-entry"
      style={{ left: `${Math.max(4, Math.min(place.x, right - WIDTH_PX))}px`, top: `${place.y}px` }}
      onSubmit={(event) => {
        event.preventDefault();
        desk.write(input.current?.value ?? "");
      }}
    >
      <input
        ref={input}
        aria-label="Label"
        placeholder="Label, never a name"
        maxLength={MAX_TEXT}
        autocomplete="off"
        enterkeyhint="done"
        onKeyDown={(event) => {
          if (event.key === "Escape") desk.cancel();
        }}
      />
      <button type="submit" class="btn primary">
        Put
      </button>
    </form>
  );
}
