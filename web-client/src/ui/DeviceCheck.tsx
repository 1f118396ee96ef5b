import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { DevicePhase } from "../core/device";
import { devices, lookForDevices } from "../net/devices";
import { canChooseOutput, type Sound } from "../net/sound";
import type { Voice } from "../net/voice";
import { DeviceHelp } from "./DeviceHelp";
import { DeviceSelect } from "./DeviceSelect";
import { Icon, type IconName } from "./icons";
import { LevelMeter } from "./LevelMeter";

/** Can one be heard, and hear? Both are tried before anybody else has to ask. */
export function DeviceCheck(props: { voice: Voice; sound: Sound; listenOnly?: boolean }) {
  const { voice, sound, listenOnly = false } = props;
  const phase = voice.device.phase.value;
  useEffect(() => void lookForDevices(), [phase]);
  return (
    <section class="device-check" aria-label="Sound check">
      {!listenOnly && <MicrophoneCheck voice={voice} />}
      <SpeakerCheck sound={sound} />
      {!listenOnly && (
        <p class="headset">
          <Icon name="headset" size={24} />
          <span>A headset keeps the others from hearing themselves.</span>
        </p>
      )}
    </section>
  );
}

export function MicrophoneCheck({ voice }: { voice: Voice }) {
  const phase = voice.device.phase.value;
  const proven = voice.proven.value;
  const open = phase === "open";
  return (
    <Card
      icon="mic"
      tone={proven ? "ok" : toneOf(phase)}
      title="Microphone"
      text={proven ? "You can be heard" : MICROPHONE_WORDS[phase]}
    >
      {open && <LevelMeter level={voice.meter.level} />}
      <DeviceHelp phase={phase} kind="microphone" />
      {!open && (
        <button
          type="button"
          class="btn primary"
          disabled={phase === "asking"}
          onClick={() => voice.open()}
        >
          <Icon name="mic" />
          {phase === "off" || phase === "asking" ? "Turn the microphone on" : "Try again"}
        </button>
      )}
      {open && (
        <DeviceSelect
          label="Which microphone"
          choices={devices.value.audioinput}
          chosen={voice.deviceId.value}
          onChoose={(id) => voice.choose(id)}
        />
      )}
    </Card>
  );
}

const MICROPHONE_WORDS: Record<DevicePhase, string> = {
  off: "Off: nobody hears you",
  asking: "Allow it where the browser asks",
  open: "Say something",
  denied: "Not allowed",
  missing: "None found",
  busy: "Can’t be opened",
  insecure: "Not possible without HTTPS",
};

type Answer = "untried" | "playing" | "asked" | "heard" | "unheard";

export function SpeakerCheck({ sound }: { sound: Sound }) {
  const [answer, setAnswer] = useState<Answer>("untried");
  const play = () => {
    setAnswer("playing");
    sound.playTest().then(
      () => setAnswer("asked"),
      () => setAnswer("unheard"),
    );
  };
  const asked = answer === "asked" || answer === "playing";
  return (
    <Card
      icon="voice"
      tone={answer === "heard" ? "ok" : answer === "unheard" ? "todo" : ""}
      title="Speaker"
      text={SPEAKER_WORDS[answer]}
    >
      <div class="row">
        {asked ? (
          <>
            <button type="button" class="btn" onClick={() => setAnswer("heard")}>
              Yes
            </button>
            <button type="button" class="btn" onClick={() => setAnswer("unheard")}>
              No
            </button>
          </>
        ) : (
          <button type="button" class="btn" onClick={play}>
            <Icon name="play" />
            {answer === "untried" ? "Play two notes" : "Play again"}
          </button>
        )}
      </div>
      {canChooseOutput() && (
        <DeviceSelect
          label="Which speaker"
          choices={devices.value.audiooutput}
          chosen={sound.outputId.value}
          onChoose={(id) => sound.choose(id)}
        />
      )}
    </Card>
  );
}

const SPEAKER_WORDS: Record<Answer, string> = {
  untried: "Not tried yet",
  playing: "Do you hear two notes?",
  asked: "Did you hear two notes?",
  heard: "You hear the room",
  unheard: "Turn the volume up, look at plug and mute switch, or choose another speaker.",
};

function toneOf(phase: DevicePhase): "" | "todo" {
  return phase === "off" || phase === "asking" || phase === "open" ? "" : "todo";
}

function Card(props: {
  icon: IconName;
  tone: "" | "ok" | "todo";
  title: string;
  text: string;
  children: ComponentChildren;
}) {
  const { icon, tone, title, text, children } = props;
  return (
    <div class={`device ${tone}`} data-state={tone || "open"}>
      <span class="mark">
        <Icon name={tone === "ok" ? "check" : icon} size={26} />
      </span>
      <div>
        <h3>{title}</h3>
        <p role="status">{text}</p>
      </div>
      <div class="tools">{children}</div>
    </div>
  );
}
