import type { ComponentChildren } from "preact";
import { freshnessOf } from "../core/staleness";
import type { Room } from "../net/room";
import { PictureAdvice, Reconnecting, StaleBanner, VoiceOnly } from "./Alerts";
import { Badge } from "./Badge";
import { Video } from "./Video";

/** The picture, what is said about it, and `children` in its place while there is none. */
export function Stage({ room, children }: { room: Room; children?: ComponentChildren }) {
  return (
    <main class="stage" data-freshness={freshnessOf(room.behindMs.value).freshness}>
      <Video room={room} />
      <PictureAdvice room={room} />
      {children}
      <div class="corner">
        <Badge room={room} />
        <VoiceOnly room={room} />
        <Reconnecting room={room} />
      </div>
      <StaleBanner room={room} />
    </main>
  );
}
