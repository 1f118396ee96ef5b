import type { ComponentChildren } from "preact";
import { formatElapsed, formatList } from "../../core/format";
import { watchersNote } from "../../core/roles";
import type { Room } from "../../net/room";
import { Icon } from "../icons";
import { Avatar } from "../People";

/** Who helps: called for with one tap, waited for, or here. */
export function CallPrompt({ room }: { room: Room }) {
  const { call, expertIsHere } = room.people;
  const { state } = call.value;
  if (state === "ringing") return <Ringing room={room} />;
  if (expertIsHere.value) return <Watchers room={room} />;
  if (state === "unanswered") return <Unanswered room={room} />;
  if (state === "accepted") {
    return (
      <Line
        title={`${room.people.nameOf(call.value.by)} is coming`}
        note="The call was answered."
      />
    );
  }
  return (
    <Line title="No expert is here" note={observersNote(room)}>
      <CallButton room={room}>Call expert</CallButton>
    </Line>
  );
}

function Ringing({ room }: { room: Room }) {
  const forMs = room.callForMs.value;
  return (
    <Line
      icon
      title={
        <>
          Calling an expert {forMs !== undefined && <time class="num">{formatElapsed(forMs)}</time>}
        </>
      }
      note="It rings for everybody on call."
    >
      <button type="button" class="btn" onClick={() => room.people.cancelCall()}>
        Cancel
      </button>
    </Line>
  );
}

function Unanswered({ room }: { room: Room }) {
  return (
    <Line title="Nobody answered" note="Call again, send an expert a link, or phone one.">
      <CallButton room={room}>Call again</CallButton>
    </Line>
  );
}

function CallButton({ room, children }: { room: Room; children: string }) {
  const ready = room.link.value.kind === "open";
  return (
    <button type="button" class="btn primary" disabled={!ready} onClick={() => room.people.ring()}>
      <Icon name="phone" size={26} />
      {children}
    </button>
  );
}

function Watchers({ room }: { room: Room }) {
  const watching = room.people.admitted.value.filter(
    ({ present, role }) => present && (role === "expert" || role === "observer"),
  );
  const experts = watching.filter(({ role }) => role === "expert");
  return (
    <div class="watchers" role="status" data-testid="watchers">
      <div class="faces">
        {watching.slice(0, 3).map((person) => (
          <Avatar key={person.id} person={person} />
        ))}
      </div>
      <div>
        <b>{formatList(experts.map(({ name }) => name))}</b>
        <span class="note">{watchersNote(experts.length, watching.length - experts.length)}</span>
      </div>
    </div>
  );
}

function Line(props: {
  icon?: boolean;
  title: ComponentChildren;
  note: string;
  children?: ComponentChildren;
}) {
  return (
    <div class="line" role="status" data-testid="watchers">
      {props.icon && (
        <span class="ringing" aria-hidden="true">
          <Icon name="phone" size={26} />
        </span>
      )}
      <div class="grow">
        <b>{props.title}</b>
        <span class="note">{props.note}</span>
      </div>
      {props.children}
    </div>
  );
}

function observersNote(room: Room): string {
  const observers = room.people.admitted.value.filter(
    ({ present, role }) => present && role === "observer",
  );
  return watchersNote(0, observers.length);
}
