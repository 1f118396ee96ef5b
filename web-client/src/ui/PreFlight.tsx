import type { ComponentChildren } from "preact";
import { sentence } from "../core/format";
import { absenceOf } from "../core/permission-help";
import type { Room } from "../net/room";
import { DeviceHelp } from "./DeviceHelp";
import { Icon, type IconName } from "./icons";
import { LevelMeter } from "./LevelMeter";
import { MaskWayOut } from "./lookout/MaskWayOut";

type CheckState = "ok" | "busy" | "todo";

/** What still stands between the scanner and its viewers, one line each; `children` go on. */
export function PreFlight({ room, children }: { room: Room; children?: ComponentChildren }) {
  return (
    <section class="preflight" aria-label="Before the picture">
      <h2>Getting ready</h2>
      <ol>
        <ScannerCheck room={room} />
        <MaskCheck room={room} />
        <MicrophoneCheck room={room} />
        <NetworkCheck room={room} />
      </ol>
      {children}
    </section>
  );
}

function Check(props: {
  icon: IconName;
  state: CheckState;
  title: string;
  text: string;
  children?: ComponentChildren;
}) {
  const { icon, state, title, text, children } = props;
  return (
    <li class={`check ${state}`} data-state={state}>
      <span class="mark">
        {state === "busy" ? (
          <span class="spinner" />
        ) : (
          <Icon name={state === "ok" ? "check" : icon} size={26} />
        )}
      </span>
      <h3>{title}</h3>
      <p role="status">{text}</p>
      {children && <div class="help">{children}</div>}
    </li>
  );
}

function ScannerCheck({ room }: { room: Room }) {
  const source = room.source.value;
  if (!source || source.source === "starting") {
    return (
      <Check icon="screen" state="busy" title="Scanner" text="Waiting for the first picture" />
    );
  }
  if (source.source === "no_signal") {
    const text =
      sentence(source.detail) || "Check the cable between the scanner and the capture card.";
    return <Check icon="screen" state="todo" title="No picture from the scanner" text={text} />;
  }
  const text = `${source.width} × ${source.height}, ${Math.round(source.fps)} fps`;
  return <Check icon="screen" state="ok" title="Scanner" text={text} />;
}

function MaskCheck({ room }: { room: Room }) {
  const source = room.source.value;
  if (!source || source.source === "starting") {
    return <Check icon="mask" state="busy" title="Mask" text="Checked with the first picture" />;
  }
  if (source.mask === "confirmed") {
    const unchecked = source.watch === "off" ? "; nothing looks for text in it" : "";
    const text = `${source.profile || "Confirmed"}${unchecked}`;
    return <Check icon="mask" state="ok" title="Mask" text={text} />;
  }
  const text =
    sentence(source.mask_detail) || "Nobody has confirmed yet what of this picture may leave.";
  return (
    <Check icon="mask" state="todo" title="The picture is blacked out" text={text}>
      <MaskWayOut room={room} />
    </Check>
  );
}

function MicrophoneCheck({ room }: { room: Room }) {
  const { voice } = room.senses;
  const phase = voice.device.phase.value;
  const props = { icon: "mic", title: "Microphone" } as const;
  if (phase === "asking") {
    return <Check {...props} state="busy" text="Allow it where the browser asks" />;
  }
  if (phase === "open") {
    const text = voice.proven.value ? "You can be heard" : "Say something";
    return (
      <Check {...props} state="ok" text={text}>
        <LevelMeter level={voice.meter.level} />
      </Check>
    );
  }
  const off = phase === "off";
  return (
    <Check
      {...props}
      state="todo"
      text={off ? "Off: nobody hears you" : absenceOf(phase, "microphone")}
    >
      <DeviceHelp phase={phase} kind="microphone" />
      <button type="button" class="btn" onClick={() => voice.open()}>
        <Icon name="mic" />
        {off ? "Turn the microphone on" : "Try again"}
      </button>
    </Check>
  );
}

function NetworkCheck({ room }: { room: Room }) {
  const open = room.link.value.kind === "open";
  const playing = room.media.status.value === "playing";
  if (open && playing) {
    return <Check icon="network" state="ok" title="Network" text="Connected" />;
  }
  const text = open ? "Connecting the picture" : "Looking for the server";
  return <Check icon="network" state="busy" title="Network" text={text} />;
}
