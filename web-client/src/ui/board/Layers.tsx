import { useEffect, useState } from "preact/hooks";
import { formatElapsed, initials } from "../../core/format";
import { toScreen, unflatten } from "../../core/geometry";
import type { Box, Extent, Point } from "../../core/letterbox";
import { MARK_FRESH_MS } from "../../core/marks";
import { colourOf } from "../../core/palette";
import { LASER_MS, laserOpacity, type PassingStroke } from "../../core/passing";
import { placedWords, tagAwayFrom, tagScale } from "../../core/placement";
import { isTwoPoints } from "../../core/tools";
import type { DrawnMark, Mark } from "../../net/messages.gen";
import type { Room } from "../../net/room";
import type { Desk } from "./desk";
import { type Scale, Shape } from "./Shape";

interface LayerProps {
  desk: Desk;
  box: Box;
  scale: Scale;
}

/**
 * Marks that are kept, each with the initials of who drew it. On the moving picture they fade, say
 * how old they are and measure nothing any more: what they were drawn on has moved.
 */
export function Marks({ desk, box, scale }: LayerProps) {
  return (
    <g data-testid="marks">
      {desk.marks.value.map(({ by, mark }) => (
        <KeptMark key={mark.id} desk={desk} drawn={{ by, mark }} box={box} scale={scale} />
      ))}
    </g>
  );
}

function KeptMark(props: LayerProps & { drawn: DrawnMark }) {
  const { desk, drawn, box, scale } = props;
  const { by, mark } = drawn;
  const { room } = desk;
  const colour = colourOf(by, room.people.everybody.value);
  const points = unflatten(mark.points);
  const pending = room.consult.isPending(mark.id);
  const ageMs = desk.ages.ageMs(mark);
  const faded = ageMs >= MARK_FRESH_MS;
  return (
    <g
      data-mark={mark.kind}
      data-by={by}
      data-pending={pending}
      data-faded={faded}
      opacity={opacityOf({ pending, faded })}
    >
      <title>{titleOf(room, drawn, faded ? `, drawn ${agoOf(ageMs)} ago` : "")}</title>
      <Shape
        kind={mark.kind}
        points={points}
        box={box}
        colour={colour}
        text={mark.text}
        scale={faded ? { ...scale, mmPerPixel: null } : scale}
      />
      <Tag
        name={faded ? `${shortName(room, by)} ${agoOf(ageMs)}` : shortName(room, by)}
        {...tagEnds(mark, points, box)}
        box={box}
        colour={colour}
      />
    </g>
  );
}

function titleOf(room: Room, { by, mark }: DrawnMark, ago: string): string {
  return `${mark.kind} by ${room.people.nameOf(by)}${ago}${mark.text && `: ${mark.text}`}`;
}

/** "0:40"; of an age that can't be told: "long". */
function agoOf(ageMs: number): string {
  return Number.isFinite(ageMs) ? formatElapsed(ageMs) : "long";
}

function opacityOf({ pending, faded }: { pending: boolean; faded: boolean }): number {
  if (faded) return 0.45;
  return pending ? 0.6 : 1;
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
  const { from, to } = ends(points, box);
  return (
    <g
      data-stroke={stroke.tool}
      opacity={stroke.tool === "laser" ? laserOpacityOf(nowMs - stroke.touchedAtMs) : 0.8}
    >
      <Shape kind={stroke.tool} points={points} box={box} colour={colour} scale={scale} />
      {stroke.by !== room.consult.me && (
        <Tag
          name={room.people.nameOf(stroke.by)}
          {...(isTwoPoints(stroke.tool) ? { from, to } : { from: to, to: from })}
          box={box}
          colour={colour}
        />
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
          box={box}
          name={room.people.nameOf(id)}
          colour={colourOf(id, people)}
        />
      ))}
      {own && (
        <PointerSign
          at={toScreen(own, box)}
          box={box}
          name="You"
          colour={colourOf(room.consult.me, people)}
        />
      )}
    </g>
  );
}

function PointerSign(props: { at: Point; box: Box; name: string; colour: string }) {
  const { at, box, name, colour } = props;
  return (
    <g data-pointer={name}>
      <circle class="edge" cx={at.x} cy={at.y} r={13} fill="none" stroke-width={7} />
      <circle cx={at.x} cy={at.y} r={13} fill="none" stroke={colour} stroke-width={4} />
      <circle cx={at.x} cy={at.y} r={2.5} fill={colour} />
      <Tag name={name} from={{ x: at.x + 12, y: at.y - 12 }} to={at} box={box} colour={colour} />
    </g>
  );
}

const CHARACTER_PX = 7.4;

/** Black on the person's colour, at `from` on the side that isn't toward `to`. */
function Tag(props: { name: string; from: Point; to: Point; box: Box; colour: string }) {
  const { name, from, to, box, colour } = props;
  const width = Math.max(22, name.length * CHARACTER_PX + 12);
  const scale = tagScale(box);
  const size: Extent = { width: width * scale, height: 20 * scale };
  const { x, y } = tagAwayFrom(from, to, size, box);
  return (
    <g transform={`translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${scale})`} class="tag">
      <rect width={width} height={20} rx={6} fill={colour} />
      <text x={width / 2} y={14.5} text-anchor="middle">
        {name}
      </text>
    </g>
  );
}

/** A label's tag stands on the side where its words aren't. */
function tagEnds({ kind, text }: Mark, points: readonly Point[], box: Box) {
  const { from, to } = ends(points, box);
  if (kind !== "label") return { from, to };
  const { anchor } = placedWords(text, { left: from, right: from, box });
  return { from, to: { x: from.x + (anchor === "start" ? 1 : -1), y: from.y } };
}

/** On the screen, of what has one point at least. */
function ends(points: readonly Point[], box: Box): { from: Point; to: Point } {
  const from = toScreen(points[0] ?? { x: 0, y: 0 }, box);
  return { from, to: toScreen(points.at(-1) ?? points[0] ?? { x: 0, y: 0 }, box) };
}

function shortName(room: Room, id: string): string {
  return id === room.consult.me ? "You" : initials(room.people.nameOf(id));
}

/** Without motion a laser stroke goes at once, when its time is over. */
function laserOpacityOf(ageMs: number): number {
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
