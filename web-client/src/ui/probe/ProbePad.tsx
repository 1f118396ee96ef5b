import { useState } from "preact/hooks";
import {
  AMOUNT_WORDS,
  AMOUNTS,
  DIRECTIONS,
  isTilt,
  MOVE_NOTES,
  MOVE_WORDS,
  PROBE_MOVES,
} from "../../core/probe";
import type { ProbeAmount, ProbeDirection, ProbeMove } from "../../net/messages.gen";
import type { Room } from "../../net/room";
import { Icon, type IconName } from "../icons";
import { DirectionRing, directionOfKey } from "./DirectionRing";
import { SentSuggestions } from "./SentSuggestions";

const ICONS: Record<ProbeMove, IconName> = {
  slide: "move_slide",
  rock: "move_rock",
  sweep: "move_sweep",
  fan: "move_fan",
  rotate: "move_rotate",
  compress: "move_compress",
};

/**
 * The expert guides the operator's hand: choose a move and an amount, then tap a direction around
 * the schematic, which sends it. Inside the pad 1 to 6 choose the move, + and − the amount, and the
 * arrow keys send.
 */
export function ProbePad({ room }: { room: Room }) {
  const [move, setMove] = useState<ProbeMove>("slide");
  const [amount, setAmount] = useState<ProbeAmount>("moderate");
  const reason = reasonAgainst(room);
  const disabled = reason !== "";
  const send = (direction: ProbeDirection) => {
    if (!disabled) room.consult.ask({ type: "probe.suggest", move, direction, amount });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (disabled || event.ctrlKey || event.metaKey || event.altKey) return;
    const chosen = PROBE_MOVES[Number(event.key) - 1];
    const direction = directionOfKey(move, event.key);
    const stepped = amountOfKey(amount, event.key);
    if (chosen) setMove(chosen);
    else if (direction) send(direction);
    else if (stepped) setAmount(stepped);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section
      class="probe-pad"
      aria-label="Guide the probe"
      data-testid="probe-pad"
      {...{ onKeyDown }}
    >
      <h2 class="eyebrow">Guide the probe</h2>
      {reason ? <Blocked room={room} reason={reason} /> : null}
      <Moves move={move} disabled={disabled} onChoose={setMove} />
      <p class="note">
        {MOVE_NOTES[move]}
        {isTilt(move) && " The handle goes where you say; the beam goes the other way."}
      </p>
      <DirectionRing
        move={move}
        amount={amount}
        directions={DIRECTIONS[move]}
        disabled={disabled}
        onSend={send}
      />
      <Amounts amount={amount} disabled={disabled} onChoose={setAmount} />
      <SentSuggestions room={room} />
    </section>
  );
}

function Moves(props: { move: ProbeMove; disabled: boolean; onChoose: (move: ProbeMove) => void }) {
  return (
    <fieldset class="moves" aria-label="Move">
      {PROBE_MOVES.map((each, index) => (
        <button
          key={each}
          type="button"
          aria-pressed={each === props.move}
          title={`${MOVE_WORDS[each]} (${index + 1} in this pad)`}
          disabled={props.disabled}
          onClick={() => props.onChoose(each)}
        >
          <Icon name={ICONS[each]} size={26} />
          {MOVE_WORDS[each]}
        </button>
      ))}
    </fieldset>
  );
}

function Amounts(props: {
  amount: ProbeAmount;
  disabled: boolean;
  onChoose: (amount: ProbeAmount) => void;
}) {
  return (
    <fieldset class="amounts" aria-label="Amount">
      {AMOUNTS.map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={each === props.amount}
          disabled={props.disabled}
          onClick={() => props.onChoose(each)}
        >
          {AMOUNT_WORDS[each]}
        </button>
      ))}
    </fieldset>
  );
}

/** Why the pad can't be used, and the way to it where there is one. */
function Blocked({ room, reason }: { room: Room; reason: string }) {
  const { consult, people } = room;
  const lead = people.find(consult.log.value?.lead ?? "");
  const mayTake = room.seat.role === "expert" && consult.log.value && !lead?.present;
  return (
    <div class="blocked" role="status" data-testid="probe-blocked">
      <p>{reason}</p>
      {mayTake && (
        <button
          type="button"
          class="btn"
          onClick={() => consult.ask({ type: "lead.give", participant: consult.me })}
        >
          Take the lead
        </button>
      )}
    </div>
  );
}

/** Empty: this seat may guide now. The operator hears one voice only. */
function reasonAgainst(room: Room): string {
  const log = room.consult.log.value;
  if (!log) return "Connecting";
  if (log.lead === room.consult.me) return "";
  const lead = room.people.find(log.lead);
  if (!lead?.present) return "Nobody leads just now.";
  return `${lead.name} leads. The operator follows one voice.`;
}

function amountOfKey(amount: ProbeAmount, key: string): ProbeAmount | undefined {
  const steps: Record<string, number> = { "+": 1, "=": 1, "-": -1 };
  const step = steps[key];
  return step === undefined ? undefined : (AMOUNTS[AMOUNTS.indexOf(amount) + step] ?? amount);
}
