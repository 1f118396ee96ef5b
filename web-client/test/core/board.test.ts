import { describe, expect, it } from "vitest";
import {
  asked,
  type Board,
  type Command,
  EMPTY,
  happened,
  isPending,
  lastMark,
  MOMENT_MS,
  refused,
  replaced,
  seen,
} from "../../src/core/board";
import type { ConsultEventMessage, Mark, ServerMessage } from "../../src/net/messages.gen";
import { ReferenceNode } from "./reference-node";

function markOf(id: string, still = ""): Mark {
  return { id, kind: "pen", points: [0.1, 0.2, 0.3, 0.4], captured_at_ns: "5", still, text: "" };
}

function add(id: string, still = ""): Command {
  return { type: "mark.add", id, mark: markOf(id, still) };
}

function joined(node: ReferenceNode, seat: string, board: Board = EMPTY, nowMs = 0): Board {
  return replaced(board, node.greet(seat), nowMs).board;
}

function marksIn(board: Board, me: string): string[] {
  return seen(board, me)?.marks.map(({ mark }) => mark.id) ?? [];
}

describe("one's own commands", () => {
  const node = new ReferenceNode("consult-1");

  it("show at once, and are pending until they are acknowledged", () => {
    let board = asked(joined(node, "ito"), add("mark-001"), 0);
    expect(marksIn(board, "ito")).toEqual(["mark-001"]);
    expect(isPending(board, "mark-001")).toBe(true);
    const answer = node.handle("ito", add("mark-001")).all as ConsultEventMessage;
    board = happened(board, answer).board;
    expect(marksIn(board, "ito")).toEqual(["mark-001"]);
    expect(isPending(board, "mark-001")).toBe(false);
  });

  it("are taken back when the node refuses them", () => {
    const board = asked(joined(node, "ito"), add("mark-002"), 0);
    expect(marksIn(refused(board, "mark-002"), "ito")).toEqual(["mark-001"]);
  });

  it("survive a lost line, except those that meant that very moment", () => {
    let board = joined(node, "ito");
    const freeze: Command = { type: "freeze", id: "freeze-1", captured_at_ns: "7" };
    board = asked(asked(board, add("mark-003"), 0), freeze, 0);
    const soon = replaced(board, node.greet("ito"), MOMENT_MS);
    expect(soon.board.pending.map(({ command }) => command.id)).toEqual(["mark-003", "freeze-1"]);
    const late = replaced(board, node.greet("ito"), MOMENT_MS + 1);
    expect(late.board.pending.map(({ command }) => command.id)).toEqual(["mark-003"]);
    expect(late.dropped.map(({ id }) => id)).toEqual(["freeze-1"]);
  });

  it("never reach another consult, which may be another patient’s", () => {
    const board = asked(joined(node, "ito"), add("mark-004"), 0);
    const { board: next, dropped } = replaced(board, new ReferenceNode("other").greet("ito"), 0);
    expect(next.pending).toEqual([]);
    expect(dropped.map(({ id }) => id)).toEqual(["mark-004"]);
  });

  it("are forgotten when the node had handled them before the line broke", () => {
    const fresh = new ReferenceNode("consult-2");
    const board = asked(joined(fresh, "ito"), add("mark-005"), 0);
    fresh.handle("ito", add("mark-005"));
    const again = joined(fresh, "ito", board);
    expect(again.pending).toEqual([]);
    expect(marksIn(again, "ito")).toEqual(["mark-005"]);
  });
});

describe("the log", () => {
  it("tells when an event is missing, and changes nothing then", () => {
    const node = new ReferenceNode("consult-1");
    const board = joined(node, "ob");
    node.handle("ito", add("mark-001"));
    const second = node.handle("ito", add("mark-002")).all as ConsultEventMessage;
    expect(happened(board, second)).toEqual({ board, gap: true });
  });

  it("takes an event once", () => {
    const node = new ReferenceNode("consult-1");
    const event = node.handle("ito", add("mark-001")).all as ConsultEventMessage;
    const once = happened(joined(new ReferenceNode("consult-1"), "ob"), event).board;
    expect(happened(once, event)).toEqual({ board: once, gap: false });
  });

  it("knows which mark undo takes: one’s own newest on what is looked at", () => {
    const node = new ReferenceNode("consult-1");
    for (const [seat, id, still] of [
      ["ito", "mark-001", ""],
      ["ito", "mark-002", "still-1"],
      ["op", "mark-003", ""],
    ] as const) {
      node.handle(seat, add(id, still));
    }
    const log = seen(joined(node, "ito"), "ito");
    expect(log && lastMark(log, "ito", "")).toBe("mark-001");
    expect(log && lastMark(log, "ito", "still-1")).toBe("mark-002");
    expect(log && lastMark(log, "ob", "")).toBeUndefined();
  });
});

// ---- fuzz ------------------------------------------------------------------------------------

