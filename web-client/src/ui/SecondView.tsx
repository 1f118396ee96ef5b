import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { VIEW_MODES, type ViewMode, viewMode } from "../core/view";
import { remember, remembered } from "../net/preferences";
import type { Room } from "../net/room";
import { Icon, type IconName } from "./icons";

const FACES: Record<ViewMode, { icon: IconName; does: string }> = {
  corner: { icon: "view_corner", does: "Probe camera small" },
  side: { icon: "view_side", does: "Side by side" },
  swap: { icon: "view_swap", does: "Probe camera large" },
};

/** The `Stage` as `children`, and the probe camera beside it while somebody films. */
export function SecondView({ room, children }: { room: Room; children: ComponentChildren }) {
  const mode = useSignal(viewMode(remembered("second-view")));
  const { state } = room.senses.second.value;
  const choose = (wanted: ViewMode) => {
    mode.value = wanted;
    remember("second-view", wanted);
  };
  return (
    <div class="views" data-view={state === "none" ? "none" : mode.value}>
      {children}
      {state !== "none" && (
        <section class="second" aria-label="Probe camera" data-testid="second-view">
          <CameraPicture room={room} />
          <Modes mode={mode.value} onChoose={choose} />
        </section>
      )}
    </div>
  );
}

function Modes({ mode, onChoose }: { mode: ViewMode; onChoose: (mode: ViewMode) => void }) {
  return (
    <fieldset class="modes" aria-label="Arrange the two pictures">
      {VIEW_MODES.map((each) => (
        <button
          type="button"
          key={each}
          class="btn icon"
          aria-label={FACES[each].does}
          title={FACES[each].does}
          aria-pressed={each === mode}
          onClick={() => onChoose(each)}
        >
          <Icon name={FACES[each].icon} />
        </button>
      ))}
    </fieldset>
  );
}

function CameraPicture({ room }: { room: Room }) {
  const ref = useRef<HTMLVideoElement>(null);
  const [playing, setPlaying] = useState(false);
  const { second, secondStream } = room.senses;
  const stream = secondStream.value;

  useEffect(() => {
    setPlaying(false);
    if (ref.current) ref.current.srcObject = stream ?? null;
  }, [stream]);

  return (
    <div class="camera-picture">
      <video
        ref={ref}
        data-testid="camera-video"
        aria-label="The probe hand"
        autoplay
        muted
        playsInline
        disablePictureInPicture
        onLoadedData={() => setPlaying(true)}
      />
      {!playing && (
        <p class="coming" role="status">
          <span class="spinner" />
          Probe camera
        </p>
      )}
      {playing && <span class="name">{second.value.own ? "Your camera" : "Probe camera"}</span>}
    </div>
  );
}
