import { keptWords } from "../core/consent";
import type { Room } from "../net/room";

/** Always visible: whether anything of this consult is kept, on what basis; also when it is over. */
export function Recording({ room }: { room: Room }) {
  const consented = room.consult.log.value?.consent != null;
  return (
    <span class="chip recording" role="status" data-testid="recording">
      {keptWords({ consented, ended: room.people.summary.value })}
    </span>
  );
}
