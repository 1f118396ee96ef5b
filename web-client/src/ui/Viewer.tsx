import { useMemo, useRef, useState } from "preact/hooks";
import type { Room } from "../net/room";
import { Figures } from "./Figures";
import { Icon } from "./icons";
import { type KeyAction, Keys, toggleDialog, useKeys } from "./Keys";
import { Faces, peopleOf, Roster } from "./People";
import { Stage } from "./Stage";
import { StageNotice } from "./StageNotice";
import { Toast } from "./Toast";

const WORDS = {
  expert: { role: "Expert", note: "" },
  observer: {
    role: "Observer",
    note: "You watch only: nothing you do here is seen or heard by the others.",
  },
} as const;

export type ViewerRole = keyof typeof WORDS;

/** The expert's and the observer's page: the picture takes the screen. */
export function Viewer({ room, as }: { room: Room; as: ViewerRole }) {
  const [drawer, setDrawer] = useState(startsWithDrawer());
  const keys = useRef<HTMLDialogElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const actions = useMemo<KeyAction[]>(
    () => [
      {
        key: "i",
        cap: "I",
        does: "People and line figures",
        run: () => setDrawer((open) => !open),
      },
      { key: "f", cap: "F", does: "Full screen", run: () => toggleFullscreen(body.current) },
      { key: "?", cap: "?", does: "This list", run: () => toggleDialog(keys.current) },
    ],
    [],
  );
  useKeys(actions);
  return (
    <div class="viewer">
      <header class="bar">
        <h1>
          <Icon name="sonopair" />
          <span class="name">{room.seat.room}</span>
          <span class="role">{WORDS[as].role}</span>
        </h1>
        <span class="grow" />
        <Faces people={peopleOf(room)} />
        <BarButtons
          drawer={drawer}
          onDrawer={() => setDrawer(!drawer)}
          onKeys={() => toggleDialog(keys.current)}
          onFullscreen={() => toggleFullscreen(body.current)}
        />
      </header>
      <div class="body" ref={body} data-drawer={drawer ? "open" : "closed"}>
        <Stage room={room}>
          <StageNotice room={room} />
        </Stage>
        {drawer && <Drawer room={room} note={WORDS[as].note} onClose={() => setDrawer(false)} />}
      </div>
      <Toast room={room} />
      <Keys actions={actions} dialog={keys} />
    </div>
  );
}

function BarButtons(props: {
  drawer: boolean;
  onDrawer: () => void;
  onKeys: () => void;
  onFullscreen: () => void;
}) {
  return (
    <>
      <button
        type="button"
        class="btn icon"
        aria-label="People and line figures"
        title="People and line figures (I)"
        aria-pressed={props.drawer}
        onClick={props.onDrawer}
      >
        <Icon name="pulse" />
      </button>
      {document.fullscreenEnabled && (
        <button
          type="button"
          class="btn icon"
          aria-label="Full screen"
          title="Full screen (F)"
          onClick={props.onFullscreen}
        >
          <Icon name="expand" />
        </button>
      )}
      {hasKeyboard() && (
        <button
          type="button"
          class="btn icon"
          aria-label="Keys"
          title="Keys (?)"
          onClick={props.onKeys}
        >
          <Icon name="keyboard" />
        </button>
      )}
    </>
  );
}

function Drawer({ room, note, onClose }: { room: Room; note: string; onClose: () => void }) {
  return (
    <aside class="drawer" aria-label="People and line figures" data-testid="drawer">
      <section>
        <header>
          <h2 class="eyebrow">People</h2>
          <button type="button" class="btn icon" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        <Roster room={room} />
        {note && <p class="advice">{note}</p>}
      </section>
      <section>
        <h2 class="eyebrow">Line</h2>
        <Figures room={room} />
      </section>
    </aside>
  );
}

/** An upright phone has room below the picture; elsewhere the picture has it all. */
function startsWithDrawer(): boolean {
  return matchMedia("(max-width: 720px) and (orientation: portrait)").matches;
}

function hasKeyboard(): boolean {
  return matchMedia("(any-hover: hover)").matches;
}

function toggleFullscreen(element: HTMLElement | null): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void element?.requestFullscreen?.();
}
