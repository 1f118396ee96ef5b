import { useMemo, useState } from "preact/hooks";
import type { Room } from "../../net/room";
import { deskOf } from "../board/desk";
import { type KeyAction, KeyList, useKeys } from "../Keys";
import { Sheet } from "../Sheet";
import { talkAction } from "../VoiceButton";

/** The cart by keyboard or pedal, and the list of its keys while it is open. */
export function CartKeys({ room, scanning }: { room: Room; scanning: boolean }) {
  const [listed, setListed] = useState(false);
  const talk = talkAction(room.senses.voice);
  const actions = useMemo<KeyAction[]>(
    () => [
      talk,
      {
        key: "m",
        cap: "M",
        does: "Mute, and be heard again",
        run: () => room.senses.voice.toggle(),
      },
      ...(scanning ? [freezeAction(room)] : []),
      { key: "?", cap: "?", does: "This list", run: () => setListed((open) => !open) },
    ],
    [room, talk.key, scanning],
  );
  useKeys(actions);
  if (!listed) return null;
  return (
    <Sheet title="Keys" onClose={() => setListed(false)}>
      <KeyList actions={actions} />
    </Sheet>
  );
}

/** As the button: for everybody. Behind a dialog nobody sees what they freeze. */
function freezeAction(room: Room): KeyAction {
  return {
    key: " ",
    cap: "Space",
    does: "Freeze for everybody, and go on",
    run: () => {
      if (!document.querySelector("dialog[open]")) deskOf(room).freezing.together();
    },
  };
}
