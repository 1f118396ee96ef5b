import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icons";

export interface NoticeProps {
  icon: IconName | "busy";
  tone?: "plain" | "accent" | "warn" | "danger";
  title: string;
  /** What it means and what to do. */
  children?: ComponentChildren;
  actions?: ComponentChildren;
  /** The stable code, for whoever helps. */
  code?: string;
  /** 1 where the notice is all there is on the page. */
  level?: 1 | 2;
}

export function Notice(props: NoticeProps) {
  const { icon, tone = "plain", title, children, actions, code, level = 2 } = props;
  return (
    <div class="notice" role="status">
      {icon === "busy" ? (
        <span class="spinner" />
      ) : (
        <span class={`sign ${tone}`}>
          <Icon name={icon} size={34} />
        </span>
      )}
      {level === 1 ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children}
      {actions && <div class="actions">{actions}</div>}
      {code && <p class="code">{code}</p>}
    </div>
  );
}
