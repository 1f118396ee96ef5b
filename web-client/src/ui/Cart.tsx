import { useCallback, useEffect, useState } from "preact/hooks";
import { formatList, sentence } from "../core/format";
import { showsPicture } from "../core/stage";
import type { Room } from "../net/room";
import { EndButton, Ending } from "./EndButton";
import { Icon } from "./icons";
import { Notice } from "./Notice";
import { Avatar, peopleOf } from "./People";
import { PreFlight } from "./PreFlight";
import { SetupButton } from "./SetupButton";
import { Stage } from "./Stage";
import { StageNotice } from "./StageNotice";
import { openSetupTab } from "./setup-tab";
import { Toast } from "./Toast";

/** The operator's page: what leaves the scanner, who sees it, and a way to end it. */
export function Cart({ room }: { room: Room }) {
  const ended = room.session.value?.state === "ended";
  return (
    <div class="cart">
      <header>
        <h1>
          <Icon name="sonopair" />
          {room.seat.room}
        </h1>
        <span class="grow" />
        <MaskChip room={room} />
      </header>
      <Stage room={room}>
        <CartNotice room={room} />
      </Stage>
      {!ended && <Footer room={room} />}
      <Toast room={room} />
    </div>
  );
}

function MaskChip({ room }: { room: Room }) {
  const source = room.source.value;
  if (!source || source.source === "starting") return null;
  if (source.mask === "black") return <span class="chip warn">Blacked out</span>;
  return (
    <span class="chip mask">
      <Icon name="mask" size={18} />
      Masked{source.profile && `: ${source.profile}`}
    </span>
  );
}

/** Until the first picture the checks are shown; afterwards only what is wrong. */
function CartNotice({ room }: { room: Room }) {
  const [wasLive, setWasLive] = useState(false);
  const stage = room.stage.value;
  const ended = stage === "ended";
  useEffect(() => {
    if (showsPicture(stage)) setWasLive(true);
    if (ended) setWasLive(false);
  }, [stage, ended]);

  const checking = ["connecting", "starting", "no_signal", "mask_black"].includes(stage);
  if (!wasLive && checking) {
    return (
      <div class="notice-cover">
        <PreFlight room={room} />
      </div>
    );
  }
  return (
    <StageNotice
      room={room}
      own={{ mask_black: <MaskBlack room={room} />, ended: <Ended room={room} /> }}
    />
  );
}

function MaskBlack({ room }: { room: Room }) {
  const detail = room.source.value?.mask_detail;
  return (
    <Notice
      icon="mask"
      tone="warn"
      title="The picture is blacked out"
      actions={<SetupButton room={room} />}
      code={room.source.value?.mask_code ?? ""}
    >
      <p>{sentence(detail || "Nobody has confirmed yet what of this picture may leave.")}</p>
    </Notice>
  );
}

function Ended({ room }: { room: Room }) {
  const actions = (
    <button type="button" class="btn primary" onClick={() => room.restart()}>
      Start a new session
    </button>
  );
  return (
    <Notice icon="check" tone="accent" title="The session has ended" actions={actions}>
      <p>No picture leaves this machine any more.</p>
    </Notice>
  );
}

function Footer({ room }: { room: Room }) {
  const [ending, setEnding] = useState(false);
  const end = useCallback(() => {
    setEnding(false);
    room.end();
  }, [room]);
  const ready = room.link.value.kind === "open";
  if (ending) {
    return (
      <footer>
        <Ending onKeep={() => setEnding(false)} onEnd={end} />
      </footer>
    );
  }
  return (
    <footer>
      <Watchers room={room} />
      <button type="button" class="big" disabled={!ready} onClick={() => openSetupTab(room)}>
        <Icon name="mask" size={32} />
        Mask
      </button>
      <EndButton disabled={!ready} onEnd={() => setEnding(true)} />
    </footer>
  );
}

function Watchers({ room }: { room: Room }) {
  const watching = peopleOf(room).filter((person) => person.present && person.role !== "operator");
  const experts = watching.filter((person) => person.role === "expert");
  const observers = watching.length - experts.length;
  return (
    <div class="watchers" role="status" data-testid="watchers">
      <div class="faces">
        {watching.slice(0, 3).map((person) => (
          <Avatar key={person.id} person={person} />
        ))}
        {watching.length === 0 && (
          <span class="avatar nobody">
            <Icon name="eye" size={24} />
          </span>
        )}
      </div>
      <div>
        <b>{experts.length ? formatList(experts.map(({ name }) => name)) : "No expert yet"}</b>
        <span class="note">{watchersNote(experts.length, observers)}</span>
      </div>
    </div>
  );
}

function watchersNote(experts: number, observers: number): string {
  const others = observers === 1 ? "1 observer" : `${observers} observers`;
  if (experts === 0) return observers ? `${others} watching` : "Nobody is watching";
  const verb = experts > 1 ? "are watching" : "is watching";
  return observers ? `${verb}, with ${others}` : verb;
}
