import { useLayoutEffect, useMemo } from "preact/hooks";
import { headline, sentence } from "../../core/format";
import { Icon } from "../icons";
import { Notice } from "../Notice";
import { Canvas } from "./Canvas";
import { Confirm } from "./Confirm";
import { Drawing } from "./drawing";
import type { Editor } from "./editor";
import { chooseTool, Toolbar } from "./Toolbar";

export function SetupPage({ editor }: { editor: Editor }) {
  const phase = editor.phase.value;
  if (phase === "drawing") return <Drawer editor={editor} />;
  return (
    <main class="page-notice">
      {phase === "opening" && <Notice level={1} icon="busy" title="Freezing a picture" />}
      {phase === "closed" && <Closed editor={editor} />}
      {phase === "confirmed" && (
        <Notice level={1} icon="check" tone="accent" title="The mask is in force">
          <p>
            Only what you marked leaves this machine. You can close this tab and go back to the
            cart.
          </p>
        </Notice>
      )}
    </main>
  );
}

function Closed({ editor }: { editor: Editor }) {
  const problem = editor.problem.value;
  const expired = problem?.code === "client.unreachable" || problem?.code.startsWith("setup.token");
  return (
    <Notice
      level={1}
      icon="alert"
      tone="warn"
      title={expired ? "This set-up page is closed" : headline(problem?.message ?? "No picture")}
      code={problem?.code ?? ""}
      actions={
        <button type="button" class="btn" onClick={() => location.reload()}>
          Try again
        </button>
      }
    >
      <p>
        {(!expired && sentence(problem?.fix ?? "")) ||
          "For safety it closes after a while. In the cart, choose “Mask” to open a new one, on the machine with the capture card."}
      </p>
    </Notice>
  );
}

function Drawer({ editor }: { editor: Editor }) {
  const drawing = useMemo(() => new Drawing(editor), [editor]);
  useDrawingKeys(editor, drawing);
  return (
    <div class="setup">
      <header>
        <h1>
          <Icon name="sonopair" />
          What may leave this scanner?
        </h1>
        <div class="actions">
          <button
            type="button"
            class="btn"
            disabled={editor.busy.value || editor.looking.value !== undefined}
            title="Propose (L)"
            onClick={() => void editor.propose()}
          >
            <Icon name="eye" />
            Propose
          </button>
          <button
            type="button"
            class="btn"
            disabled={editor.busy.value}
            onClick={() => void editor.freeze()}
          >
            <Icon name="camera" />
            Freeze a new picture
          </button>
        </div>
      </header>
      <main>
        <Canvas editor={editor} drawing={drawing} />
        {editor.looking.value === undefined ? (
          <Hint editor={editor} drawing={drawing} />
        ) : (
          <Looking editor={editor} share={editor.looking.value} />
        )}
        <Toolbar editor={editor} drawing={drawing} />
      </main>
      <aside aria-label="Confirm the mask">
        <Confirm editor={editor} />
      </aside>
    </div>
  );
}

function Hint({ editor, drawing }: { editor: Editor; drawing: Drawing }) {
  const corners = drawing.corners.value.length;
  return (
    <div class="hint-bar" role="status">
      <span>{hintOf(editor, corners)}</span>
      {corners > 3 && (
        <button type="button" class="btn primary" onClick={() => drawing.finish()}>
          Finish the shape
        </button>
      )}
    </div>
  );
}

function Looking({ editor, share }: { editor: Editor; share: number }) {
  return (
    <div class="hint-bar">
      <progress value={share} max={1} aria-label="Looking for the ultrasound picture" />
      <span role="status">
        Looking for the ultrasound picture: hold the probe to somebody and <b>move it</b>.
      </span>
      <button type="button" class="btn" onClick={() => editor.stopLooking()}>
        Draw by hand
      </button>
    </div>
  );
}

function hintOf(editor: Editor, corners: number): string {
  if (editor.preview.value) return "This is what the others see. Edges may lose one more pixel.";
  switch (editor.tool.value) {
    case "rect":
      return "Drag over the ultrasound picture, or tap two opposite corners.";
    case "polygon":
      return corners > 0
        ? "Tap the next corner; tap the first one again to finish."
        : "Tap the corners of the ultrasound picture, one after the other.";
    case "select":
      return editor.regions.value.length > 0
        ? "Drag an area or its dots. Arrow keys move what is focused."
        : "Nothing is marked: choose Rectangle or Polygon.";
  }
}

function useDrawingKeys(editor: Editor, drawing: Drawing): void {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLInputElement && event.target.type === "text") return;
      const key = event.key.toLowerCase();
      const command = event.ctrlKey || event.metaKey;
      if (command && key === "z") return event.shiftKey ? editor.redo() : editor.undo();
      if (command && key === "y") return editor.redo();
      if (command || event.altKey) return;
      if (key === "l" && !editor.busy.value) void editor.propose();
      if (key === "v") chooseTool(editor, drawing, "select");
      if (key === "r") chooseTool(editor, drawing, "rect");
      if (key === "p") chooseTool(editor, drawing, "polygon");
      if (key === "enter" && drawing.active) drawing.finish();
      if (key === "escape") drawing.cancel();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [editor, drawing]);
}
