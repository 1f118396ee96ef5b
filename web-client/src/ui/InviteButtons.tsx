import { useState } from "preact/hooks";
import type { Room } from "../net/room";
import { InviteCard } from "./InviteCard";
import { Icon } from "./icons";

const GUESTS = [
  { role: "expert", label: "Invite an expert" },
  { role: "observer", label: "Invite an observer" },
  { role: "camera", label: "Phone as probe camera" },
] as const;

/** Whom one may bring into the room. One link at a time is shown. */
export function InviteButtons({ room }: { room: Room }) {
  const [role, setRole] = useState<(typeof GUESTS)[number]["role"] | undefined>(undefined);
  return (
    <section class="invites" aria-label="Invite">
      <div class="row">
        {GUESTS.map((guest) => (
          <button
            key={guest.role}
            type="button"
            class="btn"
            aria-pressed={guest.role === role}
            onClick={() => setRole(guest.role === role ? undefined : guest.role)}
          >
            <Icon name={guest.role === "camera" ? "mobile" : "add_person"} />
            {guest.label}
          </button>
        ))}
      </div>
      {role && <InviteCard key={role} room={room} guest={role} />}
    </section>
  );
}
