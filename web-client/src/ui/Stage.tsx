import type { ComponentChildren } from "preact";
import { showsPicture } from "../core/stage";
import type { Room } from "../net/room";
import { PictureAdvice, Reconnecting, StaleBanner, VoiceOnly } from "./Alerts";
import { Badge } from "./Badge";
import { freshnessHere } from "./freshness";
import { CoveredTexts, LookoutChips } from "./lookout/CoveredTexts";
import { Video } from "./Video";

export interface StageProps {
  room: Room;
  /** In the place of the picture while there is none. */
  children?: ComponentChildren;
  /** Drawn over the picture, and only while it is there: pointers, marks, a still. */
  overlay?: ComponentChildren;
  /** More chips beside the age of the picture. */
  chips?: ComponentChildren;
  /** In a corner of the picture: the second view. */
  inset?: ComponentChildren;
}

/** The picture and what is said about it. */
export function Stage({ room, children, overlay, chips, inset }: StageProps) {
  return (
    <main class="stage" data-freshness={freshnessHere(room).freshness}>
      <Video room={room} />
      {showsPicture(room.stage.value) && <CoveredTexts room={room} />}
      {showsPicture(room.stage.value) && overlay}
      <PictureAdvice room={room} />
      {children}
      <div class="corner">
        <Badge room={room} />
        {chips}
        <LookoutChips room={room} />
        <VoiceOnly room={room} />
        <Reconnecting room={room} />
      </div>
      {inset}
      <StaleBanner room={room} />
    </main>
  );
}
