/** How the scanner's picture and the probe camera share the screen. */

/** `corner`: the camera small. `side`: both. `swap`: the camera large, the scanner small. */
export const VIEW_MODES = ["corner", "side", "swap"] as const;
export type ViewMode = (typeof VIEW_MODES)[number];

export function viewMode(remembered: string | undefined): ViewMode {
  return VIEW_MODES.find((mode) => mode === remembered) ?? "corner";
}

export interface SecondPicture {
  /** Nobody films; it is on its way; it is there. */
  state: "none" | "coming" | "shown";
  /** From the own camera, not by way of the node. */
  own: boolean;
}

/** `by` films (a seat, or empty), as seen by the seat `me`. */
export function secondPicture(situation: {
  by: string;
  me: string | undefined;
  ownTrack: boolean;
  received: boolean;
}): SecondPicture {
  const { by, me, ownTrack, received } = situation;
  if (!by) return { state: "none", own: false };
  const own = by === me;
  const there = own ? ownTrack : received;
  return { state: there ? "shown" : "coming", own };
}
