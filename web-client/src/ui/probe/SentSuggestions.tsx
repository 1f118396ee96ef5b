import { ANSWER_WORDS, suggestionWords } from "../../core/probe";
import type { ProbeAnswer, SuggestionState } from "../../net/messages.gen";
import type { Room } from "../../net/room";
import { Icon, type IconName } from "../icons";

const MOST_SHOWN = 5;

const ANSWER_ICONS: Record<ProbeAnswer, IconName> = {
  seen: "eye",
  done: "check",
  cannot: "close",
};

/** What was asked of the hand, the newest first, and what the operator answered. */
export function SentSuggestions({ room }: { room: Room }) {
  const suggestions = room.consult.log.value?.suggestions ?? [];
  const [newest, ...before] = suggestions.slice(-MOST_SHOWN).reverse();
  if (!newest) return <p class="note">What you send appears here with the operator’s answer.</p>;
  return (
    <>
      <div
        class={`sent ${newest.answer ?? ""}`}
        role="status"
        data-testid="probe-sent"
        data-answer={newest.answer ?? ""}
      >
        <b>{suggestionWords(newest)}</b>
        <Answer room={room} suggestion={newest} />
      </div>
      {before.length > 0 && (
        <ol class="sent-before" aria-label="Sent before">
          {before.map((suggestion) => (
            <li key={suggestion.id}>
              <span>{suggestionWords(suggestion)}</span>
              <Answer room={room} suggestion={suggestion} />
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

function Answer({ room, suggestion }: { room: Room; suggestion: SuggestionState }) {
  const { id, answer } = suggestion;
  if (!answer) return <small>{room.consult.isPending(id) ? "Sending" : "Sent"}</small>;
  return (
    <small class={answer}>
      <Icon name={ANSWER_ICONS[answer]} size={16} />
      {ANSWER_WORDS[answer]}
    </small>
  );
}
