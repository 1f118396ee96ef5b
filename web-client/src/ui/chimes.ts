import { useEffect, useState } from "preact/hooks";
import { Chime } from "../net/chime";
import type { Room } from "../net/room";

/** Sounds of the room: somebody knocks, and, for an expert, somebody rings. */
export function useChimes(room: Room): void {
  const [chime] = useState(() => new Chime());
  const waiting = room.people.waiting.value.map(({ id }) => id).join(" ");
  const rings = room.seat.role === "expert" && room.people.call.value.state === "ringing";

  useEffect(() => {
    if (waiting) chime.knock();
  }, [waiting]);

  useEffect(() => {
    chime.ring(rings);
    return () => chime.ring(false);
  }, [rings]);
}
