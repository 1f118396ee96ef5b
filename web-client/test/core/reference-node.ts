/** The node's side of the consult's log, as docs/protocol.md has it, written as plainly as can be. */

import type { Command } from "../../src/core/board";
import type {
  ConsultEventMessage,
  ConsultStateMessage,
  ErrorMessage,
  ServerMessage,
} from "../../src/net/messages.gen";

type Happening = ConsultEventMessage["event"];

export class ReferenceNode {
  consult: string;
  events: ConsultEventMessage[] = [];
  state: Omit<ConsultStateMessage, "type" | "handled">;

  constructor(consult: string) {
    this.consult = consult;
    this.state = {
      consult,
      seq: 0,
      lead: "ito",
      marks: [],
      suggestions: [],
      freeze: null,
      consent: null,
    };
  }

  greet(seat: string): ConsultStateMessage {
    const handled = this.events.flatMap(({ id, by }) => (by === seat ? id : []));
    return structuredClone({ type: "consult.state", ...this.state, handled });
  }

  /** What goes to everybody, or only to the sender. */
  handle(seat: string, command: Command): { all?: ServerMessage; sender?: ServerMessage } {
    const known = this.events.find(({ id }) => id === command.id);
    if (known) return { sender: structuredClone(known) };
    const event = this.#decide(seat, command);
    if (typeof event === "string") return { sender: refusal(event, command.id) };
    const message: ConsultEventMessage = {
      type: "consult.event",
      consult: this.consult,
      seq: this.state.seq + 1,
      id: command.id,
      by: seat,
      at_ns: "0",
      event,
    };
    this.events.push(message);
    this.state.seq += 1;
    this.#apply(seat, event);
    return { all: structuredClone(message) };
  }

  #decide(seat: string, command: Command): Happening | string {
    const { marks, freeze, lead, consent } = this.state;
    const operator = seat === "op";
    switch (command.type) {
      case "mark.add":
        if (marks.some(({ mark }) => mark.id === command.mark.id)) return "board.twice";
        return { kind: "mark_added", mark: command.mark };
      case "mark.remove": {
        const drawn = marks.find(({ mark }) => mark.id === command.mark);
        if (!drawn) return "board.gone";
        if (drawn.by !== seat && !operator && lead !== seat) return "board.not_yours";
        return { kind: "marks_removed", marks: [command.mark] };
      }
      case "board.clear": {
        if (command.scope === "all" && !operator && lead !== seat) return "board.not_lead";
        const gone = marks.filter(({ by }) => command.scope === "all" || by === seat);
        return { kind: "marks_removed", marks: gone.map(({ mark }) => mark.id) };
      }
      case "freeze": {
        const still = `${this.consult}-${this.state.seq + 1}`;
        return { kind: "frozen", still, captured_at_ns: command.captured_at_ns };
      }
      case "unfreeze":
        return freeze ? { kind: "unfrozen" } : "freeze.none";
      case "probe.suggest": {
        if (lead !== seat) return "probe.not_lead";
        const { id: suggestion, move, direction, amount = "moderate" } = command;
        return { kind: "suggested", suggestion, move, direction, amount };
      }
      case "probe.reply":
        if (!this.state.suggestions.some(({ id }) => id === command.suggestion)) {
          return "probe.unknown";
        }
        return { kind: "replied", suggestion: command.suggestion, answer: command.answer };
      case "consent.give":
        return {
          kind: "consent_given",
          basis: command.basis,
          teaching: command.teaching ?? false,
        };
      case "consent.withdraw":
        return consent ? { kind: "consent_withdrawn" } : "consent.none";
      case "lead.give":
        if (lead !== seat && !operator) return "lead.not_yours";
        return { kind: "lead_given", participant: command.participant };
    }
  }

  #apply(by: string, event: Happening): void {
    const { state } = this;
    if (event.kind === "mark_added") state.marks.push({ by, mark: event.mark });
    if (event.kind === "marks_removed") {
      for (const id of event.marks) {
        const index = state.marks.findIndex(({ mark }) => mark.id === id);
        if (index >= 0) state.marks.splice(index, 1);
      }
    }
    if (event.kind === "frozen") {
      state.freeze = { still: event.still, by, captured_at_ns: event.captured_at_ns };
    }
    if (event.kind === "unfrozen") state.freeze = null;
    if (event.kind === "suggested") {
      const { suggestion: id, move, direction, amount } = event;
      state.suggestions.push({ id, by, move, direction, amount, answer: null });
      if (state.suggestions.length > 50) state.suggestions.shift();
    }
    if (event.kind === "replied") {
      const one = state.suggestions.find(({ id }) => id === event.suggestion);
      if (one) one.answer = event.answer;
    }
    if (event.kind === "consent_given") {
      state.consent = { basis: event.basis, teaching: event.teaching };
    }
    if (event.kind === "consent_withdrawn") state.consent = null;
    if (event.kind === "lead_given") state.lead = event.participant;
  }
}

function refusal(code: string, id: string): ErrorMessage {
  return { type: "error", code, message: code, retry: false, fix: "", id };
}
