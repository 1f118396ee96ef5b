import { formatAge } from "../core/format";
import { showsPicture } from "../core/stage";
import type { Room } from "../net/room";
import { freshnessHere, isFrozenHere } from "./freshness";

const TONES = {
  unknown: "",
  fresh: "ok",
  late: "warn",
  voice_only: "danger",
  stale: "danger",
} as const;

/** How old the picture is, in words. Its data attributes say the same to a machine. */
export function Badge({ room }: { room: Room }) {
  const behindMs = room.behindMs.value;
  const { fps } = room.figures.value;
  const shown = showsPicture(room.stage.value);
  const frozen = isFrozenHere(room);
  const tone = shown ? TONES[freshnessHere(room).freshness] : "";
  return (
    <span
      class={shown ? `chip num ${tone}` : "unseen"}
      data-testid="latency-badge"
      data-behind-ms={behindMs === undefined ? "" : behindMs.toFixed(1)}
      data-fps={shown ? fps.toFixed(1) : "0"}
      data-source={room.source.value?.source ?? ""}
      data-stage={room.stage.value}
      data-way={room.media.stats.value?.way ?? ""}
    >
      <span class="dot" />
      {shown ? words(behindMs, room.shownFps.value, frozen) : "No picture"}
    </span>
  );
}

/** Of a picture that is frozen here only that is said: its age grows, and it is no fault. */
function words(behindMs: number | undefined, fps: number, frozen: boolean): string {
  if (frozen) return "Not live";
  const rate = `${Math.round(fps)} fps`;
  return behindMs === undefined
    ? `Measuring the delay · ${rate}`
    : `${formatAge(behindMs)} behind · ${rate}`;
}
