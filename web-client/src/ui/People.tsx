import { initials } from "../core/format";
import { inOrder } from "../core/roles";
import type { Participant } from "../net/messages.gen";

const MOST_FACES = 4;

export function Avatar({ person }: { person: Participant }) {
  return (
    <span class={`avatar ${person.role} ${person.present ? "" : "away"}`} aria-hidden="true">
      {initials(person.name)}
    </span>
  );
}

/** Who is here, as faces; the roster has the names. */
export function Faces({ people }: { people: readonly Participant[] }) {
  const present = inOrder(people).filter((person) => person.present);
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
