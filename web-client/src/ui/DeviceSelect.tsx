import type { Choice } from "../net/devices";

/** Which of several devices; nothing to see where there is no choice. */
export function DeviceSelect(props: {
  label: string;
  choices: readonly Choice[];
  chosen: string;
  onChoose: (id: string) => void;
}) {
  const { label, choices, chosen, onChoose } = props;
  if (choices.length < 2) return null;
  const known = choices.some(({ id }) => id === chosen);
  return (
    <select
      class="select"
      aria-label={label}
      value={known ? chosen : ""}
      onChange={(event) => onChoose(event.currentTarget.value)}
    >
      <option value="">The system’s own choice</option>
      {choices.map(({ id, label: name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
