import { useEffect, useRef, useState } from "preact/hooks";
import { Chime } from "../net/chime";
import type { Participant } from "../net/messages.gen";
import type { Room } from "../net/room";

/** Sounds of the room: somebody knocks or raises a hand, and, for an expert, somebody rings. */
export function useChimes(room: Room): void {
  const [chime] = useState(() => new Chime());
  const { admitted, waiting } = room.people;
  const rings = room.seat.role === "expert" && room.people.call.value.state === "ringing";
  const hands = room.senses.maySpeak ? admitted.value.filter(({ hand }) => hand) : [];
  useKnock(chime, waiting.value);
  useKnock(chime, hands);

  useEffect(() => {
    chime.ring(rings);
    return () => chime.ring(false);
  }, [rings]);
}

/** For each that is new among those who want something. */
function useKnock(chime: Chime, people: readonly Participant[]): void {
  const known = useRef<ReadonlySet<string>>(new Set());
  const ids = people.map(({ id }) => id);
  useEffect(() => {
    if (ids.some((id) => !known.current.has(id))) chime.knock();
    known.current = new Set(ids);
  }, [ids.join(" ")]);
}
