import { useState } from "preact/hooks";
import { DIRECTIONS, suggestionWords } from "../../core/probe";
import type { ProbeAmount, ProbeDirection, ProbeMove } from "../../net/messages.gen";
import { Schematic } from "./Schematic";

/**
 * Where around the schematic each direction stands, which is also its arrow key. The patient's right
 * is on the left of who stands at their feet.
 */
const SIDES: Record<ProbeDirection, "top" | "bottom" | "start" | "end"> = {
  toward_head: "top",
  toward_feet: "bottom",
  toward_patients_right: "start",
  toward_patients_left: "end",
  toward_marker: "end",
  away_from_marker: "start",
  clockwise: "end",
  counterclockwise: "start",
  less: "top",
  more: "bottom",
};

const KEYS: Record<string, string> = {
  ArrowUp: "top",
  ArrowDown: "bottom",
  ArrowRight: "end",
  ArrowLeft: "start",
};

/** What is read on a button; what is sent is said too. */
const SHORT: Record<ProbeDirection, string> = {
  toward_head: "Head",
  toward_feet: "Feet",
  toward_patients_right: "Patient’s right",
  toward_patients_left: "Patient’s left",
  toward_marker: "To marker",
  away_from_marker: "Away from marker",
  clockwise: "Clock\u00adwise",
  counterclockwise: "Counter\u00adclock\u00adwise",
  less: "Less",
  more: "More",
};

export function directionOfKey(move: ProbeMove, key: string): ProbeDirection | undefined {
  const side = KEYS[key];
  return DIRECTIONS[move].find((direction) => SIDES[direction] === side);
}

/** The schematic, with a button for each direction on the side it points to. */
export function DirectionRing(props: {
  move: ProbeMove;
  amount: ProbeAmount;
  directions: readonly ProbeDirection[];
  disabled: boolean;
  onSend: (direction: ProbeDirection) => void;
}) {
  const { move, amount, directions, disabled, onSend } = props;
  const [looked, setLooked] = useState<ProbeDirection>();
  const shown = directions.find((each) => each === looked) ?? directions[0];
  return (
    <div class="ring">
      {directions.map((direction) => (
        <button
          key={direction}
          type="button"
          class={`btn ${SIDES[direction]}`}
          disabled={disabled}
          onPointerEnter={() => setLooked(direction)}
          onFocus={() => setLooked(direction)}
          onClick={() => {
            setLooked(direction);
            onSend(direction);
          }}
        >
          {SHORT[direction]}
          <span class="unseen">. Send: {suggestionWords({ move, direction, amount })}</span>
        </button>
      ))}
      {shown && <Schematic move={move} direction={shown} amount={amount} />}
    </div>
  );
}
