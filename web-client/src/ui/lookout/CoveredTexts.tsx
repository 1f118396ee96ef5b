import { useRef } from "preact/hooks";
import { letterbox } from "../../core/letterbox";
import { coveredWords, watchWords } from "../../core/lookout";
import type { Room } from "../../net/room";
import { Icon } from "../icons";
import { useSize } from "../size";
import { askedAbout } from "./decisions";

/** A line around each place that is black because text was found there: it isn't anatomy. */
export function CoveredTexts({ room }: { room: Room }) {
  const ref = useRef<HTMLDivElement>(null);
  const outer = useSize(ref);
  const source = room.source.value;
  const texts = source?.texts ?? [];
  const box = letterbox({ width: source?.width ?? 0, height: source?.height ?? 0 }, outer);
  const asked = askedAbout(room)?.id;
  return (
    <div ref={ref} class="covered-texts" aria-hidden="true">
      <svg width={outer.width} height={outer.height}>
        <title>Covered text</title>
        {texts.map((text) => (
          <rect
            key={text.id}
            class={text.id === asked ? "asked" : ""}
            x={box.x + text.x * box.width}
            y={box.y + text.y * box.height}
            width={text.width * box.width}
            height={text.height * box.height}
            rx={3}
          />
        ))}
      </svg>
    </div>
  );
}

/** Beside the picture's age: that something is covered, or that nothing looks for text. */
export function LookoutChips({ room }: { room: Room }) {
  const source = room.source.value;
  if (source?.mask !== "confirmed") return null;
  const covered = coveredWords(source.texts);
  const watch = watchWords(source.watch);
  return (
    <>
      {covered && (
        <span class="chip warn" role="status" data-testid="covered">
          <Icon name="mask" size={18} />
          {covered}
        </span>
      )}
      {watch && (
        <span class={`chip ${watch.tone}`} role="alert" data-testid="lookout">
          <Icon name="alert" size={18} />
          {watch.words}
        </span>
      )}
    </>
  );
}
