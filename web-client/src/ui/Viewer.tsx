import { useMemo, useRef, useState } from "preact/hooks";
import type { Room } from "../net/room";
import { Figures } from "./Figures";
import { Icon } from "./icons";
import { type KeyAction, Keys, toggleDialog, useKeys } from "./Keys";
import { Faces } from "./People";
import { Recording } from "./Recording";
import { Roster } from "./Roster";
import { Stage } from "./Stage";
import { StageNotice } from "./StageNotice";
import { Toast } from "./Toast";
import { DockButtons } from "./viewer/DockButtons";
import { ViewerLayout } from "./viewer/Layout";

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
  const root = useRef<HTMLDivElement>(null);
  const actions = useMemo<KeyAction[]>(
    () => [
      {
        key: "i",
        cap: "I",
        does: "People and line figures",
        run: () => setDrawer((open) => !open),
      },
      { key: "f", cap: "F", does: "Full screen", run: () => toggleFullscreen(root.current) },
      { key: "?", cap: "?", does: "This list", run: () => toggleDialog(keys.current) },
    ],
    [],
  );
  useKeys(actions);
  return (
    <ViewerLayout
      root={root}
      bar={<Bar room={room} as={as} />}
      stage={
        <Stage room={room}>
          <StageNotice room={room} />
        </Stage>
      }
      side={drawer && <Side room={room} note={WORDS[as].note} onClose={() => setDrawer(false)} />}
      dock={
        <DockButtons
          drawer={drawer}
          onDrawer={() => setDrawer(!drawer)}
          onKeys={() => toggleDialog(keys.current)}
          onFullscreen={() => toggleFullscreen(root.current)}
        />
      }
    >
      <Toast room={room} />
      <Keys actions={actions} dialog={keys} />
    </ViewerLayout>
  );
}

function Bar({ room, as }: { room: Room; as: ViewerRole }) {
  return (
    <>
      <h1>
        <Icon name="sonopair" />
        <span class="name">{room.seat.room}</span>
        <span class="role">{WORDS[as].role}</span>
      </h1>
      <span class="grow" />
      <Faces people={room.people.admitted.value} />
      <Recording />
    </>
  );
}

function Side({ room, note, onClose }: { room: Room; note: string; onClose: () => void }) {
  return (
    <>
      <section>
        <header>
          <h2 class="eyebrow">People</h2>
          <button type="button" class="btn icon" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        <Roster room={room} lead="" speaking={[]} onGiveLead={() => {}} />
        {note && <p class="advice">{note}</p>}
      </section>
      <section>
        <h2 class="eyebrow">Line</h2>
        <Figures room={room} />
      </section>
    </>
  );
}

/** An upright phone has room below the picture; elsewhere the picture has it all. */
function startsWithDrawer(): boolean {
  return matchMedia("(max-width: 720px) and (orientation: portrait)").matches;
}

function toggleFullscreen(element: HTMLElement | null): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void element?.requestFullscreen?.();
}
