import { useEffect, useState } from "preact/hooks";
import { keepTabState, tabState } from "../../net/preferences";
import type { Room } from "../../net/room";
import { CallButton } from "./CallPrompt";

const KEY = "begun";

/**
 * Whether the operator is past the checks: they went on with a tap, which a reload remembers, or
 * somebody is here already. What others see isn't hidden from who scans: they must notice when
 * something leaves that shouldn't.
 */
export function useBegun(room: Room, ended: boolean): { begun: boolean; begin: () => void } {
  const [tapped, setTapped] = useState(() => tabState(KEY) === "yes");
  const keep = (value: boolean) => {
    setTapped(value);
    keepTabState(KEY, value ? "yes" : "");
  };
  useEffect(() => {
    if (ended) keep(false);
  }, [ended]);
  const seen = room.people.isSeen.value || room.people.call.value.state !== "idle";
  useEffect(() => {
    if (seen) keep(true);
  }, [seen]);
  return { begun: tapped || seen || ended, begin: () => keep(true) };
}

/** After the checks: one big tap for help, or on without it. */
export function Begin({ room, onBegin }: { room: Room; onBegin: () => void }) {
  return (
    <div class="begin">
      <CallButton room={room}>Call expert</CallButton>
      <button type="button" class="btn quiet" onClick={onBegin}>
        Go on without calling
      </button>
    </div>
  );
}
