import { sentence } from "../core/format";
import type { Room } from "../net/room";
import { Icon } from "./icons";

/** What the server said no to. Stays until it is read and closed. */
export function Toast({ room }: { room: Room }) {
  const problem = room.problem.value;
  if (!problem) return null;
  return (
    <div class="toast" role="alert" data-testid="toast" data-code={problem.code}>
      <Icon name="alert" />
      <p>
        {sentence(problem.message)}
        {problem.fix && <small>{sentence(problem.fix)}</small>}
      </p>
      <button
        type="button"
        class="btn icon"
        aria-label="Close this message"
        onClick={() => {
          room.problem.value = undefined;
        }}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
