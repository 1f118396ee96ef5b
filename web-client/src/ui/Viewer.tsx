import { useMemo, useRef, useState } from "preact/hooks";
import type { Room } from "../net/room";
import { Board } from "./board/Board";
import { BoardTools } from "./board/BoardTools";
import { FreezeButtons } from "./board/FreezeButtons";
import { boardKeys } from "./board/keys";
import { CaseChip } from "./CaseChip";
import { useChimes } from "./chimes";
import { Ended } from "./Ended";
import { Figures } from "./Figures";
import { InviteButtons } from "./InviteButtons";
import { Icon } from "./icons";
import { type KeyAction, Keys, toggleDialog, useKeys } from "./Keys";
import { Faces } from "./People";
import { ProbePad } from "./probe/ProbePad";
import { Recording } from "./Recording";
import { Roster } from "./Roster";
import { ScannerSound } from "./ScannerSound";
import { SecondView } from "./SecondView";
import { Stage } from "./Stage";
import { StageNotice } from "./StageNotice";
import { Toast } from "./Toast";
import { SoundChips, talkAction, VoiceButton } from "./VoiceButton";
import { Banners, hasBanners } from "./viewer/Banners";
import { DockButtons, drawerWords } from "./viewer/DockButtons";
import { HandButton } from "./viewer/HandButton";
import { ViewerLayout } from "./viewer/Layout";
import { Notes } from "./viewer/Notes";

const WORDS = {
  expert: { role: "Expert", note: "" },
  observer: {
    role: "Observer",
    note: "You watch only: of what you do here, the others see a raised hand and nothing else.",
  },
} as const;

export type ViewerRole = keyof typeof WORDS;

/** The expert's and the observer's page: the picture takes the screen. */
export function Viewer({ room, as }: { room: Room; as: ViewerRole }) {
  const [drawer, setDrawer] = useState(() => startsWithDrawer(as));
  const keys = useRef<HTMLDialogElement>(null);
  const root = useRef<HTMLDivElement>(null);
  const talk = talkAction(room.senses.voice);
  const actions = useMemo<KeyAction[]>(
    () => [
      ...(room.senses.maySpeak ? [talk] : []),
      ...boardKeys(room),
      {
        key: "i",
        cap: "I",
        does: drawerWords(as === "expert"),
        run: () => setDrawer((open) => !open),
      },
      { key: "f", cap: "F", does: "Full screen", run: () => toggleFullscreen(root.current) },
      { key: "?", cap: "?", does: "This list", run: () => toggleDialog(keys.current) },
    ],
    [talk.key],
  );
  const ended = room.session.value?.state === "ended";
  useKeys(actions);
  useChimes(room);
  return (
    <ViewerLayout
      root={root}
      bar={<Bar room={room} as={as} />}
      banner={hasBanners(room) && <Banners room={room} />}
      stage={
        <SecondView room={room}>
          <Stage room={room} overlay={<Board room={room} />} chips={<SoundChips room={room} />}>
            <StageNotice room={room} own={{ ended: <ViewerEnded room={room} /> }} />
          </Stage>
        </SecondView>
      }
      rail={as === "expert" && !ended && <BoardTools room={room} />}
      side={drawer && <Side room={room} as={as} onClose={() => setDrawer(false)} />}
      dock={
        <>
          <VoiceButton room={room} />
          {room.senses.voice.heard.value && <span class="chip">The patient can hear you</span>}
          {!ended && <FreezeButtons room={room} />}
          {as === "observer" && <HandButton room={room} />}
          <ScannerSound room={room} />
          <DockButtons
            room={room}
            drawer={drawer}
            onDrawer={() => setDrawer(!drawer)}
            onKeys={() => toggleDialog(keys.current)}
            onFullscreen={() => toggleFullscreen(root.current)}
          />
        </>
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
      <Faces room={room} />
      <CaseChip room={room} />
      <Recording room={room} />
      <a class="btn quiet leave" aria-label="Leave" href={wayOut(room)}>
        <Icon name="leave" />
        <span>Leave</span>
      </a>
    </>
  );
}

function Side({ room, as, onClose }: { room: Room; as: ViewerRole; onClose: () => void }) {
  return (
    <>
      {as === "expert" && room.session.value?.state !== "ended" && <ProbePad room={room} />}
      <section>
        <header>
          <h2 class="eyebrow">People</h2>
          <button type="button" class="btn icon" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        <Roster room={room} />
        {WORDS[as].note && <p class="advice">{WORDS[as].note}</p>}
        {as === "expert" && <InviteButtons room={room} />}
      </section>
      {as === "observer" && <Notes room={room.seat.room} />}
      <section>
        <h2 class="eyebrow">Connection</h2>
        <Figures room={room} />
      </section>
    </>
  );
}

function ViewerEnded({ room }: { room: Room }) {
  const leave = (
    <a class="btn" href={wayOut(room)}>
      Leave
    </a>
  );
  return (
    <Ended room={room} actions={leave}>
      <p>
        No picture is sent any more, and none was kept on this device. If the operator starts a new
        session, it appears here.
      </p>
    </Ended>
  );
}

function wayOut(room: Room): string {
  return room.people.myself.value?.verified ? "./worklist" : "./";
}

/** Where there is room: under the picture of an upright phone, beside it on a wide screen. */
function startsWithDrawer(as: ViewerRole): boolean {
  const upright = matchMedia("(max-width: 720px) and (orientation: portrait)").matches;
  return upright || (as === "expert" && matchMedia("(min-width: 1200px)").matches);
}

function toggleFullscreen(element: HTMLElement | null): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void element?.requestFullscreen?.();
}
