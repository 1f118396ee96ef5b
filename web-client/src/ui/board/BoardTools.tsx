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
    <div class="tools" role="toolbar" aria-label="Drawing tools" data-testid="tools">
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
      </button>
      <Clear desk={desk} disabled={blocked} />
    </div>
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
        aria-label="Clear my marks"
        title="Clear my marks"
        disabled={disabled}
        onClick={() => clear("mine")}
      >
        <Icon name="trash" />
      </button>
      {desk.mayClearAll.value && (
        <button
          type="button"
          class={`btn clear-all ${asking ? "danger" : "quiet"}`}
          title="Clear everybody’s marks"
          aria-label={asking ? "Clear everybody’s marks now" : "Clear everybody’s marks"}
          disabled={disabled}
          onClick={() => (asking ? clear("all") : setAsking(true))}
        >
          {asking ? "Sure?" : "Clear all"}
        </button>
      )}
    </>
  );
}

/** Under the picture: what the chosen tool does, or why nothing can be drawn. */
export function ToolHint({ room }: { room: Room }) {
  const desk = deskOf(room);
  const words = hint(desk);
  if (!words) return null;
  return (
    <p class="tool-hint" role="status" data-testid="tool-hint">
      {words}
    </p>
  );
}

function hint(desk: Desk): string {
  if (!desk.isActive) return "";
  if (desk.obstacle.value) return desk.obstacle.value;
  const tool = desk.tool.value;
  const scaled = desk.room.source.value?.mm_per_pixel != null;
  if (tool === "caliper" && !scaled) {
    return "No millimetres: this source has no scale yet. It is set with the mask.";
  }
  return TOOLS.find((facts) => facts.tool === tool)?.how ?? "";
}
