/** The consult of a room: what is drawn, frozen, suggested and agreed to, and who points where. */

import { computed, signal } from "@preact/signals";
import {
  asked,
  type Board,
  type Command,
  EMPTY,
  happened,
  isPending,
  refused,
  replaced,
  seen,
} from "../core/board";
import { clampToPicture } from "../core/geometry";
import type { Point } from "../core/letterbox";
import {
  type PassingStroke,
  POINTER_REST_MS,
  type Pointers,
  pointed,
  type Strokes,
  type StrokeTool,
  stroked,
  withoutLostPointers,
  withoutOldStrokes,
} from "../core/passing";
import type { Problem } from "./api";
import { GrowingStroke } from "./growing";
import { randomId } from "./ids";
import { Latest } from "./latest";
import type {
  ClientMessage,
  ConsultEventMessage,
  ConsultStateMessage,
  FoundText,
  LabelDoubtMessage,
  Mark,
  PointerMessage,
  ServerMessage,
  SessionStateMessage,
} from "./messages.gen";
import { Stills } from "./stills";

export interface ConsultSeams {
  /** One's own seat. */
  me: string;
  send: (message: ClientMessage) => boolean;
  /** Nothing that was sent before still waits in the browser. */
  isLineFree: () => boolean;
  /** An event is missing: connects anew, and the node says all there is. */
  resync: () => void;
  onProblem: (problem: Problem) => void;
}

/**
 * A little less than a screen's refresh at 60 Hz: a longer pause would hold back each move until
 * after the next refresh.
 */
const POINTER_EVERY_MS = 16;
/** More than this can't wait for the node; about what a burst to it may hold. */
const MAX_PENDING = 100;
const SWEEP_MS = 1_000;

const LINE_LOST: Problem = {
  code: "client.line",
  message: "That wasn’t sent: the line is down",
  fix: "Wait until the line is back",
};
const TOO_LATE: Problem = {
  code: "client.late",
  message: "The line came back too late for what you asked",
  fix: "Do it again",
};

export interface DoubtedLabel {
  mark: Mark;
  found: readonly FoundText[];
}

type WithoutId<C> = C extends Command ? Omit<C, "id"> : never;

export class Consult {
  readonly me: string;
  /** The log as it is seen here: one's own commands are in it before the node accepts them. */
  readonly log = computed(() => seen(this.#board.value, this.me));
  readonly pointers = signal<Pointers>(new Map());
  readonly strokes = signal<Strokes>(new Map());
  readonly stills = new Stills();
  /** One's own label that isn't kept yet: it may say who the patient is. */
  readonly doubt = signal<DoubtedLabel | undefined>(undefined);

  readonly #board = signal<Board>(EMPTY);
  readonly #seams: ConsultSeams;
  readonly #pointer: Latest<PointerMessage>;
  #restTimer: ReturnType<typeof setTimeout> | undefined;
  #isPointing = false;
  #present: ReadonlySet<string> = new Set();

  constructor(seams: ConsultSeams) {
    this.me = seams.me;
    this.#seams = seams;
    this.#pointer = new Latest({
      everyMs: POINTER_EVERY_MS,
      ready: seams.isLineFree,
      send: (message) => seams.send(message),
    });
  }

  /** Forgets pointers and strokes whose time is over, from now on. */
  start(): void {
    setInterval(() => this.#sweep(), SWEEP_MS);
  }

  receive(message: ServerMessage): void {
    switch (message.type) {
      case "consult.state":
        this.#replace(message);
        return;
      case "consult.event":
        this.#happened(message);
        return;
      case "pointed":
        this.pointers.value = pointed(this.pointers.value, message, performance.now());
        return;
      case "stroked":
        this.strokes.value = stroked(this.strokes.value, message, performance.now());
        return;
      case "still.ready":
        void this.stills.ready(message);
        return;
      case "still.failed":
        this.stills.failed(message);
        return;
      case "session.state":
        this.#attended(message);
        return;
      case "label.doubt":
        this.#doubted(message);
        return;
      case "error":
        if (message.id) this.#board.value = refused(this.#board.value, message.id);
        return;
    }
  }

  /** Asks for something kept; it shows at once. Returns its id, or undefined when it can't be. */
  ask(wish: WithoutId<Command>, id: string = randomId()): string | undefined {
    const board = this.#board.value;
    if (!board.log || board.pending.length >= MAX_PENDING) {
      this.#seams.onProblem(LINE_LOST);
      return undefined;
    }
    const command = { ...wish, id } as Command;
    this.#board.value = asked(board, command, performance.now());
    this.#seams.send(command);
    return id;
  }

  /** Its author has seen what was found in the label: it names nobody. */
  confirmLabel(): void {
    const doubted = this.doubt.value;
    this.doubt.value = undefined;
    if (doubted)
      this.ask({ type: "mark.add", mark: doubted.mark, confirmed: true }, doubted.mark.id);
  }

  leaveLabelOut(): void {
    this.doubt.value = undefined;
  }

  /** Not acknowledged yet. */
  isPending(id: string): boolean {
    return isPending(this.#board.value, id);
  }

  /** Where one points, normalised; undefined: nowhere any more. */
  point(at: Point | undefined): void {
    clearTimeout(this.#restTimer);
    if (!at && !this.#isPointing) return;
    this.#isPointing = at !== undefined;
    const place = at && clampToPicture(at);
    this.#pointer.offer({
      type: "pointer",
      x: place?.x ?? 0,
      y: place?.y ?? 0,
      visible: place !== undefined,
    });
    if (place) this.#restTimer = setTimeout(() => this.point(place), POINTER_REST_MS);
  }

  grow(tool: StrokeTool, still: string): GrowingStroke {
    const { send, isLineFree: ready } = this.#seams;
    return new GrowingStroke({ send, ready }, { id: randomId(), tool, still });
  }

  /** One's own laser stroke among the others', where it fades as they do. */
  showOwn(stroke: Pick<PassingStroke, "id" | "tool" | "points" | "still">): void {
    const own = { ...stroke, by: this.me, touchedAtMs: performance.now() };
    this.strokes.value = new Map(this.strokes.value).set(own.id, own);
  }

  #replace(state: ConsultStateMessage): void {
    const { board, dropped } = replaced(this.#board.value, state, performance.now());
    this.#board.value = board;
    for (const { command } of board.pending) this.#seams.send(command);
    if (dropped.length) this.#seams.onProblem(TOO_LATE);
  }

  #doubted({ id, found }: LabelDoubtMessage): void {
    const pending = this.#board.value.pending.find(({ command }) => command.id === id);
    if (pending?.command.type !== "mark.add") return;
    this.doubt.value = { mark: pending.command.mark, found };
    this.#board.value = refused(this.#board.value, id);
  }

  #happened(event: ConsultEventMessage): void {
    const { board, gap } = happened(this.#board.value, event);
    this.#board.value = board;
    if (event.event.kind === "mark_added") this.#forgetStroke(event.event.mark.id);
    if (gap) this.#seams.resync();
  }

  #forgetStroke(id: string): void {
    if (!this.strokes.value.has(id)) return;
    const next = new Map(this.strokes.value);
    next.delete(id);
    this.strokes.value = next;
  }

  #attended({ participants }: SessionStateMessage): void {
    this.#present = new Set(participants.flatMap(({ id, present }) => (present ? id : [])));
    this.#sweep();
  }

  #sweep(): void {
    const nowMs = performance.now();
    this.strokes.value = withoutOldStrokes(this.strokes.value, nowMs);
    this.pointers.value = withoutLostPointers(this.pointers.value, this.#present, nowMs);
  }
}
