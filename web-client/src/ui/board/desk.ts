import { computed, effect, signal } from "@preact/signals";
import { lastMark } from "../../core/board";
import { clampToPicture, distance, flatten, isInside } from "../../core/geometry";
import type { Extent, Point } from "../../core/letterbox";
import { marksToShow, settled } from "../../core/marks";
import { freshnessOf } from "../../core/staleness";
import { extended, MAX_POINTS } from "../../core/stroke";
import { isTwoPoints, PASSING_AS, type Tool } from "../../core/tools";
import type { GrowingStroke } from "../../net/growing";
import { randomId } from "../../net/ids";
import type { DrawnMark, MarkKind } from "../../net/messages.gen";
import type { Room } from "../../net/room";
import { Ages } from "./ages";
import { Freezing } from "./freezing";
import { HeldLasers } from "./held-lasers";

/** On which frame, and which still, something is drawn: those that were shown when it began. */
export interface Place {
  capturedNs: bigint;
  still: string;
}

export interface Draft {
  tool: Tool;
  points: readonly Point[];
  place: Place;
  stroke: GrowingStroke | undefined;
}

/** A press and a lift closer than this part of the picture are a tap. */
const TAP = 0.012;
/** How long a pointer set by a tap stays, ms. */
const LINGER_MS = 4_000;
/** Tail of an arrow that is made by one tap, from its head: toward the picture's middle. */
const TAIL = 0.14;

/** One person's hand on the picture: which tool, what is being drawn, what is seen. */
export class Desk {
  readonly room: Room;
  readonly freezing: Freezing;
  readonly ages: Ages;
  readonly tool = signal<Tool>("pointer");
  readonly draft = signal<Draft | undefined>(undefined);
  /** Where a label is being typed. */
  readonly label = signal<{ at: Point; place: Place } | undefined>(undefined);
  /** Where one's own pointer was put by a tap or by the keyboard; a mouse has its own. */
  readonly ownPointer = signal<Point | undefined>(undefined);
  readonly lasers: HeldLasers;
  /** Where the keyboard's hand is. */
  cursor: Point = { x: 0.5, y: 0.5 };

  /** Why nothing can be pointed at or drawn now; empty: it can. */
  readonly obstacle = computed(() => this.#obstacle());
  /** Others point at a picture that isn't the one seen here. */
  readonly hidesPointers = computed(() => {
    const { kind } = this.freezing.view.value;
    return kind === "own" || (kind === "live" && this.#isStale());
  });
  readonly marks = computed<readonly DrawnMark[]>(() => {
    this.#marks = settled(this.#marks, this.#marksToShow());
    return this.#marks;
  });
  /** The still that is looked at, or empty. */
  readonly still = computed(() => {
    const view = this.freezing.view.value;
    return view.kind === "together" ? view.still : "";
  });
  /** Proportions of what is shown. */
  readonly picture = computed<Extent>(
    () => this.freezing.size.value ?? this.#videoSize.value ?? { width: 0, height: 0 },
  );

  readonly #videoSize = signal<Extent | undefined>(undefined);
  #marks: readonly DrawnMark[] = [];
  #lingerTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(room: Room) {
    this.room = room;
    this.freezing = new Freezing(room);
    this.ages = new Ages(room, this.freezing);
    this.lasers = new HeldLasers(room.consult);
    effect(() => this.#measure(room.video.value));
    effect(() => {
      if (this.obstacle.value) this.cancel();
    });
  }

  get isActive(): boolean {
    return this.room.seat.role === "expert" || this.room.seat.role === "operator";
  }

  choose(tool: Tool): void {
    this.cancel();
    this.tool.value = tool;
  }

  press(at: Point, mouse = false): void {
    if (this.obstacle.value || !isInside(at)) return;
    const tool = this.tool.value;
    const { draft } = this;
    if (draft.value || tool === "pointer") this.move(at, mouse);
    else if (tool === "label") this.label.value = { at, place: this.#place() };
    else if (tool === "mark") this.#markWithArrow(at);
    else draft.value = this.#begin(tool, at);
  }

  /** What is being drawn follows, or else the pointer. */
  move(at: Point, mouse = false): void {
    const draft = this.draft.value;
    if (draft) this.#draw(draft, clampToPicture(at));
    else if (this.obstacle.value || !isInside(at)) this.#pointAway();
    else this.#pointAt(at, !mouse);
  }

  /** `keep`: a laser stroke stays for as long as Shift is held. */
  lift(keep = false): void {
    const draft = this.draft.value;
    if (!draft) {
      this.#linger();
      return;
    }
    const [first, last] = [draft.points[0], draft.points.at(-1)];
    if (isTwoPoints(draft.tool) && first && last && distance(first, last) < TAP) return;
    this.#finish(draft, keep);
  }

  /** The mouse left the picture. */
  leave(): void {
    if (!this.draft.value) this.#pointAway();
  }

  /** Gives up what is being drawn or typed. */
  cancel(): void {
    const draft = this.draft.peek();
    draft?.stroke?.end(flatten(draft.points));
    this.draft.value = undefined;
    this.label.value = undefined;
    this.#pointAway();
  }

  write(text: string): void {
    const label = this.label.value;
    this.label.value = undefined;
    if (label && text.trim()) this.#add("label", [label.at], label.place, { text: text.trim() });
  }

  undo(): void {
    const { consult } = this.room;
    const log = consult.log.value;
    const mark = log && lastMark(log, consult.me, this.still.value);
    if (mark) consult.ask({ type: "mark.remove", mark });
  }

  clear(scope: "mine" | "all"): void {
    this.cancel();
    this.room.consult.ask({ type: "board.clear", scope });
  }

  /** Clearing what others drew is for the operator and for who leads. */
  readonly mayClearAll = computed(() => {
    const { consult, seat } = this.room;
    return seat.role === "operator" || consult.log.value?.lead === consult.me;
  });

  #obstacle(): string {
    const view = this.freezing.view.value;
    if (!this.isActive) return "You watch only.";
    if (!this.room.consult.log.value) return "Connecting";
    if (view.kind === "own") return "Only you see this frame. Freeze together to draw on it.";
    if (view.kind === "together") return view.still ? "" : "Freezing";
    return this.#isStale() ? "The picture is too old to point at." : "";
  }

  #isStale(): boolean {
    return freshnessOf(this.room.behindMs.value).freshness === "stale";
  }

  #marksToShow(): DrawnMark[] {
    const view = this.freezing.view.value;
    if (view.kind === "together" && view.still === "") return [];
    const shownNs = view.kind === "own" ? view.capturedNs : this.room.shownCapturedNs.value;
    return marksToShow(this.room.consult.log.value?.marks ?? [], this.still.value, shownNs);
  }

