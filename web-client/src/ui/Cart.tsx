import { useEffect, useState } from "preact/hooks";
import { sentence } from "../core/format";
import { showsPicture } from "../core/stage";
import type { Room } from "../net/room";
import { CallPrompt } from "./cart/CallPrompt";
import { Foot } from "./cart/Foot";
import { Head } from "./cart/Head";
import { CartLayout } from "./cart/Layout";
import { Notice } from "./Notice";
import { PreFlight } from "./PreFlight";
import { Recording } from "./Recording";
import { SetupButton } from "./SetupButton";
import { Stage } from "./Stage";
import { StageNotice } from "./StageNotice";
import { Toast } from "./Toast";

/** The operator's page: what leaves the scanner, who sees it, and a way to end it. */
export function Cart({ room }: { room: Room }) {
  const ended = room.session.value?.state === "ended";
  return (
    <>
      <CartLayout
        head={<Head room={room} />}
        stage={
          <Stage room={room} chips={<Recording />}>
            <CartNotice room={room} />
          </Stage>
        }
        prompt={!ended && <CallPrompt room={room} />}
        foot={!ended && <Foot room={room} />}
      />
      <Toast room={room} />
    </>
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
