import type { Room } from "../../net/room";
import { BigButton } from "../cart/BigButton";
import { deskOf } from "./desk";

/** Freezes for everybody, and goes on again. */
export function FreezeBig({ room }: { room: Room }) {
  const { freezing } = deskOf(room);
  const frozen = freezing.view.value.kind === "together";
  return (
    <BigButton
      icon={frozen ? "play" : "snow"}
      pressed={frozen}
      disabled={!room.consult.log.value}
      onClick={() => freezing.together()}
    >
      {frozen ? "Go on" : "Freeze"}
    </BigButton>
  );
}

/** While it is on, a tap on the picture puts an arrow there; otherwise a tap points. */
export function MarkBig({ room }: { room: Room }) {
  const desk = deskOf(room);
  const on = desk.tool.value === "mark";
  return (
    <BigButton
      icon="bookmark"
      pressed={on}
      tone={on ? "accent" : ""}
      disabled={desk.obstacle.value !== ""}
      onClick={() => desk.choose(on ? "pointer" : "mark")}
    >
      {on ? "Tap the picture" : "Mark"}
    </BigButton>
  );
}
