import type { Room } from "../../net/room";
import { Icon } from "../icons";

/** A question, for whoever may speak to see. */
export function HandButton({ room }: { room: Room }) {
  const raised = room.people.myself.value?.hand ?? false;
  return (
    <button
      type="button"
      class="btn"
      aria-pressed={raised}
      onClick={() => room.people.raiseHand(!raised)}
    >
      <Icon name="hand" />
      {raised ? "Lower hand" : "Raise hand"}
    </button>
  );
}
