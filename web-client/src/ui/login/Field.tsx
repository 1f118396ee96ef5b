import { useId } from "preact/hooks";
import { sentence } from "../../core/format";
import type { Problem } from "../../net/api";
import { Icon } from "../icons";

export interface FieldProps {
  label: string;
  /** What a password manager calls it. Source: HTML Living Standard, autofill. */
  name: "username" | "current-password" | "new-password";
  secret?: boolean;
  value: string;
  hint?: string;
  autoFocus?: boolean;
  onInput: (value: string) => void;
}

export function Field(props: FieldProps) {
  const { label, name, secret = false, value, hint, autoFocus = false, onInput } = props;
  const id = useId();
  const common = {
    id,
    name,
    autocomplete: name,
    required: true,
    value,
    ref: autoFocus ? focus : null,
    onInput: (event: { currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value),
    ...(hint && { "aria-describedby": `${id}-hint` }),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {secret ? (
        <input type="password" {...common} />
      ) : (
        <input type="text" autocapitalize="none" spellcheck={false} {...common} />
      )}
      {hint && <small id={`${id}-hint`}>{hint}</small>}
    </div>
  );
}

export function Failed({ problem }: { problem: Problem }) {
  return (
    <div class="failed" role="alert" data-code={problem.code}>
      <Icon name="alert" size={20} />
      <p>
        {sentence(problem.message)} {problem.fix && sentence(problem.fix)}
      </p>
    </div>
  );
}

const focused = new WeakSet<HTMLInputElement>();

/** Once: a later render must not take the focus back. */
function focus(input: HTMLInputElement | null): void {
  if (!input || focused.has(input)) return;
  focused.add(input);
  input.focus();
}
