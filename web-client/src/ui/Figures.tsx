import { formatAge, formatBitrate, formatMs, formatShare } from "../core/format";
import { showsPicture } from "../core/stage";
import type { Room } from "../net/room";
import type { Way } from "../net/stats";

type Row = readonly [label: string, value: string, testid: string];

const UNKNOWN = "–";

const WAYS: Record<Way, string> = {
  direct: "direct",
  udp: "relayed (UDP)",
  tcp: "relayed (TCP)",
  tls: "relayed (TLS)",
};

/** How the line does, in figures. */
export function Figures({ room }: { room: Room }) {
  return (
    <dl class="figures">
      {rows(room).map(([label, value, testid]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd class="num" data-testid={testid}>
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function rows(room: Room): Row[] {
  const stats = room.media.stats.value;
  const shown = showsPicture(room.stage.value);
  const behindMs = room.behindMs.value;
  const sent = stats && stats.packetsReceived + stats.packetsLost;
  return [
    ["Behind", behindMs === undefined ? UNKNOWN : formatAge(behindMs), "stat-behind"],
    ["Frame rate", shown ? `${room.shownFps.value.toFixed(0)} fps` : UNKNOWN, "stat-fps"],
    ["Longest gap", shown ? formatMs(room.figures.value.largestGapMs) : UNKNOWN, "stat-gap"],
    ["Picture", stats?.width ? `${stats.width} × ${stats.height}` : UNKNOWN, "stat-size"],
    ["Codec", stats?.codec || UNKNOWN, "stat-codec"],
    ["Bit rate", known(stats?.bitrateBps, formatBitrate), "stat-bitrate"],
    [
      "Lost",
      stats && sent !== undefined ? formatShare(stats.packetsLost, sent) : UNKNOWN,
      "stat-lost",
    ],
    ["Round trip", known(stats?.rttMs, formatMs), "stat-rtt"],
    ["Way", known(stats?.way, (way) => WAYS[way]), "stat-way"],
    ["Decoding", known(stats?.decodeMs, formatMs), "stat-decode"],
    ["Waiting in the browser", known(stats?.jitterBufferMs, formatMs), "stat-jitter"],
  ];
}

function known<Value>(value: Value | undefined, format: (value: Value) => string): string {
  return value === undefined ? UNKNOWN : format(value);
}
