/** What one can do on the picture, and how each is reached. */

import type { StrokeTool } from "./passing";

export type Tool = "pointer" | "laser" | "pen" | "arrow" | "ellipse" | "label" | "caliper" | "mark";

export interface ToolFacts {
  tool: Tool;
  name: string;
  /** On the keyboard. */
  key: string;
  how: string;
}

/** As they stand in the column of tools. */
export const TOOLS: readonly ToolFacts[] = [
  { tool: "pointer", name: "Pointer", key: "p", how: "Everybody sees where you point." },
  {
    tool: "laser",
    name: "Laser",
    key: "l",
    how: "Draw; it fades after 2 s. Hold Shift to keep it.",
  },
  { tool: "pen", name: "Pen", key: "d", how: "Draw by hand." },
  { tool: "arrow", name: "Arrow", key: "a", how: "Drag, or tap its tail and its head." },
  { tool: "ellipse", name: "Ellipse", key: "e", how: "Drag, or tap two corners." },
  { tool: "label", name: "Label", key: "b", how: "Tap where it belongs, then type. No names." },
  { tool: "caliper", name: "Caliper", key: "c", how: "Drag, or tap both ends." },
];

/** What the others see while it is drawn; the rest appears at once. */
export const PASSING_AS: Partial<Record<Tool, StrokeTool>> = {
  laser: "laser",
  pen: "pen",
  arrow: "arrow",
  ellipse: "ellipse",
  caliper: "caliper",
};

/** Made of two points, so that two taps do as well as a drag. */
export function isTwoPoints(tool: Tool): boolean {
  return tool === "arrow" || tool === "ellipse" || tool === "caliper";
}
