/** Where the words of a mark stand: inside the picture, and never on what the mark shows. In px. */

import type { Box, Extent, Point } from "./letterbox";

export interface PlacedWords {
  /** `y` is that of the baseline. */
  lines: readonly { text: string; y: number }[];
  x: number;
  /** Which end of each line `x` is. */
  anchor: "start" | "end";
}

/** Between the place that is meant and the words. */
const GAP = 12;
/** A line is broken rather than made narrower than this, in characters. */
const SHORTEST_LINE = 8;

/** Of the words of marks: on a phone's picture smaller, so that they hide less of it. */
export function wordsSize(box: Box): number {
  return isSmall(box) ? 14 : 17;
}

/** Of name tags, as a factor. */
export function tagScale(box: Box): number {
  return isSmall(box) ? 0.75 : 1;
}

function isSmall(box: Box): boolean {
  return box.height < 300;
}

/**
 * To the right of `right` where they fit, else to the left of `left`, else on the side that has
 * more room, in several lines. Nothing is cut off at the picture's edge.
 */
export function placedWords(
  text: string,
  { left, right, box }: { left: Point; right: Point; box: Box },
): PlacedWords {
  const size = wordsSize(box);
  const character = size * 0.6;
  const [from, to] = [box.x + 4, box.x + box.width - 4];
  const room = { left: left.x - GAP - from, right: to - right.x - GAP };
  const toTheRight = text.length * character <= room.right || room.right >= room.left;
  const most = Math.max(room[toTheRight ? "right" : "left"] / character, SHORTEST_LINE);
  const lines = wrapped(text, Math.floor(most));
  const width = Math.max(...lines.map((line) => line.length)) * character;
  const at = toTheRight ? right : left;
  const y = firstBaseline(at.y, lines.length, box);
  return {
    lines: lines.map((line, index) => ({ text: line, y: y + index * lineHeight(size) })),
    x: toTheRight ? Math.min(at.x + GAP, to - width) : Math.max(at.x - GAP, from + width),
    anchor: toTheRight ? "start" : "end",
  };
}

/** Of lines whose middle is at `middle`, or as near as top and bottom let them. */
function firstBaseline(middle: number, lines: number, box: Box): number {
  const size = wordsSize(box);
  const below = (lines - 1) * lineHeight(size);
  const lowest = box.y + box.height - below - size * 0.3;
  return clamp(middle + size * 0.35 - below / 2, box.y + size, lowest);
}

function lineHeight(size: number): number {
  return size * 1.2;
}

/** Top left of a tag at `from` that keeps clear of `to`, and of all between them. */
export function tagAwayFrom(from: Point, to: Point, tag: Extent, box: Box): Point {
  const apart = 4;
  const x = from.x <= to.x ? from.x - apart - tag.width : from.x + apart;
  const y = from.y <= to.y ? from.y - apart - tag.height : from.y + apart;
  return {
    x: clamp(x, box.x, box.x + box.width - tag.width),
    y: clamp(y, box.y, box.y + box.height - tag.height),
  };
}

/** Broken between words; a word that is longer than a line is broken too. */
function wrapped(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const before = lines.at(-1);
    if (before !== undefined && before.length + 1 + word.length <= most) {
      lines[lines.length - 1] = `${before} ${word}`;
    } else {
      for (let start = 0; start < word.length || start === 0; start += most) {
        lines.push(word.slice(start, start + most));
      }
    }
  }
  return lines;
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
