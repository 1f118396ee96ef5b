import { formatLength, lengthMm } from "../../core/caliper";
import { distance, toScreen } from "../../core/geometry";
import type { Box, Extent, Point } from "../../core/letterbox";
import { placedWords, wordsSize } from "../../core/placement";
import { outline } from "../../core/stroke";
import type { Tool } from "../../core/tools";

export interface ShapeProps {
  kind: Exclude<Tool, "pointer" | "mark">;
  /** normalised */
  points: readonly Point[];
  box: Box;
  colour: string;
  text?: string;
  scale: Scale;
}

/** What calipers need: the captured picture's size, px, and its scale if it has one. */
export interface Scale {
  picture: Extent;
  mmPerPixel: number | null;
}

/** One thing drawn, over a dark edge of its own so that it shows on white as on black. */
export function Shape({ kind, points, box, colour, text = "", scale }: ShapeProps) {
  const screen = points.map((point) => toScreen(point, box));
  const width = strokeWidth(box);
  const [first, last] = [screen[0], screen.at(-1)];
  if (!first || !last) return null;
  switch (kind) {
    case "pen":
    case "laser":
      return <path class="ink" d={outline(screen, width * 1.5)} fill={colour} />;
    case "arrow":
      return <Line path={arrow(first, last, width)} colour={colour} width={width} />;
    case "ellipse":
      return <Line path={ellipse(first, last)} colour={colour} width={width} />;
    case "caliper":
      return (
        <>
          <Line path={caliper(first, last, width)} colour={colour} width={width * 0.7} />
          <CaliperWords
            ends={[first, last]}
            points={points}
            box={box}
            scale={scale}
            colour={colour}
          />
        </>
      );
    case "label":
      return (
        <g>
          <circle class="ink" cx={first.x} cy={first.y} r={width} fill={colour} />
          <Words text={text} left={first} right={first} box={box} colour={colour} />
        </g>
      );
  }
}

function Line({ path, colour, width }: { path: string; colour: string; width: number }) {
  return (
    <g fill="none" stroke-linecap="round" stroke-linejoin="round">
      <path d={path} class="edge" stroke-width={width + 3} />
      <path d={path} stroke={colour} stroke-width={width} />
    </g>
  );
}

/** Beside an end of the line; without a scale a line has no length. */
function CaliperWords(props: {
  ends: readonly [Point, Point];
  points: readonly Point[];
  box: Box;
  scale: Scale;
  colour: string;
}) {
  const { ends, points, box, scale, colour } = props;
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return null;
  const millimetres = lengthMm(first, last, scale.picture, scale.mmPerPixel);
  if (millimetres === undefined) return null;
  const [left, right] = ends[0].x < ends[1].x ? ends : [ends[1], ends[0]];
  const text = formatLength(millimetres);
  return <Words {...{ text, left, right, box, colour }} testid="caliper-length" />;
}

function Words(props: {
  text: string;
  left: Point;
  right: Point;
  box: Box;
  colour: string;
  testid?: string;
}) {
  const { text, left, right, box, colour, testid } = props;
  const { lines, x, anchor } = placedWords(text, { left, right, box });
  return (
    <text
      class="words num"
      text-anchor={anchor}
      style={{ fontSize: `${wordsSize(box)}px` }}
      fill={colour}
      data-testid={testid}
    >
      {lines.map((line) => (
        <tspan key={line.y} x={x} y={line.y}>
          {line.text}
        </tspan>
      ))}
    </text>
  );
}

/** Grows with the picture, so that a mark looks the same on a phone as on a wall. */
function strokeWidth(box: Box): number {
  return Math.min(6, Math.max(2.5, box.height * 0.006));
}

function arrow(tail: Point, head: Point, width: number): string {
  const angle = Math.atan2(head.y - tail.y, head.x - tail.x);
  const side = Math.min(width * 5, distance(tail, head) * 0.6);
  const barb = (turn: number) =>
    at({
      x: head.x - side * Math.cos(angle + turn),
      y: head.y - side * Math.sin(angle + turn),
    });
  return `M${at(tail)}L${at(head)}M${barb(0.5)}L${at(head)}L${barb(-0.5)}`;
}

function ellipse(a: Point, b: Point): string {
  const [rx, ry] = [Math.abs(b.x - a.x) / 2, Math.abs(b.y - a.y) / 2];
  const [cx, cy] = [(a.x + b.x) / 2, (a.y + b.y) / 2];
  const arc = `A${rx.toFixed(1)} ${ry.toFixed(1)} 0 1 0`;
  return `M${at({ x: cx - rx, y: cy })}${arc} ${at({ x: cx + rx, y: cy })}${arc} ${at({ x: cx - rx, y: cy })}`;
}

/** A line with a cross bar at each end, whose middle is the very point. */
function caliper(from: Point, to: Point, width: number): string {
  const angle = Math.atan2(to.y - from.y, to.x - from.x) + Math.PI / 2;
  const bar = { x: Math.cos(angle) * width * 2.6, y: Math.sin(angle) * width * 2.6 };
  const cross = (point: Point) =>
    `M${at({ x: point.x - bar.x, y: point.y - bar.y })}L${at({ x: point.x + bar.x, y: point.y + bar.y })}`;
  return `M${at(from)}L${at(to)}${cross(from)}${cross(to)}`;
}

function at({ x, y }: Point): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
