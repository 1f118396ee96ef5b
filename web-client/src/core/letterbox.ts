/** Where a picture sits inside a box that keeps its proportions (`object-fit: contain`). */

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Extent {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

const EMPTY: Box = { x: 0, y: 0, width: 0, height: 0 };

/** The part of `outer` that the picture covers. */
export function letterbox(picture: Extent, outer: Extent): Box {
  if (picture.width <= 0 || picture.height <= 0) return EMPTY;
  const scale = Math.min(outer.width / picture.width, outer.height / picture.height);
  const width = picture.width * scale;
  const height = picture.height * scale;
  return { x: (outer.width - width) / 2, y: (outer.height - height) / 2, width, height };
}

/** A point of the box in normalised picture coordinates (0 … 1 inside, origin top-left). */
export function toPicture(point: Point, box: Box): Point {
  if (box.width === 0 || box.height === 0) return { x: 0, y: 0 };
  return { x: (point.x - box.x) / box.width, y: (point.y - box.y) / box.height };
}
