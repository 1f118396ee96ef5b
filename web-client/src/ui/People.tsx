import { initials } from "../core/format";
import type { Participant } from "../net/messages.gen";
import type { Room } from "../net/room";

const ROLE_WORDS = { operator: "Operator", expert: "Expert", observer: "Observer" } as const;
const MOST_FACES = 4;

export function Avatar({ person }: { person: Participant }) {
  return (
    <span class={`avatar ${person.role} ${person.present ? "" : "away"}`} aria-hidden="true">
      {initials(person.name)}
    </span>
  );
}

export function peopleOf(room: Room): Participant[] {
  return room.session.value?.participants ?? [];
}

/** Who is here, as faces; the roster has the names. */
export function Faces({ people }: { people: readonly Participant[] }) {
  const present = people.filter((person) => person.present);
  const more = present.length - MOST_FACES;
  const shown = more > 0 ? present.slice(0, MOST_FACES - 1) : present;
  const label = `Here now: ${present.map((person) => person.name).join(", ") || "nobody"}`;
  return (
    <div class="people" role="img" aria-label={label}>
      {shown.map((person) => (
        <Avatar key={person.id} person={person} />
      ))}
      {more > 0 && (
        <span class="avatar more num" aria-hidden="true">
          +{present.length - shown.length}
        </span>
      )}
    </div>
  );
}

export function Roster({ room }: { room: Room }) {
  const me = room.welcome.value?.participant;
  return (
    <ul class="roster">
      {peopleOf(room).map((person) => (
        <li key={person.id}>
          <Avatar person={person} />
          <span class="who">{person.id === me ? `${person.name} (you)` : person.name}</span>
          <span class="state">{person.present ? ROLE_WORDS[person.role] : "away"}</span>
        </li>
      ))}
    </ul>
  );
}
