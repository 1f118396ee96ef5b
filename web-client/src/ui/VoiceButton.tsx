import { useState } from "preact/hooks";
import type { Room } from "../net/room";
import type { Voice } from "../net/voice";
import { BigButton } from "./cart/BigButton";
import { DeviceCheck } from "./DeviceCheck";
import { Icon, type IconName } from "./icons";
import type { KeyAction } from "./Keys";
import { LevelMeter } from "./LevelMeter";
import { Sheet } from "./Sheet";
import { keyCap, TalkKey } from "./TalkKey";

type VoiceState = Voice["state"]["value"];

interface Face {
  icon: IconName;
  /** What a tap does, as short as it must be on a phone. */
  does: string;
  tone: "" | "accent" | "warn";
}

const NO_MICROPHONE: Face = { icon: "mic_off", does: "No mic", tone: "warn" };
const FACES: Record<VoiceState, Face> = {
  off: { icon: "mic_off", does: "Turn mic on", tone: "" },
  asking: { icon: "mic", does: "Asking", tone: "" },
  on: { icon: "mic", does: "Mute", tone: "" },
  muted: { icon: "mic_off", does: "Unmute", tone: "warn" },
  denied: NO_MICROPHONE,
  missing: NO_MICROPHONE,
  busy: NO_MICROPHONE,
  insecure: NO_MICROPHONE,
};

/** Mutes and unmutes; says so in words. Without a microphone it says what to do instead. */
export function VoiceButton({ room, big = false }: { room: Room; big?: boolean }) {
  const [sheet, setSheet] = useState(false);
  const { voice, maySpeak } = room.senses;
  if (!maySpeak) return null;
  const state = voice.state.value;
  const face = FACES[state];
  const tap = () => (face === NO_MICROPHONE ? setSheet(true) : voice.toggle());
  return (
    <>
      {big ? (
        <BigButton icon={face.icon} tone={face.tone} disabled={state === "asking"} onClick={tap}>
          {face.does}
        </BigButton>
      ) : (
        <button
          type="button"
          class={`btn voice ${face.tone}`}
          disabled={state === "asking"}
          data-voice={state}
          onClick={tap}
        >
          <Icon name={face.icon} />
          {face.does}
          {state === "on" && <LevelMeter level={voice.meter.level} />}
        </button>
      )}
      {sheet && <SoundSheet room={room} onClose={() => setSheet(false)} />}
    </>
  );
}

/** Opens the sound check and its choices. */
export function SoundButton({ room }: { room: Room }) {
  const [sheet, setSheet] = useState(false);
  return (
    <>
      <button
        type="button"
        class="btn icon"
        aria-label="Sound: microphone and speaker"
        title="Microphone and speaker"
        onClick={() => setSheet(true)}
      >
        <Icon name="headset" />
        <span class="named">Sound</span>
      </button>
      {sheet && <SoundSheet room={room} onClose={() => setSheet(false)} />}
    </>
  );
}

export function SoundSheet({ room, onClose }: { room: Room; onClose: () => void }) {
  const { voice, sound, maySpeak } = room.senses;
  return (
    <Sheet title="Sound" onClose={onClose}>
      <DeviceCheck voice={voice} sound={sound} listenOnly={!maySpeak} />
      {maySpeak && <TalkKey voice={voice} />}
    </Sheet>
  );
}

/** For the list of keys: held, one is heard; let go, one is muted. */
export function talkAction(voice: Voice): KeyAction {
  return {
    key: voice.talkKey.value,
    cap: `Hold ${keyCap(voice.talkKey.value)}`,
    does: "Talk while it is held",
    run: () => voice.hold(true),
    release: () => voice.hold(false),
  };
}

/** Beside the picture's age: what one must know of the sound, and the tap that some browsers want. */
export function SoundChips({ room }: { room: Room }) {
  const { voice, sound } = room.senses;
  return (
    <>
      {sound.blocked.value && (
        <button type="button" class="chip sound-tap" onClick={() => sound.unblock()}>
          <Icon name="voice" size={20} />
          Tap for sound
        </button>
      )}
      {voice.unheard.value && (
        <span class="chip warn" role="status" data-testid="unheard">
          <Icon name="mic_off" size={18} />
          You are muted
        </span>
      )}
      {voice.held.value && (
        <span class="chip ok" role="status" data-testid="talking">
          <Icon name="mic" size={18} />
          You are heard
        </span>
      )}
    </>
  );
}
