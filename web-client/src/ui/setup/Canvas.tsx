import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Box, letterbox, type Point, toPicture } from "../../core/letterbox";
import type { Region } from "../../core/regions";
import type { Drawing } from "./drawing";
import type { Editor } from "./editor";
import { Draft, pathOf, Shape } from "./Shapes";

const NOWHERE: Box = { x: 0, y: 0, width: 0, height: 0 };

/** The frozen picture with the regions on it; what lies outside them is dimmed, or black. */
export function Canvas({ editor, drawing }: { editor: Editor; drawing: Drawing }) {
  const room = useRef<HTMLDivElement>(null);
  const box = useLetterbox(room, editor);
  const size = editor.size.value;
  const scale = size.width > 0 ? box.width / size.width : 1;
  drawing.setScale(scale);

  const at = (event: PointerEvent): Point => {
    const outer = room.current?.getBoundingClientRect();
    const inside = { x: event.clientX - (outer?.left ?? 0), y: event.clientY - (outer?.top ?? 0) };
    const normalised = toPicture(inside, box);
    return { x: normalised.x * size.width, y: normalised.y * size.height };
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0 || editor.preview.value) return;
    room.current?.setPointerCapture(event.pointerId);
    drawing.down(at(event), targetOf(event));
  };

  return (
    <div
      class={`canvas tool-${editor.tool.value}`}
      ref={room}
      data-testid="setup-canvas"
      onPointerDown={onPointerDown}
      onPointerMove={(event) => drawing.move(at(event))}
      onPointerUp={(event) => drawing.up(at(event))}
      onPointerCancel={() => drawing.cancel()}
    >
      <img
        src={editor.imageUrl.value}
        alt="The frozen picture, as it comes from the scanner"
        draggable={false}
        style={place(box)}
      />
      {size.width > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: an SVG can't be a <fieldset>
        <svg
          viewBox={`0 0 ${size.width} ${size.height}`}
          style={place(box)}
          role="group"
          aria-label="Marked areas"
        >
          <Drawn editor={editor} drawing={drawing} scale={scale} />
        </svg>
      )}
    </div>
  );
}

function Drawn({ editor, drawing, scale }: { editor: Editor; drawing: Drawing; scale: number }) {
  const size = editor.size.value;
  const ghost = drawing.ghost.value;
  const preview = editor.preview.value;
  const regions = editor.regions.value.map((each, i) => (ghost?.index === i ? ghost.region : each));
  const isNew = ghost !== undefined && ghost.index === undefined;
  const passing: readonly Region[] = isNew ? [...regions, ghost.region] : regions;
  return (
    <>
      <mask id="outside">
        <rect width={size.width} height={size.height} fill="#fff" />
        {passing.map((region, index) => (
          <path key={index} d={pathOf(region)} fill="#000" fill-rule="evenodd" />
        ))}
      </mask>
      <rect
        class="outside"
        width={size.width}
        height={size.height}
        fill="#000"
        fill-opacity={dimming(editor, passing.length)}
        mask="url(#outside)"
      />
      {!preview &&
        regions.map((region, index) => (
          <Shape
            key={index}
            region={region}
            index={index}
            selected={editor.selected.value === index}
            size={size}
            scale={scale}
            onSelect={() => {
              editor.selected.value = index;
            }}
            onChange={(changed) => editor.replace(index, changed)}
            onRemove={() => editor.remove(index)}
          />
        ))}
      {isNew && <path class="ghost" d={pathOf(ghost.region)} />}
      <Draft points={drawing.corners.value} scale={scale} />
    </>
  );
}

/** How much of what stays behind is hidden: nothing while there is everything still to draw. */
function dimming(editor: Editor, passing: number): number {
  if (editor.preview.value) return 1;
  if (passing === 0) return 0;
  return editor.tool.value === "select" ? 0.66 : 0.4;
}

function useLetterbox(room: { current: HTMLDivElement | null }, editor: Editor): Box {
  const size = editor.size.value;
  const [box, setBox] = useState(NOWHERE);
  useLayoutEffect(() => {
    const element = room.current;
    if (!element) return undefined;
    const measure = () => {
      setBox(letterbox(size, { width: element.clientWidth, height: element.clientHeight }));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [room, size]);
  return box;
}

function place({ x, y, width, height }: Box) {
  return { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` };
}

function targetOf(event: PointerEvent): { region: number | undefined; handle: number | undefined } {
  const { dataset } = event.target as SVGElement;
  const index = (value: string | undefined) => (value === undefined ? undefined : Number(value));
  return { region: index(dataset.region), handle: index(dataset.handle) };
}
