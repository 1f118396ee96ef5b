import { useId } from "preact/hooks";
import { sentence } from "../../core/format";
import type { Problem } from "../../net/api";
import { Icon } from "../icons";

export interface FieldProps {
  label: string;
  /** What the browser fills in. Source: HTML Living Standard, autofill. */
  name: "username" | "current-password" | "new-password" | "name";
  secret?: boolean;
  value: string;
  hint?: string;
  required?: boolean;
  /** In characters. */
  longest?: number;
  autoFocus?: boolean;
  onInput: (value: string) => void;
}

export function Field(props: FieldProps) {
  const { label, name, secret = false, value, hint, autoFocus = false, onInput } = props;
  const { required = true, longest } = props;
  const id = useId();
  const common = {
    id,
    name,
    autocomplete: name,
    required,
    value,
    ref: autoFocus ? focus : null,
    onInput: (event: { currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value),
    ...(longest !== undefined && { maxlength: longest }),
    ...(hint && { "aria-describedby": `${id}-hint` }),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {secret ? (
        <input type="password" {...common} />
      ) : (
        <input
          type="text"
          autocapitalize={name === "name" ? "words" : "none"}
          spellcheck={false}
          {...common}
        />
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
