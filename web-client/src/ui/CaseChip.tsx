import type { Side } from "../net/messages.gen";
import type { Room } from "../net/room";

export const SIDE_WORDS: Record<Side, string> = {
  left: "left",
  right: "right",
  both: "both sides",
  none: "",
};

/** What everybody here calls the patient. */
export function CaseChip({ room }: { room: Room }) {
  const current = room.encounter.current.value;
  if (!current) return null;
  const side = SIDE_WORDS[current.side];
  return (
    <span class="chip" data-testid="case">
      <span>
        Case <b class="num">{current.case}</b>
        {side && `, ${side}`}
      </span>
    </span>
  );
}
