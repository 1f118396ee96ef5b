import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "../icons";

export interface LineProps {
  /** Beats while something is waited for. */
  beating?: IconName;
  title: ComponentChildren;
  note: ComponentChildren;
  /** Buttons. */
  children?: ComponentChildren;
}

/** One thing to know, and at most two ways to answer it. */
export function Line({ beating, title, note, children }: LineProps) {
  return (
    <div class="line" role="status" data-testid="prompt">
      {beating && (
        <span class="beating" aria-hidden="true">
          <Icon name={beating} size={26} />
        </span>
      )}
      <div class="grow">
        <b>{title}</b>
        <span class="note">{note}</span>
      </div>
      {children}
    </div>
  );
}
