import { doingOf, facesOf } from "../core/faces";
import { initials } from "../core/format";
import type { Participant } from "../net/messages.gen";
import type { Room } from "../net/room";
import { Icon } from "./icons";

const MOST_FACES = 4;

export function Avatar({ person }: { person: Participant }) {
  return (
    <span class={`avatar ${person.role} ${person.present ? "" : "away"}`} aria-hidden="true">
      {initials(person.name)}
    </span>
  );
}

/** An avatar with a ring while its person speaks, and with a hand while that is raised. */
export function Face({ room, person }: { room: Room; person: Participant }) {
  const speaks = room.senses.speaking.value.includes(person.id) && !person.muted;
  return (
    <span class={`face ${speaks ? "speaks" : ""} ${person.hand ? "raised" : ""}`}>
      <Avatar person={person} />
      {person.hand && (
        <span class="hand" aria-hidden="true">
          <Icon name="hand" size={14} />
        </span>
      )}
    </span>
  );
}

/** Who is here and what they do, as faces; the roster has the names. */
export function Faces({ room }: { room: Room }) {
  const { shown, hidden } = facesOf(room.people.admitted.value, MOST_FACES);
  const speaking = room.senses.speaking.value;
  const all = [...shown, ...hidden].map((person) => doingOf(person, speaking));
  return (
    <div class="people" role="img" aria-label={`Here now: ${all.join(", ") || "nobody"}`}>
      {shown.map((person) => (
        <Face key={person.id} room={room} person={person} />
      ))}
      {hidden.length > 0 && (
        <span class={`face ${hidden.some(({ id }) => speaking.includes(id)) ? "speaks" : ""}`}>
          <span class="avatar more num" aria-hidden="true">
            +{hidden.length}
          </span>
        </span>
      )}
    </div>
  );
}
