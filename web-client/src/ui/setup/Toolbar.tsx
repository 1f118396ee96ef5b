import { Icon, type IconName } from "../icons";
import type { Drawing } from "./drawing";
import type { Editor, Tool } from "./editor";

const TOOLS: readonly { tool: Tool; icon: IconName; label: string; cap: string }[] = [
  { tool: "select", icon: "pointer", label: "Adjust", cap: "V" },
  { tool: "rect", icon: "rectangle", label: "Rectangle", cap: "R" },
  { tool: "polygon", icon: "polygon", label: "Polygon", cap: "P" },
];

export function chooseTool(editor: Editor, drawing: Drawing, tool: Tool): void {
  drawing.cancel();
  editor.preview.value = false;
  editor.tool.value = tool;
}

export function Toolbar({ editor, drawing }: { editor: Editor; drawing: Drawing }) {
  const { past, future } = editor.history.value;
  const selected = editor.selected.value;
  return (
    <div class="toolbar" role="toolbar" aria-label="Drawing">
      {TOOLS.map(({ tool, icon, label, cap }) => (
        <button
          key={tool}
          type="button"
          class="tool"
          aria-pressed={editor.tool.value === tool}
          title={`${label} (${cap})`}
          onClick={(event) => {
            chooseTool(editor, drawing, tool);
            // Pressed with the keyboard: there is no pointer to draw with.
            if (event.detail === 0 && tool !== "select") editor.addInTheMiddle(tool);
          }}
        >
          <Icon name={icon} />
          {label}
        </button>
      ))}
      <span class="gap" />
      <Action icon="undo" label="Undo" off={past.length === 0} run={() => editor.undo()} />
      <Action icon="redo" label="Redo" off={future.length === 0} run={() => editor.redo()} />
      <Action
        icon="trash"
        label="Delete"
        off={selected === undefined}
        run={() => selected !== undefined && editor.remove(selected)}
      />
      <span class="gap" />
      <button
        type="button"
        class="tool"
        aria-pressed={editor.preview.value}
        onClick={() => {
          drawing.cancel();
          editor.preview.value = !editor.preview.value;
        }}
      >
        <Icon name="eye" />
        Preview
      </button>
    </div>
  );
}

function Action(props: { icon: IconName; label: string; off: boolean; run: () => void }) {
  return (
    <button type="button" class="tool" disabled={props.off} onClick={props.run}>
      <Icon name={props.icon} />
      {props.label}
    </button>
  );
}