/** Mulberry32: small, seeded, good enough to choose what happens next. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SEATS = ["op", "ito", "lee"];

class FuzzClient {
  board = EMPTY;
  connected = false;
  up: Command[] = [];
  down: ServerMessage[] = [];
  accepted: string[] = [];

  constructor(readonly seat: string) {}

  connect(node: ReferenceNode): void {
    this.connected = true;
    this.up = [];
    this.down = [node.greet(this.seat)];
  }

  disconnect(): void {
    this.connected = false;
    this.up = [];
    this.down = [];
  }

  ask(command: Command, nowMs: number): void {
    if (!this.board.log) return;
    this.board = asked(this.board, command, nowMs);
    if (this.connected) this.up.push(command);
  }

  take(message: ServerMessage, node: ReferenceNode, nowMs: number): void {
    if (message.type === "consult.state") {
      this.board = replaced(this.board, message, nowMs).board;
      this.up.push(...this.board.pending.map(({ command }) => command));
    }
    if (message.type === "error") this.board = refused(this.board, message.id);
    if (message.type === "consult.event") {
      const { board, gap } = happened(this.board, message);
      this.board = board;
      if (gap) this.connect(node);
    }
  }
}

class Fuzz {
  readonly roll: () => number;
  readonly node = new ReferenceNode("consult-1");
  readonly clients = SEATS.map((seat) => new FuzzClient(seat));
  nowMs = 0;
  #count = 0;

  constructor(seed: number) {
    this.roll = dice(seed);
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.roll() * items.length)];
  }

  step(): void {
    this.nowMs += this.roll() * 400;
    const client = this.pick(this.clients);
    if (!client) return;
    const chance = this.roll();
    if (chance < 0.3) client.ask(this.#command(client), this.nowMs);
    else if (chance < 0.55) this.sendUp(client);
    else if (chance < 0.85) this.takeDown(client);
    else if (chance < 0.9) this.loseEvent(client);
    else if (chance < 0.94) client.disconnect();
    else if (!client.connected) client.connect(this.node);
  }

  sendUp(client: FuzzClient): void {
    const command = client.up.shift();
    if (!command) return;
    const { all, sender } = this.node.handle(client.seat, command);
    if (sender) client.down.push(sender);
    if (!all) return;
    for (const each of this.clients) if (each.connected) each.down.push(all);
  }

  takeDown(client: FuzzClient): void {
    const message = client.down.shift();
    if (!message) return;
    client.take(message, this.node, this.nowMs);
    if (this.roll() < 0.1 && message.type === "consult.event") {
      client.take(message, this.node, this.nowMs);
    }
  }

  /** One that is new to the client: a socket loses nothing, but a mistake might. */
  loseEvent(client: FuzzClient): void {
    const seq = client.board.log?.seq ?? Number.POSITIVE_INFINITY;
    const index = client.down.findIndex((m) => m.type === "consult.event" && m.seq > seq);
    if (index >= 0) client.down.splice(index, 1);
  }

  /** Whoever lost an event without noticing notices with the next one. */
  settle(): void {
    for (const client of this.clients) if (!client.connected) client.connect(this.node);
    this.#drain();
    const [first] = this.clients;
    first?.up.push({ type: "consent.give", id: "last-command", basis: "patient" });
    this.#drain();
  }

  #drain(): void {
    while (this.clients.some(({ up, down }) => up.length + down.length > 0)) {
      for (const client of this.clients) {
        this.sendUp(client);
        this.takeDown(client);
      }
    }
  }

  #command(client: FuzzClient): Command {
    this.#count += 1;
    const id = `command-${this.#count}`;
    const log = seen(client.board, client.seat);
    const mark = this.pick(log?.marks ?? [])?.mark.id ?? "mark-none";
    const suggestion = this.pick(log?.suggestions ?? [])?.id ?? "none-yet";
    const commands: readonly Command[] = [
      add(id),
      add(id),
      { type: "mark.remove", id, mark },
      { type: "board.clear", id, scope: this.roll() < 0.2 ? "all" : "mine" },
      { type: "freeze", id, captured_at_ns: String(this.#count) },
      { type: "unfreeze", id },
      { type: "probe.suggest", id, move: "fan", direction: "toward_head" },
      { type: "probe.reply", id, suggestion, answer: "done" },
      { type: "consent.give", id, basis: "patient" },
      { type: "consent.withdraw", id },
      { type: "lead.give", id, participant: this.pick(SEATS) ?? "ito" },
    ];
    return this.pick(commands) ?? add(id);
  }
}

describe("any interleaving, with duplicates, gaps and reconnects", () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed))("comes to the node’s fold: %i", (seed) => {
    const fuzz = new Fuzz(seed);
    for (const client of fuzz.clients) client.connect(fuzz.node);
    for (let step = 0; step < 600; step += 1) fuzz.step();
    fuzz.settle();
    expect(fuzz.node.events.length).toBeGreaterThan(20);
    for (const client of fuzz.clients) {
      expect(client.board.pending).toEqual([]);
      expect(client.board.log).toEqual(fuzz.node.state);
      expect(seen(client.board, client.seat)).toEqual(fuzz.node.state);
    }
  });

  it("never applies a command twice", () => {
    const fuzz = new Fuzz(1_000);
    for (const client of fuzz.clients) client.connect(fuzz.node);
    for (let step = 0; step < 2_000; step += 1) fuzz.step();
    fuzz.settle();
    const ids = fuzz.node.events.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
