import { useEffect, useState } from "preact/hooks";
import { openSuggestion, SUGGESTION_LIFETIME_MS } from "../../core/probe";
import type { SuggestionState } from "../../net/messages.gen";
import type { Room } from "../../net/room";

/** What the hand is asked for now; nothing any more when it has waited too long on this page. */
export function useAsked(room: Room): SuggestionState | undefined {
  const suggestions = room.consult.log.value?.suggestions ?? [];
  const asked = openSuggestion(suggestions, (id) => room.people.isHere(id));
  const [lapsed, setLapsed] = useState("");

  useEffect(() => {
    if (!asked) return undefined;
    const timer = setTimeout(() => setLapsed(asked.id), SUGGESTION_LIFETIME_MS);
    return () => clearTimeout(timer);
  }, [asked?.id]);

  return asked?.id === lapsed ? undefined : asked;
}
