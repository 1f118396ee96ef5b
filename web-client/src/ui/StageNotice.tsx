import type { ComponentChildren } from "preact";
import { formatElapsed, headline, sentence } from "../core/format";
import type { Stage } from "../core/stage";
import type { Room } from "../net/room";
import { Notice } from "./Notice";
import { playAfterTap } from "./Video";

export interface StageNoticeProps {
  room: Room;
  /** What this page says in place of the common words. */
  own?: Partial<Record<Stage, ComponentChildren>>;
}

/** Stands in the place of the picture while there is none, and says what to do about it. */
export function StageNotice({ room, own = {} }: StageNoticeProps) {
  const stage = room.stage.value;
  const notice = own[stage] ?? common(stage, room);
  return notice ? <div class="notice-cover">{notice}</div> : null;
}

function common(stage: Stage, room: Room): ComponentChildren {
  switch (stage) {
    case "picture":
    case "frozen":
      return null;
    case "connecting":
      return <Connecting room={room} />;
    case "starting":
      return (
        <Notice icon="busy" title="Waiting for the scanner">
          <p>The picture appears by itself as soon as the capture card delivers one.</p>
        </Notice>
      );
    case "no_signal":
      return <NoSignal room={room} />;
    case "mask_black":
      return <MaskBlack code={room.source.value?.mask_code ?? ""} />;
    case "tap_to_play":
      return <TapToPlay room={room} />;
    case "media_failed":
      return <MediaFailed room={room} />;
    case "ended":
      return (
        <Notice icon="check" tone="accent" title="The session has ended">
          <p>No picture is sent any more. If the operator starts a new one, it appears here.</p>
        </Notice>
      );
    case "unsupported":
      return (
        <Notice
          icon="alert"
          tone="warn"
          title="This browser can’t play the picture"
          code="client.unsupported"
        >
          <p>
            It offers neither H.264 nor VP8 over WebRTC. Open the same link in a current Chrome,
            Edge, Firefox or Safari.
          </p>
        </Notice>
      );
    case "replaced":
      return <Replaced room={room} />;
    case "refused":
      return <Refused room={room} />;
  }
}

/** For a viewer; the cart says what to do about it. */
function MaskBlack({ code }: { code: string }) {
  switch (code) {
    case "mask.text_page":
      return (
        <Notice icon="mask" title="The scanner shows a page of text">
          <p>It is covered. The picture comes back when the scanner shows ultrasound again.</p>
        </Notice>
      );
    case "mask.unwatched":
      return (
        <Notice icon="mask" tone="warn" title="The check for text stopped">
          <p>Nothing is shown until it runs again, or the operator shows the picture without it.</p>
        </Notice>
      );
    default:
      return (
        <Notice icon="mask" title="The cart’s mask isn’t confirmed yet">
          <p>Nothing leaves the scanner until the operator has confirmed what may be shown.</p>
        </Notice>
      );
  }
}

function Connecting({ room }: { room: Room }) {
  return (
    <Notice icon="busy" title="Connecting">
      {room.media.relayLost.value && (
        <p data-testid="relay-lost">
          The relay server, which carries the picture past firewalls, doesn’t answer. This page goes
          on trying. Another network may help, or whoever runs this site’s server.
        </p>
      )}
    </Notice>
  );
}

function NoSignal({ room }: { room: Room }) {
  const forMs = room.sourceForMs.value;
  const detail = room.source.value?.detail;
  return (
    <Notice icon="signal_off" tone="warn" title="No signal">
      {forMs !== undefined && (
        <p class="clock" aria-hidden="true">
          <time class="num" data-testid="no-signal-time">
            {formatElapsed(forMs)}
          </time>
        </p>
      )}
      <p>{sentence(detail || "The scanner’s picture stopped. It comes back by itself.")}</p>
    </Notice>
  );
}

function TapToPlay({ room }: { room: Room }) {
  const actions = (
    <button type="button" class="btn primary" onClick={() => playAfterTap(room)}>
      Show the picture
    </button>
  );
  return (
    <Notice icon="play" tone="accent" title="Ready to play" actions={actions}>
      <p>This browser wants a tap first.</p>
    </Notice>
  );
}

function MediaFailed({ room }: { room: Room }) {
  const problem = room.media.problem.value;
  const actions = (
    <button type="button" class="btn primary" onClick={() => room.retryMedia()}>
      Try again
    </button>
  );
  return (
    <Notice
      icon="alert"
      tone="warn"
      title={headline(problem?.message ?? "The picture can’t be received")}
      code={problem?.code ?? ""}
      actions={actions}
    >
      {problem?.fix && <p>{sentence(problem.fix)}</p>}
    </Notice>
  );
}

function Replaced({ room }: { room: Room }) {
  const actions = (
    <button type="button" class="btn primary" onClick={() => room.reopen()}>
      Use here
    </button>
  );
  return (
    <Notice icon="tabs" title="This seat is open in another tab" actions={actions}>
      <p>One seat shows the picture in one place at a time.</p>
    </Notice>
  );
}

function Refused({ room }: { room: Room }) {
  const link = room.link.value;
  const problem = link.kind === "refused" ? link.problem : undefined;
  const actions = (
    <button type="button" class="btn primary" onClick={() => location.reload()}>
      Reload the page
    </button>
  );
  return (
    <Notice
      icon="link"
      tone="warn"
      title={headline(problem?.message ?? "This seat can’t be used any more")}
      code={problem?.code ?? ""}
      actions={actions}
    >
      <p>{sentence(problem?.fix || "Ask for a new invitation link.")}</p>
    </Notice>
  );
}
