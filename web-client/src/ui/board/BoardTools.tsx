import { useEffect, useState } from "preact/hooks";
import { TOOLS, type Tool } from "../../core/tools";
import type { Room } from "../../net/room";
import { Icon, type IconName } from "../icons";
import { type Desk, deskOf } from "./desk";

const ICONS: Record<Tool, IconName> = {
  pointer: "pointer",
  laser: "laser",
  pen: "pen",
  arrow: "arrow",
  ellipse: "ellipse",
  label: "label",
  caliper: "caliper",
  mark: "bookmark",
};

/** The tools, in a column beside the picture or a row under it. */
export function BoardTools({ room }: { room: Room }) {
  const desk = deskOf(room);
  const blocked = desk.obstacle.value !== "";
  return (
    <section class="tools" aria-label="Drawing tools" data-testid="tools">
      {TOOLS.map(({ tool, name, key, how }) => (
        <button
          key={tool}
          type="button"
          class="btn icon"
          aria-label={name}
          aria-pressed={desk.tool.value === tool}
          title={`${name} (${key.toUpperCase()}): ${how}`}
          disabled={blocked}
          onClick={() => desk.choose(tool)}
        >
          <Icon name={ICONS[tool]} />
          <span class="named">{name}</span>
        </button>
      ))}
      <hr />
      <button
        type="button"
        class="btn icon"
        aria-label="Undo"
        title="Undo your last mark (U)"
        disabled={blocked}
        onClick={() => desk.undo()}
      >
        <Icon name="undo" />
        <span class="named">Undo</span>
      </button>
      <Clear desk={desk} disabled={blocked} />
    </section>
  );
}

const ASK_FOR_MS = 5_000;

/** One's own marks go at once; everybody's only after a second press. */
function Clear({ desk, disabled }: { desk: Desk; disabled: boolean }) {
  const [asking, setAsking] = useState(false);
  useEffect(() => {
    if (!asking) return undefined;
    const timer = setTimeout(() => setAsking(false), ASK_FOR_MS);
    return () => clearTimeout(timer);
  }, [asking]);
  const clear = (scope: "mine" | "all") => {
    setAsking(false);
    desk.clear(scope);
  };
  return (
    <>
      <button
        type="button"
        class="btn icon"
        aria-label="Clear mine"
        title="Clear my marks"
        disabled={disabled}
        onClick={() => clear("mine")}
      >
        <Icon name="trash" />
        <span class="named">Clear mine</span>
      </button>
      {desk.mayClearAll.value && (
        <button
          type="button"
          class={`btn clear-all ${asking ? "danger" : "quiet"}`}
          title="Clear everybody’s marks"
          disabled={disabled}
          onClick={() => (asking ? clear("all") : setAsking(true))}
        >
          {asking ? "Sure?" : "Clear all"}
          <span class="unseen"> marks, everybody’s</span>
        </button>
      )}
    </>
  );
}

/** Said over the picture while calipers can draw a line but know no length. */
export function ScaleHint({ desk }: { desk: Desk }) {
  const isScaled = desk.room.source.value?.mm_per_pixel != null;
  if (desk.tool.value !== "caliper" || isScaled || desk.obstacle.value) return null;
  return (
    <p class="tool-hint" role="status" data-testid="scale-hint">
      No millimetres: this source has no scale yet. It is set together with the mask.
    </p>
  );
}
