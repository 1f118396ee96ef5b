/**
 * A client's copy of the consult's log, and what it asked for itself that isn't in it yet.
 *
 * The log is what the node says. One's own commands are laid over it at once and stay there, marked
 * as pending, until the node acknowledges or refuses them; so every client comes to the node's fold
 * as soon as nothing is pending (docs/protocol.md).
 */

import type {
  BoardClearMessage,
  ConsentGiveMessage,
  ConsentWithdrawMessage,
  ConsultEventMessage,
  ConsultStateMessage,
  FreezeMessage,
  LeadGiveMessage,
  MarkAddMessage,
  MarkRemoveMessage,
  ProbeReplyMessage,
  ProbeSuggestMessage,
  UnfreezeMessage,
} from "../net/messages.gen";

export type Command =
  | MarkAddMessage
  | MarkRemoveMessage
  | BoardClearMessage
  | FreezeMessage
  | UnfreezeMessage
  | ProbeSuggestMessage
  | ProbeReplyMessage
  | ConsentGiveMessage
  | ConsentWithdrawMessage
  | LeadGiveMessage;

/** What the log comes to. */
export type Log = Omit<ConsultStateMessage, "type" | "handled">;

export interface Pending {
  command: Command;
  /** page clock, ms */
  askedAtMs: number;
}

export interface Board {
  /** undefined before the node first said what there is */
  log: Log | undefined;
  /** In the order in which they were asked for. */
  pending: readonly Pending[];
}

export const EMPTY: Board = { log: undefined, pending: [] };

/** Suggestions that the node remembers. */
const MAX_SUGGESTIONS = 50;

/**
 * Freezing, going on and guiding the hand mean now. After a lost line of this length nobody expects
 * them any more, ms.
 */
export const MOMENT_MS = 2_000;

/** The node's account, which replaces the log. Returns what was dropped because it came too late. */
export function replaced(
  board: Board,
  state: ConsultStateMessage,
  nowMs: number,
): { board: Board; dropped: readonly Command[] } {
  const { type: _, handled, ...log } = state;
  const another = board.log !== undefined && board.log.consult !== log.consult;
  const open = board.pending.filter(({ command }) => !handled.includes(command.id));
  const kept = open.filter((pending) => !another && !isPast(pending, nowMs));
  const dropped = open.filter((pending) => !kept.includes(pending));
  return { board: { log, pending: kept }, dropped: dropped.map(({ command }) => command) };
}

function isPast({ command, askedAtMs }: Pending, nowMs: number): boolean {
  const momentary = ["freeze", "unfreeze", "probe.suggest"].includes(command.type);
  return momentary && nowMs - askedAtMs > MOMENT_MS;
}

/**
 * One more event of the log. `gap`: events before it are missing, and the node must be asked again.
 * One that is known already acknowledges, and changes nothing else.
 */
export function happened(board: Board, event: ConsultEventMessage): { board: Board; gap: boolean } {
  const { log } = board;
  if (!log || event.consult !== log.consult || event.seq > log.seq + 1) return { board, gap: true };
  const pending = board.pending.filter(({ command }) => command.id !== event.id);
  if (event.seq <= log.seq) return { board: { log, pending }, gap: false };
  return { board: { log: { ...fold(log, event), seq: event.seq }, pending }, gap: false };
}

export function asked(board: Board, command: Command, askedAtMs: number): Board {
  return { ...board, pending: [...board.pending, { command, askedAtMs }] };
}

/** The node said no. */
export function refused(board: Board, id: string): Board {
  return { ...board, pending: board.pending.filter(({ command }) => command.id !== id) };
}

/** The log with one's own pending commands laid over it. */
export function seen(board: Board, me: string): Log | undefined {
  if (!board.log) return undefined;
  return board.pending.reduce((log, { command }) => expected(log, command, me), board.log);
}

export function isPending(board: Board, id: string): boolean {
  return board.pending.some(({ command }) => command.id === id);
}

/** The mark that undo takes away: one's own newest on this still, or on the moving picture. */
export function lastMark(log: Log, me: string, still: string): string | undefined {
  return log.marks.findLast(({ by, mark }) => by === me && mark.still === still)?.mark.id;
}

function fold(log: Log, { by, event }: ConsultEventMessage): Log {
  switch (event.kind) {
    case "mark_added":
      return { ...log, marks: [...log.marks, { by, mark: event.mark }] };
    case "marks_removed":
      return { ...log, marks: log.marks.filter(({ mark }) => !event.marks.includes(mark.id)) };
    case "frozen": {
      const { still, captured_at_ns } = event;
      return { ...log, freeze: { still, captured_at_ns, by } };
    }
    case "unfrozen":
      return { ...log, freeze: null };
    case "suggested": {
      const { suggestion: id, move, direction, amount } = event;
      return withSuggestion(log, { id, by, move, direction, amount, answer: null });
    }
    case "replied":
      return answered(log, event.suggestion, event.answer);
    case "consent_given":
      return { ...log, consent: { basis: event.basis, teaching: event.teaching } };
    case "consent_withdrawn":
      return { ...log, consent: null };
    case "lead_given":
      return { ...log, lead: event.participant };
    default:
      return log;
  }
}

/** What a command of one's own will probably lead to. The lead changes when the node says so. */
function expected(log: Log, command: Command, me: string): Log {
  switch (command.type) {
    case "mark.add":
      if (log.marks.some(({ mark }) => mark.id === command.mark.id)) return log;
      return { ...log, marks: [...log.marks, { by: me, mark: command.mark }] };
    case "mark.remove":
      return { ...log, marks: log.marks.filter(({ mark }) => mark.id !== command.mark) };
    case "board.clear":
      return {
        ...log,
        marks: command.scope === "all" ? [] : log.marks.filter(({ by }) => by !== me),
      };
    case "freeze":
      return {
        ...log,
        freeze: { still: "", by: me, captured_at_ns: String(command.captured_at_ns) },
      };
    case "unfreeze":
      return { ...log, freeze: null };
    case "probe.suggest": {
      const { id, move, direction, amount = "moderate" } = command;
      return withSuggestion(log, { id, by: me, move, direction, amount, answer: null });
    }
    case "probe.reply":
      return answered(log, command.suggestion, command.answer);
    case "consent.give":
      return {
        ...log,
        consent: { basis: command.basis, teaching: command.teaching ?? false },
      };
    case "consent.withdraw":
      return { ...log, consent: null };
    case "lead.give":
      return log;
  }
}

function withSuggestion(log: Log, suggestion: Log["suggestions"][number]): Log {
  if (log.suggestions.some(({ id }) => id === suggestion.id)) return log;
  return { ...log, suggestions: [...log.suggestions, suggestion].slice(-MAX_SUGGESTIONS) };
}

function answered(log: Log, id: string, answer: Log["suggestions"][number]["answer"]): Log {
  const suggestions = log.suggestions.map((one) => (one.id === id ? { ...one, answer } : one));
  return { ...log, suggestions };
}
