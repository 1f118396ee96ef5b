import { useState } from "preact/hooks";
import { changePassword } from "../../net/account";
import { useAttempt } from "./attempt";
import { Failed, Field } from "./Field";

/** Source: NIST SP 800-63B, 5.1.1.2: length counts, composition rules don't. */
const SHORTEST = 12;

/** In place of the one-time password. `before` is asked for again when it isn't known. */
export function PasswordForm({ before, onChanged }: { before: string; onChanged: () => void }) {
  const [old, setOld] = useState(before);
  const [fresh, setFresh] = useState("");
  const { busy, problem, attempt } = useAttempt();

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    attempt(async () => {
      await changePassword(old, fresh);
      onChanged();
    });
  };
  return (
    <form class="card" onSubmit={submit}>
      <h1>Choose your password</h1>
      <p class="soft">The one you were given works once. Nobody else knows the next.</p>
      {!before && (
        <Field
          label="One-time password"
          name="current-password"
          secret
          value={old}
          onInput={setOld}
        />
      )}
      <Field
        label="New password"
        name="new-password"
        secret
        value={fresh}
        hint={`At least ${SHORTEST} characters. A few words are easier than signs.`}
        autoFocus
        onInput={setFresh}
      />
      {problem && <Failed problem={problem} />}
      <button type="submit" class="btn primary" disabled={busy || !old || fresh.length < SHORTEST}>
        {busy ? "Saving" : "Save and go on"}
      </button>
    </form>
  );
}
