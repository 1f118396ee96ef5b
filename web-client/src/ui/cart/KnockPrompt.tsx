import { ROLE_WORDS } from "../../core/roles";
import type { Participant } from "../../net/messages.gen";
import type { Room } from "../../net/room";
import { Line } from "./Line";

/** Somebody at the door, one at a time. */
export function KnockPrompt({ room, person }: { room: Room; person: Participant }) {
  const guest = person.verified ? "" : ", a guest: nobody checked who it is";
  return (
    <Line
      beating="door"
      title={`${person.name} wants to come in`}
      note={`${ROLE_WORDS[person.role]}${guest}.`}
    >
      <button type="button" class="btn" onClick={() => room.people.kick(person.id)}>
        Refuse
      </button>
      <button type="button" class="btn primary" onClick={() => room.people.admit(person.id)}>
        Let in
      </button>
    </Line>
  );
}
