import type { Room } from "../../net/room";
import { SetupButton } from "../SetupButton";

/**
 * What the operator may do about a picture that is blacked out. A page of text goes by itself; what
 * nothing checks may be shown all the same, on record.
 */
export function MaskWayOut({ room }: { room: Room }) {
  switch (room.source.value?.mask_code) {
    case "mask.text_page":
      return null;
    case "mask.unwatched":
      return (
        <button type="button" class="btn" onClick={() => room.send({ type: "lookout.override" })}>
          Show it without the check
        </button>
      );
    default:
      return <SetupButton room={room} />;
  }
}
