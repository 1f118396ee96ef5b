import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "../icons";

export interface BigButtonProps {
  icon: IconName;
  children: ComponentChildren;
  tone?: "" | "end" | "accent" | "warn";
  pressed?: boolean;
  disabled?: boolean;
  onClick: () => void;
}

/** One of the buttons under the picture: hit with a gloved finger, at first try. */
export function BigButton(props: BigButtonProps) {
  const { icon, children, tone = "", pressed, disabled = false, onClick } = props;
  return (
    <button
      type="button"
      class={`big ${tone}`}
      disabled={disabled}
      {...(pressed !== undefined && { "aria-pressed": pressed })}
      onClick={onClick}
    >
      <Icon name={icon} size={30} />
      <span>{children}</span>
    </button>
  );
}
