import { useCallback, useState } from "preact/hooks";
import type { Room } from "../../net/room";
import { EndButton, Ending } from "../EndButton";

/** The five buttons: mute, freeze, clip, mark, end. */
export function Foot({ room }: { room: Room }) {
  const [ending, setEnding] = useState(false);
  const end = useCallback(() => {
    setEnding(false);
    room.end();
  }, [room]);
  if (ending) return <Ending onKeep={() => setEnding(false)} onEnd={end} />;
  return <EndButton disabled={room.link.value.kind !== "open"} onEnd={() => setEnding(true)} />;
}
