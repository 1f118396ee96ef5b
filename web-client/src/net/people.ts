/** Who is here, who waits at the door, who is being called, and what one may ask of them. */

import { computed, signal } from "@preact/signals";
import type {
  CallStateMessage,
  ClientMessage,
  Participant,
  Role,
  ServerMessage,
  SessionSummaryMessage,
} from "./messages.gen";

function isViewer(role: Role): boolean {
  return role === "expert" || role === "observer";
}

const NO_CALL: CallStateMessage = {
  type: "call.state",
  state: "idle",
  by: "",
  since_ns: "0",
  reached: 0,
};

export class People {
  /** One's own seat, known from the first ``welcome`` on. */
  readonly me = signal("");
  /** Not let in yet: one knows nothing of the room. */
  readonly inLobby = signal(false);
  readonly everybody = signal<readonly Participant[]>([]);
  /** Programs that show the picture without a seat (WHEP). */
  readonly players = signal(0);
  readonly call = signal<CallStateMessage>(NO_CALL);
  /** What was seen and sent, once the session has ended. */
  readonly summary = signal<SessionSummaryMessage | undefined>(undefined);

  readonly admitted = computed(() => this.everybody.value.filter((person) => person.admitted));
  readonly waiting = computed(() =>
    this.everybody.value.filter((person) => !person.admitted && person.present),
  );
  readonly expertIsHere = computed(() =>
    this.admitted.value.some((person) => person.present && person.role === "expert"),
  );
  /** Somebody else sees the picture. */
  readonly isSeen = computed(
    () =>
      this.players.value > 0 ||
      this.admitted.value.some(({ present, role }) => present && isViewer(role)),
  );
  readonly myself = computed(() => this.find(this.me.value));

  readonly #send: (message: ClientMessage) => boolean;

  constructor(send: (message: ClientMessage) => boolean) {
    this.#send = send;
  }

  find(id: string): Participant | undefined {
    return this.everybody.value.find((person) => person.id === id);
  }

  isHere(id: string): boolean {
    return this.find(id)?.present === true;
  }

  /** How a participant is called on the screen; also somebody who has left. */
  nameOf(id: string): string {
    return this.find(id)?.name ?? "Somebody";
  }

  admit(participant: string): void {
    this.#send({ type: "lobby.admit", participant });
  }

  /** Ends a seat: a refusal in the lobby, a removal in the room. */
  kick(participant: string): void {
    this.#send({ type: "seat.kick", participant });
  }

  mute(participant: string): void {
    this.#send({ type: "voice.mute", participant });
  }

  raiseHand(raised: boolean): void {
    this.#send({ type: "hand.raise", raised });
  }

  ring(): void {
    this.#send({ type: "call.ring" });
  }

  cancelCall(): void {
    this.#send({ type: "call.cancel" });
  }

  acceptCall(): void {
    this.#send({ type: "call.accept" });
  }

  receive(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.me.value = message.participant;
        this.inLobby.value = !message.admitted;
        return;
      case "session.state":
        this.everybody.value = message.participants;
        this.players.value = message.players;
        if (message.state !== "ended") this.summary.value = undefined;
        return;
      case "call.state":
        this.call.value = message;
        return;
      case "session.summary":
        this.summary.value = message;
        return;
    }
  }
}
