/** Distances on the picture. */

import type { Extent, Point } from "./letterbox";

/**
 * Between two normalised points, mm. `picture` is the captured picture's size in pixels, which is
 * what `mm_per_pixel` counts. undefined when the picture has no scale: pixels are no length.
 */
export function lengthMm(
  from: Point,
  to: Point,
  picture: Extent,
  mmPerPixel: number | null,
): number | undefined {
  if (mmPerPixel === null || !(mmPerPixel > 0)) return undefined;
  const widthPx = (to.x - from.x) * picture.width;
  const heightPx = (to.y - from.y) * picture.height;
  return Math.hypot(widthPx, heightPx) * mmPerPixel;
}

/** "4.2 mm", "99.9 mm", "10.3 cm" */
export function formatLength(millimetres: number): string {
  const rounded = Math.round(millimetres * 10) / 10;
  return rounded < 100 ? `${rounded.toFixed(1)} mm` : `${(millimetres / 10).toFixed(1)} cm`;
}
