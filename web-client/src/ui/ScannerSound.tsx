import type { Room } from "../net/room";
import { Icon } from "./icons";

const STEPS = 20;

/** The scanner's own sound, such as Doppler: off until it is wanted. */
export function ScannerSound({ room }: { room: Room }) {
  const { sound } = room.senses;
  if (!room.source.value?.audio) return null;
  const on = sound.scannerOn.value;
  return (
    <div class="scanner-sound">
      <button
        type="button"
        class="btn"
        aria-pressed={on}
        title="The scanner’s own sound, for you alone"
        onClick={() => sound.wantScanner(!on)}
      >
        <Icon name="doppler" />
        Scanner sound
      </button>
      {on && (
        <input
          type="range"
          min={0}
          max={1}
          step={1 / STEPS}
          aria-label="Volume of the scanner’s sound"
          value={sound.scannerVolume.value}
          onInput={(event) => sound.setScannerVolume(Number(event.currentTarget.value))}
        />
      )}
    </div>
  );
}
