import { useEffect, useState } from "preact/hooks";
import { sentence } from "../core/format";
import { showsPicture } from "../core/stage";
import { Guidance } from "../net/guidance";
import type { Room } from "../net/room";
import { Board } from "./board/Board";
import { CaseChip } from "./CaseChip";
import { useAsked } from "./cart/asked";
import { Begin, useBegun } from "./cart/Begin";
import { CallPrompt } from "./cart/CallPrompt";
import { Coach } from "./cart/Coach";
import { Foot } from "./cart/Foot";
import { Head } from "./cart/Head";
import { KnockPrompt } from "./cart/KnockPrompt";
import { CartKeys } from "./cart/keys";
import { CartLayout } from "./cart/Layout";
import { useChimes } from "./chimes";
import { Ended } from "./Ended";
import { askedAbout } from "./lookout/decisions";
import { MaskWayOut } from "./lookout/MaskWayOut";
import { TextPrompt } from "./lookout/TextPrompt";
import { Notice } from "./Notice";
import { PreFlight } from "./PreFlight";
import { Recording } from "./Recording";
import { SecondView } from "./SecondView";
import { Stage } from "./Stage";
import { StageNotice } from "./StageNotice";
import { Toast } from "./Toast";
import { SoundChips } from "./VoiceButton";

/** The operator's page: what leaves the scanner, who sees it, and a way to end it. */
export function Cart({ room }: { room: Room }) {
  const [guidance] = useState(() => new Guidance());
  const ended = room.session.value?.state === "ended";
  const asked = useAsked(room);
  const { begun, begin } = useBegun(room, ended);
  useChimes(room);
  return (
    <>
      <CartLayout
        head={<Head room={room} guidance={guidance} />}
        stage={
          <SecondView room={room}>
            <Stage
              room={room}
              overlay={begun && <Board room={room} />}
              chips={<Chips room={room} />}
            >
              <CartNotice room={room} begun={begun} onBegin={begin} />
            </Stage>
          </SecondView>
        }
        coach={!ended && asked && <Coach room={room} guidance={guidance} asked={asked} />}
        prompt={!ended && <Prompt room={room} begun={begun} />}
        foot={!ended && begun && <Foot room={room} />}
      />
      <CartKeys room={room} scanning={begun && !ended} />
      <Toast room={room} />
    </>
  );
}

function Chips({ room }: { room: Room }) {
  return (
    <>
      <Recording room={room} />
      <CaseChip room={room} />
      <SoundChips room={room} />
    </>
  );
}

/** One thing at a time: whoever stands at the door, then whoever helps. */
function Prompt({ room, begun }: { room: Room; begun: boolean }) {
  const [first] = room.people.waiting.value;
  if (first) return <KnockPrompt room={room} person={first} />;
  const text = askedAbout(room);
  if (begun && text) return <TextPrompt room={room} text={text} />;
  return begun ? <CallPrompt room={room} /> : null;
}

/** Until the first picture the checks are shown; afterwards only what is wrong. */
function CartNotice({ room, begun, onBegin }: { room: Room; begun: boolean; onBegin: () => void }) {
  const [wasLive, setWasLive] = useState(false);
  const stage = room.stage.value;
  const ended = stage === "ended";
  useEffect(() => {
    if (showsPicture(stage)) setWasLive(true);
    if (ended) setWasLive(false);
  }, [stage, ended]);

  const checking = ["connecting", "starting", "no_signal", "mask_black"].includes(stage);
  if ((!wasLive && checking) || (!begun && (checking || showsPicture(stage)))) {
    return (
      <div class="notice-cover">
        <PreFlight room={room}>{!begun && <Begin room={room} onBegin={onBegin} />}</PreFlight>
      </div>
    );
  }
  return (
    <StageNotice
      room={room}
      own={{ mask_black: <MaskBlack room={room} />, ended: <CartEnded room={room} /> }}
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
      actions={<MaskWayOut room={room} />}
      code={room.source.value?.mask_code ?? ""}
    >
      <p>{sentence(detail || "Nobody has confirmed yet what of this picture may leave.")}</p>
    </Notice>
  );
}

function CartEnded({ room }: { room: Room }) {
  const actions = (
    <button type="button" class="btn primary" onClick={() => room.restart()}>
      Start a new session
    </button>
  );
  return (
    <Ended room={room} actions={actions}>
      <p>No picture leaves this machine any more.</p>
    </Ended>
  );
}
