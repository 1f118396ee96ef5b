import type { Room } from "../net/room";
import { Icon } from "./icons";
import { openSetupTab } from "./setup-tab";

/** To the set-up page, which only the capturing machine's own browser can open. */
export function SetupButton({ room }: { room: Room }) {
  const url = room.setupUrl.value;
  return (
    <>
      <button type="button" class="btn primary" onClick={() => openSetupTab(room)}>
        <Icon name="mask" />
        Set up the mask
      </button>
      {url && (
        <p data-testid="setup-link">
          If no tab opened:{" "}
          <a href={url} target="_blank" rel="noreferrer">
            open the set-up page
          </a>
          . It works only on the machine with the capture card.
        </p>
      )}
    </>
  );
}
