import {
  type Drawing,
  drawingOf,
  type Suggestion,
  suggestionWords,
  type Way,
} from "../../core/probe";
import { ENGLISH_ENDS, type EndWords } from "../../core/probe-words";
import type { ProbeAmount } from "../../net/messages.gen";

export interface SchematicProps extends Suggestion {
  ends?: EndWords;
  /** For who can't see it; the suggestion in English without it. */
  label?: string;
}

/**
 * A probe on the skin that shows the move by making it; fills the width it is given (4 : 3). Drawn
 * by itself, never over a picture of the real hand. With reduced motion only the arrow speaks.
 */
export function Schematic({ move, direction, amount, ends = ENGLISH_ENDS, label }: SchematicProps) {
  const drawing = drawingOf(move, direction);
  const sweeping = move === "sweep";
  return (
    <svg
      class="schematic"
      viewBox="0 0 240 180"
      role="img"
      aria-label={label ?? suggestionWords({ move, direction, amount })}
      data-view={drawing.view}
      data-motion={drawing.motion}
      data-way={drawing.way}
      data-amount={amount}
    >
      <Ground drawing={drawing} ends={ends} />
      {drawing.view === "above" ? (
        <Footprint drawing={drawing} sweeping={sweeping} />
      ) : (
        <Standing drawing={drawing} sweeping={sweeping} marker={ends.marker} />
      )}
      <Arrow drawing={drawing} amount={amount} />
    </svg>
  );
}

/** The skin, and which end is which. */
function Ground({ drawing, ends }: { drawing: Drawing; ends: EndWords }) {
  if (drawing.view === "above") {
    return (
      <g class="ground">
        <rect class="skin" x={66} y={8} width={108} height={164} rx={44} />
        <EndWord x={120} y={27} word={ends.head} />
        <EndWord x={120} y={163} word={ends.feet} />
        {drawing.ends === "sides" && (
          <>
            <SideWord x={33} word={ends.right} />
            <SideWord x={207} word={ends.left} />
          </>
        )}
      </g>
    );
  }
  const pressed = drawing.motion === "press";
  return (
    <g class="ground">
      <path class="skin" d="M4 150Q120 126 236 150V180H4Z" />
      {pressed && <path class="dent" d="M84 139q36 22 72 0" />}
      {drawing.ends === "body" && (
        <>
          <EndWord x={34} y={170} word={ends.head} />
          <EndWord x={206} y={170} word={ends.feet} />
        </>
      )}
      {drawing.ends === "sides" && (
        <>
          <EndWord x={52} y={170} word={ends.right} />
          <EndWord x={188} y={170} word={ends.left} />
        </>
      )}
    </g>
  );
}

function EndWord({ x, y, word }: { x: number; y: number; word: string }) {
  return (
    <text class="end" x={x} y={y} text-anchor="middle">
      {word}
    </text>
  );
}

/** One word under the other, beside the body. */
function SideWord({ x, word }: { x: number; word: string }) {
  return (
    <>
      {word.split(" ").map((part, line) => (
        <EndWord key={part} x={x} y={40 + line * 18} word={part} />
      ))}
    </>
  );
}

/** Seen from in front or from the narrow side, standing on the skin; turns about its foot. */
function Standing(props: { drawing: Drawing; sweeping: boolean; marker: string }) {
  const { drawing, sweeping, marker } = props;
  const face = drawing.view === "face";
  const body = face
    ? "M88 138q32 10 64 0l-4-30q-3-12-14-16V56q0-10-14-10t-14 10v36q-11 4-14 16Z"
    : "M107 140q13 5 26 0l-2-36q-1-8-4-12V56q0-10-7-10t-7 10v36q-3 4-4 12Z";
  return (
    <>
      {sweeping && <path class="ghost" d={body} />}
      <g class="probe">
        <path class="cable" d="M120 47C120 26 128 18 142 8" />
        <path class="body" d={body} />
        {drawing.marker && (
          <>
            <circle class="marker" cx={146} cy={104} r={6} />
            <text class="marker-word" x={155} y={92}>
              {marker}
            </text>
          </>
        )}
      </g>
    </>
  );
}

/**
 * Its foot on the skin, seen from above. A sweep goes across its long side; a slide is round: how
 * the probe is turned doesn't matter, and mustn't seem to.
 */
function Footprint({ drawing, sweeping }: { drawing: Drawing; sweeping: boolean }) {
  const shape = footprintOf(drawing, sweeping);
  return (
    <>
      {sweeping && <rect class="ghost" {...shape} />}
      <g class="probe">
        <rect class="body" {...shape} />
        {drawing.marker && <circle class="marker" cx={140} cy={90} r={6} />}
      </g>
    </>
  );
}

const LYING = { x: 90, y: 78, width: 60, height: 24, rx: 11 };
const UPRIGHT = { x: 108, y: 60, width: 24, height: 60, rx: 11 };
const ROUND = { x: 98, y: 68, width: 44, height: 44, rx: 22 };

function footprintOf({ motion, ends }: Drawing, sweeping: boolean) {
  if (motion === "shift" && !sweeping) return ROUND;
  return ends === "sides" ? UPRIGHT : LYING;
}

const STRAIGHT: Partial<Record<Way, number>> = { up: 0, east: 90, down: 180, west: 270 };
const CHEVRONS: Record<ProbeAmount, number> = { a_little: 1, moderate: 2, a_lot: 3 };

/** As many heads as the amount has steps; its colour stands for nothing. */
function Arrow({ drawing, amount }: { drawing: Drawing; amount: ProbeAmount }) {
  const heads = CHEVRONS[amount];
  const angle = STRAIGHT[drawing.way];
  if (angle === undefined) return <TurnArrow back={drawing.way === "turn_back"} heads={heads} />;
  const at = arrowPlace(drawing);
  return (
    <g transform={`translate(${at.x} ${at.y}) rotate(${angle})`}>
      <g class="arrow">
        <path d="M0 22V-20" />
        {Array.from({ length: heads }, (_, index) => (
          <path key={index} d="M-13 -8 0 -22 13 -8" transform={`translate(0 ${index * 12})`} />
        ))}
      </g>
    </g>
  );
}

function arrowPlace({ view, way, motion }: Drawing): { x: number; y: number } {
  if (motion === "press") return { x: 44, y: 84 };
  if (view === "above" && (way === "up" || way === "down")) return { x: 206, y: 90 };
  if (view === "above") return { x: way === "east" ? 207 : 33, y: 100 };
  if (motion === "tilt") return { x: way === "east" ? 190 : 50, y: 36 };
  return { x: way === "east" ? 202 : 38, y: 122 };
}

function TurnArrow({ back, heads }: { back: boolean; heads: number }) {
  return (
    <g transform={back ? "translate(240 0) scale(-1 1)" : undefined}>
      <g class="arrow">
        <path d="M82 56A50 50 0 0 1 168 76" />
        {Array.from({ length: heads }, (_, index) => (
          <path key={index} d="M158 68 170 80 178 64" transform={`rotate(${-13 * index} 120 90)`} />
        ))}
      </g>
    </g>
  );
}
