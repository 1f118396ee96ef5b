import type { FindingKind } from "../../net/messages.gen";
import type { Room } from "../../net/room";
import { Sheet } from "../Sheet";

const WORDS: Record<FindingKind, string> = {
  known: "known of a patient here",
  name: "looks like a name",
  email: "an e-mail address",
  date: "a date",
  phone: "a telephone number",
  address: "part of an address",
  record_number: "looks like a record number",
  digits: "a long number",
};

/** A label isn't kept before its author has seen what in it may say who the patient is. */
export function LabelDoubt({ room }: { room: Room }) {
  const { consult } = room;
  const doubt = consult.doubt.value;
  if (!doubt) return null;
  return (
    <Sheet title="Does this say who the patient is?" onClose={() => consult.leaveLabelOut()}>
      <div class="doubt" data-testid="label-doubt">
        <blockquote>{doubt.mark.text}</blockquote>
        <ul>
          {doubt.found.map(({ kind, text }) => (
            <li key={`${kind} ${text}`}>
              <b>{text}</b>: {WORDS[kind]}
            </li>
          ))}
        </ul>
        <p class="soft">It isn’t kept yet, and nobody else has seen it.</p>
        <div class="actions">
          <button type="button" class="btn primary" onClick={() => consult.leaveLabelOut()}>
            Leave it out
          </button>
          <button type="button" class="btn" onClick={() => consult.confirmLabel()}>
            It names nobody: put it
          </button>
        </div>
      </div>
    </Sheet>
  );
}
