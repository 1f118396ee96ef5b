import { formatAge, formatElapsed } from "../core/format";
import { showsPicture } from "../core/stage";
import { MOTION_ADVICE } from "../core/staleness";
import type { Room } from "../net/room";
import { freshnessHere, isFrozenHere } from "./freshness";
import { Icon } from "./icons";

/** More than 2 s old: said across the whole picture, which itself stays as it is. */
export function StaleBanner({ room }: { room: Room }) {
  const behindMs = room.behindMs.value;
  const { freshness, advice } = freshnessHere(room);
  if (freshness !== "stale" || behindMs === undefined) return null;
  return (
    <div class="banner" role="alert" data-testid="stale-banner">
      <Icon name="alert" size={26} />
      <span>
        {advice}{" "}
        <span class="num" aria-hidden="true">
          {formatAge(behindMs)} behind
        </span>
      </span>
    </div>
  );
}

/** Between 1 and 2 s. */
export function VoiceOnly({ room }: { room: Room }) {
  const { freshness, advice } = freshnessHere(room);
  if (freshness !== "voice_only") return null;
  return (
    <span class="chip danger" role="alert" data-testid="voice-only">
      <Icon name="alert" size={18} />
      {advice}
    </span>
  );
}

export function Reconnecting({ room }: { room: Room }) {
  const link = room.link.value;
  const again = room.media.status.value === "stalled";
  if (link.kind !== "lost" && !again) return null;
  const forMs = link.kind === "lost" ? room.nowMs.value - link.sinceMs : undefined;
  return (
    <span class="chip warn num" role="status" data-testid="reconnecting">
      <Icon name="network" size={18} />
      {link.kind !== "lost" && room.media.relayLost.value && "The relay server doesn’t answer. "}
      Reconnecting
      {forMs !== undefined && <span aria-hidden="true">{formatElapsed(forMs)}</span>}
    </span>
  );
}

/** What a viewer must know of the picture while it is on the screen and moves. */
export function PictureAdvice({ room }: { room: Room }) {
  if (!showsPicture(room.stage.value)) return null;
  if (isFrozenHere(room)) return <div class="foot" />;
  return (
    <div class="foot">
      {room.stage.value === "frozen" && <Frozen room={room} />}
      {room.motionWarning.value && (
        <span class="chip warn" role="status" data-testid="motion-warning">
          <Icon name="alert" size={20} />
          {MOTION_ADVICE}
        </span>
      )}
    </div>
  );
}

function Frozen({ room }: { room: Room }) {
  const forMs = room.sourceForMs.value;
  return (
    <span class="chip frozen num" role="status" data-testid="frozen">
      <Icon name="snow" size={20} />
      Scanner frozen
      {forMs !== undefined && <time aria-hidden="true">{formatElapsed(forMs)}</time>}
    </span>
  );
}
