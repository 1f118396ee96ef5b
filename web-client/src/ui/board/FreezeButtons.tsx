import type { Room } from "../../net/room";
import { Icon } from "../icons";
import { deskOf } from "./desk";

/** Two buttons for a dock: freeze for everybody, freeze for oneself. */
export function FreezeButtons({ room }: { room: Room }) {
  const { freezing, isActive } = deskOf(room);
  const { kind } = freezing.view.value;
  return (
    <>
      {isActive && (
        <button
          type="button"
          class={kind === "together" ? "btn" : "btn primary"}
          aria-pressed={kind === "together"}
          disabled={!room.consult.log.value || !freezing.canShare.value}
          title={
            freezing.canShare.value
              ? "Freeze the picture for everybody (Shift + Space)"
              : "This frame is too old to share. Go on first."
          }
          onClick={() => freezing.together()}
        >
          <Icon name="snow" size={20} />
          Freeze together
        </button>
      )}
      <button
        type="button"
        class="btn"
        aria-pressed={kind === "own"}
        disabled={kind === "together"}
        title="Freeze the picture for yourself only (Space)"
        onClick={() => freezing.toggle()}
      >
        Freeze for me
      </button>
    </>
  );
}
