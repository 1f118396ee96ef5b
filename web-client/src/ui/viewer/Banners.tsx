import { formatElapsed } from "../../core/format";
import { ROLE_WORDS } from "../../core/roles";
import type { Participant } from "../../net/messages.gen";
import type { Room } from "../../net/room";
import { Icon } from "../icons";

/** What asks an expert for an answer: the cart rings, somebody knocks. */
export function Banners({ room }: { room: Room }) {
  const { call, waiting } = room.people;
  const { state } = call.value;
  return (
    <>
      {(state === "ringing" || state === "unanswered") && <Ring room={room} />}
      {waiting.value.map((person) => (
        <Knock key={person.id} room={room} person={person} />
      ))}
    </>
  );
}

export function hasBanners(room: Room): boolean {
  const { call, waiting } = room.people;
  const rings = ["ringing", "unanswered"].includes(call.value.state);
  return room.seat.role === "expert" && (rings || waiting.value.length > 0);
}

function Ring({ room }: { room: Room }) {
  const forMs = room.callForMs.value;
  const { state, by } = room.people.call.value;
  return (
    <div class="ask-banner" role="alert" data-testid="ring-banner">
      <span class="beating" aria-hidden="true">
        <Icon name="phone" size={22} />
      </span>
      <p>
        <b>{state === "ringing" ? `${room.people.nameOf(by)} calls` : "A call wasn’t answered"}</b>
        {forMs !== undefined && (
          <span class="soft num" aria-hidden="true">
            {formatElapsed(forMs)}
          </span>
        )}
      </p>
      <button type="button" class="btn primary" onClick={() => room.people.acceptCall()}>
        Accept
      </button>
    </div>
  );
}

function Knock({ room, person }: { room: Room; person: Participant }) {
  return (
    <div class="ask-banner" role="alert" data-testid="knock">
      <span class="beating" aria-hidden="true">
        <Icon name="door" size={22} />
      </span>
      <p>
        <b>{person.name} wants to come in</b>
        <span class="soft">
          {ROLE_WORDS[person.role]}
          {!person.verified && ", a guest"}
        </span>
      </p>
      <button type="button" class="btn" onClick={() => room.people.kick(person.id)}>
        Refuse
      </button>
      <button type="button" class="btn primary" onClick={() => room.people.admit(person.id)}>
        Let in
      </button>
    </div>
  );
}
