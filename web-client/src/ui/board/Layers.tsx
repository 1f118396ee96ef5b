import { useEffect, useState } from "preact/hooks";
import { initials } from "../../core/format";
import { toScreen, unflatten } from "../../core/geometry";
import type { Box, Point } from "../../core/letterbox";
import { colourOf } from "../../core/palette";
import { LASER_MS, laserOpacity, type PassingStroke } from "../../core/passing";
import type { DrawnMark, MarkKind } from "../../net/messages.gen";
import type { Room } from "../../net/room";
import type { Desk } from "./desk";
import { type Scale, Shape } from "./Shape";

interface LayerProps {
  desk: Desk;
  box: Box;
  scale: Scale;
}

/** Marks that are kept, each with the initials of who drew it. */
export function Marks({ desk, box, scale }: LayerProps) {
  const { room } = desk;
  return (
    <g data-testid="marks">
      {desk.marks.value.map(({ by, mark }) => (
        <Mark key={mark.id} room={room} drawn={{ by, mark }} box={box} scale={scale} />
      ))}
    </g>
  );
}

function Mark(props: { room: Room; drawn: DrawnMark; box: Box; scale: Scale }) {
  const { room, drawn, box, scale } = props;
  const { by, mark } = drawn;
  const colour = colourOf(by, room.people.everybody.value);
  const points = unflatten(mark.points);
  const pending = room.consult.isPending(mark.id);
  return (
    <g data-mark={mark.kind} data-by={by} data-pending={pending} opacity={pending ? 0.6 : 1}>
      <title>{`${mark.kind} by ${room.people.nameOf(by)}${mark.text && `: ${mark.text}`}`}</title>
      <Shape
        kind={mark.kind}
        points={points}
        box={box}
        colour={colour}
        text={mark.text}
        scale={scale}
      />
      {points[0] && (
        <Tag
          at={tagPlace(toScreen(points[0], box), mark.kind)}
          name={shortName(room, by)}
          colour={colour}
        />
      )}
    </g>
  );
}

/** Strokes that others draw just now, and laser strokes on their way out. */
export function Passing({ desk, box, scale }: LayerProps) {
  const { room } = desk;
  const still = desk.still.value;
  const strokes = [...room.consult.strokes.value.values()].filter((s) => s.still === still);
  const nowMs = useFrames(strokes.some(({ tool }) => tool === "laser"));
  const marks = new Set(desk.marks.value.map(({ mark }) => mark.id));
  return (
    <g data-testid="strokes">
      {strokes
        .filter(({ id }) => !marks.has(id))
        .map((stroke) => (
          <PassingShape key={stroke.id} {...{ room, stroke, box, scale, nowMs }} />
        ))}
    </g>
  );
}

function PassingShape(props: {
  room: Room;
  stroke: PassingStroke;
  box: Box;
  scale: Scale;
  nowMs: number;
}) {
  const { room, stroke, box, scale, nowMs } = props;
  const colour = colourOf(stroke.by, room.people.everybody.value);
  const points = unflatten(stroke.points);
  const last = points.at(-1);
  return (
    <g
      data-stroke={stroke.tool}
      opacity={stroke.tool === "laser" ? opacityOf(nowMs - stroke.touchedAtMs) : 0.8}
    >
      <Shape kind={stroke.tool} points={points} box={box} colour={colour} scale={scale} />
      {last && stroke.by !== room.consult.me && (
        <Tag at={toScreen(last, box)} name={room.people.nameOf(stroke.by)} colour={colour} />
      )}
    </g>
  );
}

/** What one draws oneself, before it is let go. */
export function DraftShape({ desk, box, scale }: LayerProps) {
  const draft = desk.draft.value;
  if (!draft || draft.tool === "pointer" || draft.tool === "mark") return null;
  const { room } = desk;
  const colour = colourOf(room.consult.me, room.people.everybody.value);
  return (
    <g data-testid="draft">
      <Shape kind={draft.tool} points={draft.points} box={box} colour={colour} scale={scale} />
    </g>
  );
}

/** Others' pointers, and one's own where no mouse shows it. */
export function PointersLayer({ desk, box }: Omit<LayerProps, "scale">) {
  const { room, ownPointer } = desk;
  const people = room.people.everybody.value;
  const own = ownPointer.value;
  const others = desk.hidesPointers.value ? [] : [...room.consult.pointers.value];
  return (
    <g data-testid="pointers">
      {others.map(([id, pointer]) => (
        <PointerSign
          key={id}
          at={toScreen(pointer, box)}
          name={room.people.nameOf(id)}
          colour={colourOf(id, people)}
        />
      ))}
      {own && (
        <PointerSign
          at={toScreen(own, box)}
          name="You"
          colour={colourOf(room.consult.me, people)}
        />
      )}
    </g>
  );
}

function PointerSign({ at, name, colour }: { at: Point; name: string; colour: string }) {
  return (
    <g data-pointer={name}>
      <circle class="edge" cx={at.x} cy={at.y} r={13} fill="none" stroke-width={7} />
      <circle cx={at.x} cy={at.y} r={13} fill="none" stroke={colour} stroke-width={4} />
      <circle cx={at.x} cy={at.y} r={2.5} fill={colour} />
      <Tag at={{ x: at.x + 12, y: at.y - 12 }} name={name} colour={colour} />
    </g>
  );
}

const CHARACTER_PX = 7.4;

/** Black on the person's colour, above and beside `at`. */
function Tag({ at, name, colour }: { at: Point; name: string; colour: string }) {
  const width = Math.max(22, name.length * CHARACTER_PX + 12);
  return (
    <g transform={`translate(${(at.x + 6).toFixed(1)} ${(at.y - 22).toFixed(1)})`} class="tag">
      <rect width={width} height={20} rx={6} fill={colour} />
      <text x={width / 2} y={14.5} text-anchor="middle">
        {name}
      </text>
    </g>
  );
}

/** A label has its words where other marks have their tag. */
function tagPlace({ x, y }: Point, kind: MarkKind): Point {
  return kind === "label" ? { x: x - 44, y: y + 12 } : { x, y };
}

function shortName(room: Room, id: string): string {
  return id === room.consult.me ? "You" : initials(room.people.nameOf(id));
}

/** Without motion a laser stroke goes at once, when its time is over. */
function opacityOf(ageMs: number): number {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  return still ? Number(ageMs < LASER_MS) : laserOpacity(ageMs);
}

/** Page time, renewed with every screen refresh while something fades. */
function useFrames(active: boolean): number {
  const [nowMs, setNowMs] = useState(0);
  useEffect(() => {
    if (!active) return undefined;
    let handle = requestAnimationFrame(function next() {
      setNowMs(performance.now());
      handle = requestAnimationFrame(next);
    });
    return () => cancelAnimationFrame(handle);
  }, [active]);
  return active ? nowMs : 0;
}