  #place(): Place {
    const view = this.freezing.view.value;
    if (view.kind === "together") return { capturedNs: view.capturedNs, still: view.still };
    return { capturedNs: this.room.shownCapturedNs.value ?? 0n, still: "" };
  }

  #begin(tool: Tool, at: Point): Draft {
    this.#pointAway();
    const place = this.#place();
    const passing = PASSING_AS[tool];
    const stroke = passing && this.room.consult.grow(passing, place.still);
    const points = isTwoPoints(tool) ? [at, at] : [at];
    return { tool, points, place, stroke };
  }

  #draw(draft: Draft, at: Point): void {
    const [first] = draft.points;
    const two = isTwoPoints(draft.tool) && first !== undefined;
    const points = two ? [first, at] : extended(draft.points, at);
    if (points === draft.points) return;
    const next = { ...draft, points };
    this.draft.value = next;
    draft.stroke?.show(flatten(points), two ? 1 : points.length);
    if (points.length < MAX_POINTS) return;
    this.#finish(next, false);
    this.draft.value = this.#begin(draft.tool, at);
  }

  #finish(draft: Draft, keep: boolean): void {
    this.draft.value = undefined;
    const { tool, points, place, stroke } = draft;
    if (!stroke) return;
    if (tool === "laser") {
      this.lasers.leave(stroke, points, place.still, keep);
      return;
    }
    stroke.stop();
    this.#add(tool as MarkKind, points, place, { id: stroke.id });
  }

  /** An arrow by one tap, for a hand that can't drag. */
  #markWithArrow(at: Point): void {
    const tail = {
      x: at.x + (at.x < 0.5 ? TAIL : -TAIL) * 0.7,
      y: at.y + (at.y < 0.5 ? TAIL : -TAIL),
    };
    this.#add("arrow", [clampToPicture(tail), at], this.#place());
  }

  #add(
    kind: MarkKind,
    points: readonly Point[],
    { capturedNs, still }: Place,
    { id = randomId(), text = "" } = {},
  ): void {
    const captured_at_ns = String(capturedNs);
    const mark = { id, kind, points: flatten(points), captured_at_ns, still, text };
    this.room.consult.ask({ type: "mark.add", mark }, id);
  }

  /** `shown`: to oneself too. */
  #pointAt(at: Point, shown: boolean): void {
    clearTimeout(this.#lingerTimer);
    this.ownPointer.value = shown ? at : undefined;
    this.room.consult.point(at);
  }

  #pointAway(): void {
    clearTimeout(this.#lingerTimer);
    this.ownPointer.value = undefined;
    this.room.consult.point(undefined);
  }

  #linger(): void {
    clearTimeout(this.#lingerTimer);
    if (this.ownPointer.value) this.#lingerTimer = setTimeout(() => this.#pointAway(), LINGER_MS);
  }

  #measure(video: HTMLVideoElement | undefined): (() => void) | undefined {
    if (!video) return undefined;
    const read = () => {
      this.#videoSize.value = { width: video.videoWidth, height: video.videoHeight };
    };
    read();
    video.addEventListener("resize", read);
    return () => video.removeEventListener("resize", read);
  }
}

const DESKS = new WeakMap<Room, Desk>();

/** The one desk of a room, however many parts of the page use it. */
export function deskOf(room: Room): Desk {
  const known = DESKS.get(room);
  if (known) return known;
  const desk = new Desk(room);
  DESKS.set(room, desk);
  return desk;
}
