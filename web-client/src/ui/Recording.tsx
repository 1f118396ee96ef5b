import type { Room } from "../net/room";

/** Always visible: whether anything of this consult is kept, and on what basis. */
export function Recording({ room }: { room: Room }) {
  const consent = room.consult.log.value?.consent;
  return (
    <span class="chip recording" role="status" data-testid="recording">
      {consent ? "Stills kept, no clips" : "Not recorded"}
    </span>
  );
}
