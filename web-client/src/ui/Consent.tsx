import { useState } from "preact/hooks";
import { CONSENT_WORDS } from "../core/consent";
import type { ConsentBasis } from "../net/messages.gen";
import type { Room } from "../net/room";
import { Icon } from "./icons";

const BASES: readonly { basis: ConsentBasis; label: string; note: string }[] = [
  { basis: "patient", label: "The patient agrees", note: "Asked, understood, said yes." },
  {
    basis: "representative",
    label: "A representative agrees",
    note: "Parent, guardian or proxy, on the patient’s behalf.",
  },
  {
    basis: "treatment",
    label: "Unable; treatment basis",
    note: "The patient can’t be asked. Reviewed within 24 hours.",
  },
];

/** Asked before anything is recorded, and shown and taken back at the same place. */
export function Consent({ room }: { room: Room }) {
  const consent = room.consult.log.value?.consent;
  return (
    <section class="consent">
      <p data-testid="clips-unavailable">
        With a consent, the pictures that are frozen together are kept. Clips aren’t recorded by
        this version.
      </p>
      {consent ? <Given room={room} {...consent} /> : <Asked room={room} />}
    </section>
  );
}

function Asked({ room }: { room: Room }) {
  const [teaching, setTeaching] = useState(false);
  return (
    <>
      <p class="soft">No picture is kept before one of these is chosen.</p>
      <div class="bases">
        {BASES.map(({ basis, label, note }) => (
          <button
            key={basis}
            type="button"
            class="basis"
            onClick={() => room.consult.ask({ type: "consent.give", basis, teaching })}
          >
            <b>{label}</b>
            <small>{note}</small>
          </button>
        ))}
      </div>
      <label class="tick">
        <input
          type="checkbox"
          checked={teaching}
          onChange={(event) => setTeaching(event.currentTarget.checked)}
        />
        <span>
          <b>Teaching too</b>
          <small>A consent of its own: without it, nothing is used to teach.</small>
        </span>
      </label>
    </>
  );
}

function Given({ room, basis, teaching }: { room: Room; basis: ConsentBasis; teaching: boolean }) {
  return (
    <>
      <p class="agreed" data-testid="consent-given">
        <Icon name="consent" size={28} />
        <span>
          <b>{CONSENT_WORDS[basis]}</b>
          <small>{teaching ? "For treatment, and for teaching." : "Not for teaching."}</small>
        </span>
      </p>
      <button
        type="button"
        class="btn danger"
        onClick={() => room.consult.ask({ type: "consent.withdraw" })}
      >
        Withdraw the consent
      </button>
      <p class="soft">Frozen pictures that were kept are then deleted.</p>
    </>
  );
}
