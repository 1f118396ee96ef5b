import type { Signal } from "@preact/signals";

const BARS = Array.from({ length: 16 }, (_, bar) => bar);
const BAR_WIDTH = 10;
const BAR_STEP = 14;
const HEIGHT = 20;

/** How loud the microphone is, as a row of bars. */
export function LevelMeter({ level }: { level: Signal<number> }) {
  const lit = Math.round(level.value * BARS.length);
  return (
    <span class="level">
      <meter
        class="unseen"
        aria-label="Microphone level"
        max={BARS.length}
        value={lit}
        data-testid="mic-level"
      />
      <svg
        viewBox={`0 0 ${BARS.length * BAR_STEP - 4} ${HEIGHT}`}
        preserveAspectRatio="xMinYMid"
        aria-hidden="true"
      >
        {BARS.map((bar) => (
          <rect
            key={bar}
            x={bar * BAR_STEP}
            width={BAR_WIDTH}
            height={HEIGHT}
            rx={3}
            class={bar < lit ? "lit" : ""}
          />
        ))}
      </svg>
    </span>
  );
}
