import { useState } from "preact/hooks";
import { Icon } from "./icons";
import { Field } from "./login/Field";

const LONGEST = 60;

/** Before the door: whoever opens it reads this, so that they know whom they let in. */
export function GuestName({ onName }: { onName: (name: string) => void }) {
  const [name, setName] = useState("");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onName(name.trim());
  };
  return (
    <form class="card" data-testid="guest-name" onSubmit={submit}>
      <h1>Who comes?</h1>
      <p class="soft">Somebody in the room lets you in. Say how they know you.</p>
      <Field
        label="Your name or function"
        name="name"
        value={name}
        longest={LONGEST}
        required={false}
        hint="“Dr. Lee”, “Cardiology on call”. Never a patient’s name."
        autoFocus
        onInput={setName}
      />
      <button type="submit" class="btn primary">
        <Icon name="door" />
        Knock
      </button>
    </form>
  );
}
