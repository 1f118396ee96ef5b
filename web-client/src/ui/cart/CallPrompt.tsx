import { facesOf, handsNote } from "../../core/faces";
import { formatElapsed, formatList } from "../../core/format";
import { watchersNote } from "../../core/roles";
import type { Room } from "../../net/room";
import { Icon } from "../icons";
import { Face } from "../People";
import { Line } from "./Line";

/** Who helps: called for with one tap, waited for, or here. */
export function CallPrompt({ room }: { room: Room }) {
  const { call, expertIsHere } = room.people;
  const { state } = call.value;
  if (expertIsHere.value) return <Watchers room={room} />;
  switch (state) {
    case "ringing":
      return <Ringing room={room} />;
    case "unanswered":
      return (
        <Line
          title="Nobody answered"
          note="Call again, send an expert a link under People, or phone one."
        >
          <CallButton room={room}>Call again</CallButton>
        </Line>
      );
    case "accepted":
      return <Answered room={room} />;
    case "idle":
      return (
        <Line title="No expert is here" note={observersNote(room)}>
          <CallButton room={room}>Call expert</CallButton>
        </Line>
      );
  }
}

function Ringing({ room }: { room: Room }) {
  const forMs = room.callForMs.value;
  const { reached } = room.people.call.value;
  return (
    <Line
      beating="phone"
      title={
        <>
          Calling an expert{" "}
          {forMs !== undefined && (
            <time class="num" aria-hidden="true">
              {formatElapsed(forMs)}
            </time>
          )}
        </>
      }
      note={reachedNote(reached)}
    >
      <button type="button" class="btn" onClick={() => room.people.cancelCall()}>
        Cancel
      </button>
    </Line>
  );
}

/** Whoever answered isn't in the room: on the way still, or gone again. */
function Answered({ room }: { room: Room }) {
  const { by } = room.people.call.value;
  const hasLeft = room.people.find(by)?.present === false;
  const name = room.people.nameOf(by);
  return (
    <Line
      title={hasLeft ? `${name} has left` : `${name} is coming`}
      note={hasLeft ? "Who left can come back. Or call again." : "The call was answered."}
    >
      <CallButton room={room}>Call again</CallButton>
    </Line>
  );
}

function reachedNote(reached: number): string {
  if (reached === 0) return "No page of somebody on call can ring. Phone one, or send a link.";
  return reached === 1 ? "It rings for one expert." : `It rings for ${reached} experts.`;
}

export function CallButton({ room, children }: { room: Room; children: string }) {
  return (
    <button
      type="button"
      class="btn primary"
      disabled={room.link.value.kind !== "open"}
      onClick={() => room.people.ring()}
    >
      <Icon name="phone" size={26} />
      {children}
    </button>
  );
}

function watchersOf(room: Room) {
  return room.people.admitted.value.filter(
    ({ present, role }) => present && (role === "expert" || role === "observer"),
  );
}

function Watchers({ room }: { room: Room }) {
  const watching = watchersOf(room);
  const experts = watching.filter(({ role }) => role === "expert");
  const hands = handsNote(watching);
  return (
    <div class="watchers" role="status" data-testid="watchers">
      <div class="faces">
        {facesOf(watching, 3).shown.map((person) => (
          <Face key={person.id} room={room} person={person} />
        ))}
      </div>
      <div>
        <b>{formatList(experts.map(({ name }) => name))}</b>
        <span class={hands ? "note asks" : "note"}>
          {hands ||
            watchersNote(
              experts.length,
              watching.length - experts.length,
              room.people.players.value,
            )}
        </span>
      </div>
    </div>
  );
}

function observersNote(room: Room): string {
  return (
    handsNote(watchersOf(room)) ||
    watchersNote(0, watchersOf(room).length, room.people.players.value)
  );
}
