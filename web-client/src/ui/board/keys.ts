import { TOOLS } from "../../core/tools";
import type { Room } from "../../net/room";
import type { KeyAction } from "../Keys";
import { deskOf } from "./desk";

/** The keys of the board, for whoever uses them; an observer has only the freeze of their own. */
export function boardKeys(room: Room): KeyAction[] {
  const desk = deskOf(room);
  const own: KeyAction = {
    key: " ",
    cap: "Space",
    does: "Freeze for me",
    run: () => desk.freezing.toggle(),
  };
  if (!desk.isActive) return [own];
  return [
    ...TOOLS.map(
      ({ tool, name, key }): KeyAction => ({
        key,
        cap: key.toUpperCase(),
        does: name,
        run: () => desk.choose(tool),
      }),
    ),
    { key: "u", cap: "U", does: "Undo your last mark", run: () => desk.undo() },
    { key: "z", ctrl: true, cap: "Ctrl Z", does: "Undo as well", run: () => desk.undo() },
    {
      key: "escape",
      cap: "Esc",
      does: "Give up what you are drawing",
      run: () => desk.cancel(),
    },
    own,
    {
      key: " ",
      shift: true,
      cap: "⇧ Space",
      does: "Freeze together",
      run: () => desk.freezing.together(),
    },
  ];
}
