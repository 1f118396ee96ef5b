import type { Extent } from "../../core/letterbox";
import {
  describe,
  type Handle,
  handlesOf,
  moveHandle,
  moveRegion,
  type Region,
} from "../../core/regions";

/** Edges end on even pixels, so a smaller step would often change nothing. */
const STEP_PX = 2;
const LONG_STEP_PX = 20;

const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** How far an arrow key moves, or undefined for another key. */
function stepOf(event: KeyboardEvent): { x: number; y: number } | undefined {
  const arrow = ARROWS[event.key];
  if (!arrow) return undefined;
  event.preventDefault();
  const step = event.shiftKey ? LONG_STEP_PX : STEP_PX;
  return { x: arrow[0] * step, y: arrow[1] * step };
}

export function pathOf(region: Region): string {
  if (region.kind === "rect") {
    const { x0, y0, x1, y1 } = region;
    return `M${x0} ${y0}H${x1}V${y1}H${x0}Z`;
  }
  return `M${region.points.map(({ x, y }) => `${x} ${y}`).join("L")}Z`;
}

export interface ShapeProps {
  region: Region;
  index: number;
  selected: boolean;
  size: Extent;
  /** Screen pixels per picture pixel. */
  scale: number;
  onSelect: () => void;
  onChange: (region: Region) => void;
  onRemove: () => void;
}

/** One region: movable by its inside, resizable by its handles, with pointer or arrow keys. */
export function Shape(props: ShapeProps) {
  const { region, index, selected, size } = props;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = stepOf(event);
    if (step) props.onChange(moveRegion(region, step, size));
    if (event.key === "Delete" || event.key === "Backspace") props.onRemove();
  };
  return (
    <g class={`shape ${selected ? "selected" : ""}`}>
      {/* biome-ignore lint/a11y/useSemanticElements: an SVG shape can't be a <button> */}
      <path
        d={pathOf(region)}
        fill-rule="evenodd"
        role="button"
        tabindex={0}
        aria-pressed={selected}
        aria-label={`Area ${index + 1}: ${describe(region)}. Arrow keys move it, Delete removes it.`}
        data-region={index}
        onFocus={props.onSelect}
        onKeyDown={onKeyDown}
      />
      {selected &&
        handlesOf(region).map((handle, at) => (
          <HandleDot key={handle.name} {...props} handle={handle} at={at} />
        ))}
    </g>
  );
}

function HandleDot(props: ShapeProps & { handle: Handle; at: number }) {
  const { region, index, size, scale, handle, at } = props;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = stepOf(event);
    if (!step) return;
    event.stopPropagation();
    const to = { x: handle.x + step.x, y: handle.y + step.y };
    props.onChange(moveHandle(region, at, to, size));
  };
  return (
    <g class="handle">
      <circle class="dot" cx={handle.x} cy={handle.y} r={7 / scale} />
      {/* biome-ignore lint/a11y/useSemanticElements: an SVG shape can't be a <button> */}
      <circle
        class="grip"
        cx={handle.x}
        cy={handle.y}
        r={22 / scale}
        role="button"
        tabindex={0}
        aria-label={`Area ${index + 1}, ${handle.name}: arrow keys move it`}
        data-region={index}
        data-handle={at}
        onKeyDown={onKeyDown}
      />
    </g>
  );
}

/** A shape that isn't finished: the corners so far and the line to where the pointer is. */
export function Draft({
  points,
  scale,
}: {
  points: readonly { x: number; y: number }[];
  scale: number;
}) {
  return (
    <g class="draft">
      <polyline points={points.map(({ x, y }) => `${x},${y}`).join(" ")} />
      {points.map(({ x, y }, at) => (
        <circle
          key={at}
          class={at === 0 ? "first" : ""}
          cx={x}
          cy={y}
          r={(at === 0 ? 9 : 5) / scale}
        />
      ))}
    </g>
  );
}
