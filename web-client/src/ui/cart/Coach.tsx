import { useEffect } from "preact/hooks";
import { PROBE_WORDS, type ProbeWords, spokenWords } from "../../core/probe-words";
import type { Guidance } from "../../net/guidance";
import type { ProbeAnswer, SuggestionState } from "../../net/messages.gen";
import type { Room } from "../../net/room";
import { Icon } from "../icons";
import { Schematic } from "../probe/Schematic";

const MOST_REMEMBERED = 3;

export interface CoachProps {
  room: Room;
  guidance: Guidance;
  asked: SuggestionState;
}

/** What the expert asks of the probe now: drawn, in words, aloud, and answered with one tap. */
export function Coach({ room, guidance, asked }: CoachProps) {
  const suggestions = room.consult.log.value?.suggestions ?? [];
  const language = guidance.language.value;
  useArrival(asked, room, guidance);
  const words = PROBE_WORDS[language];
  const reply = (answer: ProbeAnswer) => {
    guidance.hush();
    room.consult.ask({ type: "probe.reply", suggestion: asked.id, answer });
  };
  return (
    <section class="ask" aria-label="What the expert asks" data-testid="coach" lang={language}>
      <Schematic key={asked.id} {...asked} ends={words.ends} label={spokenWords(asked, language)} />
      <div class="words" role="status" aria-live="assertive">
        <p class="by">
          {room.people.nameOf(asked.by)} {words.asks}
        </p>
        <h2>{spokenWords(asked, language)}</h2>
        <p>{words.notes[asked.move]}</p>
      </div>
      <div class="answers">
        <button type="button" class="btn primary" onClick={() => reply("done")}>
          <Icon name="check" size={28} />
          {words.done}
        </button>
        <button type="button" class="btn" onClick={() => reply("cannot")}>
          {words.cannot}
        </button>
      </div>
      <Before suggestions={suggestions} asked={asked} guidance={guidance} />
    </section>
  );
}

/** Said aloud once, and acknowledged as soon as the page is in front. */
function useArrival(asked: SuggestionState, room: Room, guidance: Guidance): void {
  const isNew = asked.answer === null;
  useEffect(() => {
    if (!isNew) return undefined;
    guidance.say(asked);
    const seen = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", seen);
      room.consult.ask({ type: "probe.reply", suggestion: asked.id, answer: "seen" });
    };
    document.addEventListener("visibilitychange", seen);
    seen();
    return () => document.removeEventListener("visibilitychange", seen);
  }, [asked.id]);
}

function Before(props: {
  suggestions: readonly SuggestionState[];
  asked: SuggestionState;
  guidance: Guidance;
}) {
  const { suggestions, asked, guidance } = props;
  const words = PROBE_WORDS[guidance.language.value];
  const before = suggestions.filter(({ id }) => id !== asked.id).slice(-MOST_REMEMBERED);
  if (before.length === 0) return null;
  return (
    <ol class="before" aria-label="Asked before">
      {before.map((suggestion) => (
        <li key={suggestion.id}>
          <span>{spokenWords(suggestion, guidance.language.value)}</span>
          <span class="soft">{answerWord(suggestion.answer, words)}</span>
        </li>
      ))}
    </ol>
  );
}

/** What the operator answered; that the page has shown it is no answer. */
function answerWord(answer: ProbeAnswer | null, words: ProbeWords): string {
  if (answer === "done") return words.done;
  return answer === "cannot" ? words.cannot : "–";
}
