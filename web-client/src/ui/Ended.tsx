import type { ComponentChildren } from "preact";
import { consentWords, keepsStills } from "../core/consent";
import { formatElapsed } from "../core/format";
import { ROLE_WORDS } from "../core/roles";
import type { SessionSummaryMessage } from "../net/messages.gen";
import type { Room } from "../net/room";
import { Icon } from "./icons";

export interface EndedProps {
  room: Room;
  /** What it means for whoever reads it, and what can be done. */
  children: ComponentChildren;
  actions?: ComponentChildren;
}

/** The end of a session: what was seen, sent and agreed to, and by whom. */
export function Ended({ room, children, actions }: EndedProps) {
  const summary = room.people.summary.value;
  return (
    <section class="ended" aria-label="The session has ended" data-testid="ended">
      <span class="sign">
        <Icon name="check" size={34} />
      </span>
      <h2>The session has ended</h2>
      <div class="meaning">{children}</div>
      {summary && keepsStills(summary) && (
        <p class="kept" data-testid="kept-stills">
          Frozen pictures are kept at this site, on the consent named here. To withdraw it now, ask
          whoever runs Sonopair at this site to delete them.
        </p>
      )}
      {summary && <Account summary={summary} />}
      {actions && <div class="actions">{actions}</div>}
    </section>
  );
}

function Account({ summary }: { summary: SessionSummaryMessage }) {
  return (
    <div class="account">
      <dl class="sums">
        {sums(summary).map(([label, value]) => (
          <div key={label}>
            <dd class="num">{value}</dd>
            <dt>{label}</dt>
          </div>
        ))}
      </dl>
      <dl class="terms">
        <div>
          <dt>Mask</dt>
          <dd>{summary.profile || "None was in force"}</dd>
        </div>
        <div>
          <dt>Consent</dt>
          <dd>{consentWords(summary.consent)}</dd>
        </div>
      </dl>
      <h3 class="eyebrow">Who was here</h3>
      <ul class="attendance">
        {summary.attendance.map(({ name, role, seconds }) => (
          <li key={`${role} ${name}`}>
            <b>{name}</b>
            <span class="soft">{ROLE_WORDS[role]}</span>
            <span class="num">{formatElapsed(seconds * 1_000)}</span>
          </li>
        ))}
        {summary.players > 0 && (
          <li>
            <b>{summary.players === 1 ? "A player" : `${summary.players} players`}</b>
            <span class="soft">Showed the picture elsewhere</span>
          </li>
        )}
      </ul>
    </div>
  );
}

function sums(summary: SessionSummaryMessage): (readonly [string, string])[] {
  const count = (value: number) => value.toLocaleString("en");
  return [
    ["Duration", formatElapsed(summary.seconds * 1_000)],
    ["Pictures sent", count(summary.frames)],
    ["Marks", count(summary.marks)],
    ["Stills", count(summary.stills)],
    ["Probe moves", count(summary.suggestions)],
  ];
}
