import type { CoveredText } from "../../net/messages.gen";
import type { Room } from "../../net/room";
import { Line } from "../cart/Line";
import { keepCovered } from "./decisions";

/** On the cart: may this text be shown? It is covered until somebody says so. */
export function TextPrompt({ room, text }: { room: Room; text: CoveredText }) {
  return (
    <Line
      title="Text in the picture is covered"
      note="Show it only if it names nobody: no name, number or date."
    >
      <button type="button" class="btn primary" onClick={() => keepCovered(text.id)}>
        Keep covered
      </button>
      <button
        type="button"
        class="btn"
        onClick={() => room.send({ type: "text.allow", text: text.id })}
      >
        Show it
      </button>
    </Line>
  );
}
