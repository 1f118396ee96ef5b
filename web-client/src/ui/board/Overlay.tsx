import { useRef } from "preact/hooks";
import { pictureBox } from "../../core/geometry";
import { type Box, type Point, toPicture } from "../../core/letterbox";
import { useSize } from "../size";
import type { Desk } from "./desk";
import { keyboardHandler } from "./keyboard";
import { LabelEntry } from "./LabelEntry";
import { DraftShape, Marks, Passing, PointersLayer } from "./Layers";
import type { Scale } from "./Shape";

/**
 * Pointers and marks, exactly over the shown picture however it is scaled. Takes the pointer of who
 * may draw; lets everything through for who only watches.
 */
export function Overlay({ desk }: { desk: Desk }) {
  const ref = useRef<HTMLDivElement>(null);
  const size = useSize(ref);
  const box = pictureBox(desk.picture.value, size);
  const scale = scaleOf(desk);
  const layer = { desk, box, scale };
  const handlers = desk.isActive ? handlersOf(desk, box) : {};
  return (
    <div
      ref={ref}
      class="board"
      data-testid="board"
      data-tool={desk.isActive ? desk.tool.value : "none"}
      data-blocked={desk.obstacle.value !== ""}
      {...handlers}
      {...(desk.isActive && {
        role: "application",
        tabIndex: 0,
        "aria-label": "Picture. Arrow keys point, Enter draws.",
      })}
    >
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: each mark in it has its own name */}
      <svg width={size.width} height={size.height}>
        <Marks {...layer} />
        <Passing {...layer} />
        <DraftShape {...layer} />
        <PointersLayer desk={desk} box={box} />
      </svg>
      {desk.label.value && <LabelEntry desk={desk} box={box} at={desk.label.value.at} />}
    </div>
  );
}

function scaleOf({ room, picture }: Desk): Scale {
  const source = room.source.value;
  const captured = source && source.width > 0 ? source : picture.value;
  return {
    picture: { width: captured.width, height: captured.height },
    mmPerPixel: source?.mm_per_pixel ?? null,
  };
}

/** One finger, pen or mouse at a time; others that come down meanwhile mean nothing. */
function handlersOf(desk: Desk, box: Box) {
  const at = (event: PointerEvent, element: EventTarget | null): Point => {
    const { left, top } = (element as HTMLElement).getBoundingClientRect();
    return toPicture({ x: event.clientX - left, y: event.clientY - top }, box);
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      if (!event.isPrimary || event.button !== 0) return;
      if (event.target instanceof Element && event.target.closest("form")) return;
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      desk.press(at(event, event.currentTarget), isMouse(event));
    },
    onMouseDown: (event: MouseEvent) => {
      // The press that opened a label would take the focus from it.
      if (desk.label.value && event.target === event.currentTarget) event.preventDefault();
    },
    onPointerMove: (event: PointerEvent) => {
      if (!event.isPrimary) return;
      for (const each of samples(event)) desk.move(at(each, event.currentTarget), isMouse(event));
    },
    onPointerUp: (event: PointerEvent) => {
      if (event.isPrimary && event.button === 0) desk.lift(event.shiftKey);
    },
    onPointerCancel: (event: PointerEvent) => {
      if (event.isPrimary) desk.cancel();
    },
    onPointerLeave: (event: PointerEvent) => {
      if (isMouse(event)) desk.leave();
    },
    onKeyDown: keyboardHandler(desk),
  };
}

function isMouse(event: PointerEvent): boolean {
  return event.pointerType === "mouse";
}

/** All places since the last event while something is pressed: a quick stroke keeps its shape. */
function samples(event: PointerEvent): PointerEvent[] {
  const all = event.buttons === 0 ? [] : (event.getCoalescedEvents?.() ?? []);
  return all.length > 0 ? all : [event];
}
