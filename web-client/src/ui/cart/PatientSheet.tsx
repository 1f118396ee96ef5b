import { useId, useState } from "preact/hooks";
import { showsPicture } from "../../core/stage";
import type { PatientChoice } from "../../net/encounter";
import type { Side } from "../../net/messages.gen";
import type { Room } from "../../net/room";
import { useAttempt } from "../login/attempt";
import { Failed } from "../login/Field";
import { Sheet } from "../Sheet";

const SIDES: readonly { side: Side; label: string }[] = [
  { side: "left", label: "Left" },
  { side: "right", label: "Right" },
  { side: "both", label: "Both" },
  { side: "none", label: "No side" },
];

const NOBODY: PatientChoice = { recordNumber: "", side: "none", name: "", born: "" };

/** Whose picture it is. What is typed goes to this site's node alone; others see a case code. */
export function PatientSheet({ room, onClose }: { room: Room; onClose: () => void }) {
  const [choice, setChoice] = useState(NOBODY);
  const { busy, problem, attempt } = useAttempt();
  const current = room.encounter.current.value;
  const change = (part: Partial<PatientChoice>) => setChoice({ ...choice, ...part });
  const isEarly = !showsPicture(room.stage.value);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    attempt(async () => {
      await room.encounter.choose(choice);
      onClose();
    });
  };
  return (
    <Sheet title="Patient" onClose={onClose}>
      <form class="patient" onSubmit={submit} autocomplete="off">
        <p class="soft">
          {current
            ? "Choosing again puts a mistake right; there is a new case code then. For the next patient end the session."
            : "Everybody in the room sees a random case code and the side, nothing of what you type here."}
        </p>
        <Entry
          label="Record number"
          required
          onInput={(recordNumber) => change({ recordNumber })}
        />
        <fieldset class="sides">
          <legend>Side</legend>
          {SIDES.map(({ side, label }) => (
            <label key={side}>
              <input
                type="radio"
                name="side"
                checked={choice.side === side}
                onChange={() => change({ side })}
              />
              {label}
            </label>
          ))}
        </fieldset>
        <Entry
          label="Name"
          hint="May be left out. With it, labels that name the patient are noticed."
          onInput={(name) => change({ name })}
        />
        <Entry label="Date of birth" isDate onInput={(born) => change({ born })} />
        {isEarly && <p class="soft">Once the scanner’s picture is shown you can choose.</p>}
        {problem && <Failed problem={problem} />}
        <button type="submit" class="btn primary" disabled={busy || isEarly}>
          {current ? "Put it right" : "Choose"}
        </button>
      </form>
    </Sheet>
  );
}

interface EntryProps {
  label: string;
  hint?: string;
  isDate?: boolean;
  required?: boolean;
  onInput: (value: string) => void;
}

/** Never offered again by the browser, and never sent to a spelling service. */
function Entry({ label, hint, isDate = false, required = false, onInput }: EntryProps) {
  const id = useId();
  const common = {
    id,
    required,
    autocomplete: "off" as const,
    ...(hint && { "aria-describedby": `${id}-hint` }),
    onInput: (event: { currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {isDate ? (
        <input type="date" {...common} />
      ) : (
        <input type="text" maxLength={64} autocapitalize="none" spellcheck={false} {...common} />
      )}
      {hint && <small id={`${id}-hint`}>{hint}</small>}
    </div>
  );
}
