import { useState } from "preact/hooks";
import { inOrder, ROLE_WORDS } from "../core/roles";
import type { Participant } from "../net/messages.gen";
import type { Room } from "../net/room";
import { Icon } from "./icons";
import { Avatar } from "./People";

interface PersonProps {
  room: Room;
  person: Participant;
}

/** Everybody in the room, and what one may ask of them. */
export function Roster({ room }: { room: Room }) {
  return (
    <ul class="roster">
      {inOrder(room.people.admitted.value).map((person) => (
        <Person key={person.id} room={room} person={person} />
      ))}
      <Players count={room.people.players.value} />
    </ul>
  );
}

/** They have no seat and no name, but whoever looks at them sees the picture. */
function Players({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <li class="person">
      <span class="avatar player" aria-hidden="true">
        <Icon name="screen" size={18} />
      </span>
      <span class="who">
        <b>{count === 1 ? "A player" : `${count} players`}</b>
        <small>Shows the picture elsewhere</small>
      </span>
    </li>
  );
}

function Person({ room, person }: PersonProps) {
  const me = room.people.me.value;
  const speaks = room.senses.speaking.value.includes(person.id) && !person.muted;
  const asks = asksOf({ room, person });
  const row = (
    <>
      <span class={speaks ? "speaks" : ""}>
        <Avatar person={person} />
      </span>
      <span class="who">
        <b>{person.id === me ? `${person.name} (you)` : person.name}</b>
        <small>{stateOf(person, speaks)}</small>
      </span>
      <Signs person={person} leads={person.id === leadOf(room)} />
    </>
  );
  if (asks.length === 0) return <li class="person">{row}</li>;
  return (
    <li>
      <details class="asks" name="person">
        <summary class="person">
          {row}
          <Icon name="chevron" size={18} />
        </summary>
        <div class="row">
          {asks.map((ask) => (
            <AskButton key={ask.label} ask={ask} />
          ))}
        </div>
      </details>
    </li>
  );
}

function leadOf(room: Room): string {
  return room.consult.log.value?.lead ?? "";
}

function stateOf(person: Participant, speaks: boolean): string {
  if (!person.present) return "Away";
  return speaks ? "Speaks" : ROLE_WORDS[person.role];
}

function Signs({ person, leads }: { person: Participant; leads: boolean }) {
  const isPerson = person.role !== "camera";
  return (
    <span class="signs">
      {person.hand && <Sign icon="hand" word="Hand raised" tone="warn" />}
      {person.present && isPerson && person.microphone && (
        <Sign
          icon={person.muted ? "mic_off" : "mic"}
          word={person.muted ? "Muted" : "Microphone on"}
        />
      )}
      {leads && <Sign icon="star" word="Leads" tone="accent" />}
      {isPerson && (person.verified ? <Sign icon="verified" word="Signed in" /> : <Guest />)}
    </span>
  );
}

function Sign(props: {
  icon: "hand" | "mic" | "mic_off" | "star" | "verified";
  word: string;
  tone?: string;
}) {
  return (
    <span class={`sign ${props.tone ?? ""}`} title={props.word}>
      <Icon name={props.icon} size={18} />
      <span class="unseen">{props.word}</span>
    </span>
  );
}

function Guest() {
  return (
    <span class="guest" title="Came by an invitation; who it is wasn’t checked">
      Guest
    </span>
  );
}

interface Ask {
  label: string;
  run: () => void;
  /** Asked again before it is done. */
  sure?: string;
}

/** What the own role may ask of this person just now. */
function asksOf({ room, person }: PersonProps): Ask[] {
  const { people, seat } = room;
  const lead = leadOf(room);
  const giveLead = () => room.consult.ask({ type: "lead.give", participant: person.id });
  const myself = people.me.value;
  const mine = person.id === myself;
  if (seat.role !== "operator" && seat.role !== "expert") return [];
  const asks: Ask[] = [];
  if (!mine && person.microphone && !person.muted) {
    asks.push({ label: "Mute", run: () => people.mute(person.id) });
  }
  const free = !people.find(lead)?.present;
  const mayLead = person.role === "expert" && person.present && person.id !== lead;
  if (mayLead && mine && free) {
    asks.push({ label: "Take the lead", run: giveLead });
  }
  if (mayLead && !mine && (seat.role === "operator" || lead === myself)) {
    asks.push({ label: "Hand over the lead", run: giveLead });
  }
  if (!mine && person.role !== "operator") {
    asks.push({
      label: "Remove",
      sure: `Remove ${person.name} for good?`,
      run: () => people.kick(person.id),
    });
  }
  return asks;
}

function AskButton({ ask }: { ask: Ask }) {
  const [asking, setAsking] = useState(false);
  if (!asking) {
    const run = ask.sure ? () => setAsking(true) : ask.run;
    return (
      <button type="button" class="btn" onClick={run}>
        {ask.label}
      </button>
    );
  }
  return (
    <div class="sure" role="alertdialog" aria-label={ask.sure}>
      <p>{ask.sure}</p>
      <button type="button" class="btn" onClick={() => setAsking(false)} ref={focus}>
        Keep
      </button>
      <button type="button" class="btn danger" onClick={ask.run}>
        {ask.label}
      </button>
    </div>
  );
}

function focus(button: HTMLButtonElement | null): void {
  button?.focus();
}
