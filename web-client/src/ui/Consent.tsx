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
  if (consent) return <Given room={room} {...consent} />;
  return <Asked room={room} />;
}

function Asked({ room }: { room: Room }) {
  const [teaching, setTeaching] = useState(false);
  return (
    <section class="consent">
      <p class="soft">
        Nothing is recorded, and no picture is kept, before one of these is chosen.
      </p>
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
    </section>
  );
}

function Given({ room, basis, teaching }: { room: Room; basis: ConsentBasis; teaching: boolean }) {
  return (
    <section class="consent" data-testid="consent-given">
      <p class="agreed">
        <Icon name="consent" size={28} />
        <span>
          <b>{CONSENT_WORDS[basis]}</b>
          <small>{teaching ? "For treatment, and for teaching." : "Not for teaching."}</small>
        </span>
      </p>
      <p class="soft" data-testid="clips-unavailable">
        This node doesn’t record clips, so there is nothing to clip yet. Frozen pictures are kept
        while the consent stands.
      </p>
      <button
        type="button"
        class="btn danger"
        onClick={() => room.consult.ask({ type: "consent.withdraw" })}
      >
        Withdraw the consent
      </button>
      <p class="soft">Frozen pictures that were kept are then deleted.</p>
    </section>
  );
}
