import { useEffect, useRef } from "preact/hooks";
import { type FilmingStatus, filmingStatus } from "../core/filming";
import { devices, lookForDevices } from "../net/devices";
import type { Room } from "../net/room";
import { CameraNotice } from "./CameraNotice";
import { DeviceSelect } from "./DeviceSelect";
import { Icon } from "./icons";
import { Toast } from "./Toast";

/** A phone or laptop that films the probe hand: one picture, and whether the room sees it. */
export function CameraPage({ room }: { room: Room }) {
  const { film } = room.senses;
  const status = filmingStatus({
    link: room.link.value.kind,
    session: room.session.value?.state,
    inLobby: room.people.inLobby.value,
    device: film.device.phase.value,
    connected: room.media.connected.value,
    me: room.people.me.value,
    filming: room.senses.filming.value,
  });
  const films = status in LINES;
  return (
    <div class="camera">
      <header>
        <h1>
          <Icon name="sonopair" />
          {room.seat.room}
        </h1>
        <span class="grow" />
        <span class="quiet">
          <Icon name="mic_off" size={18} />
          No sound is taken
        </span>
      </header>
      <main>
        {films ? <Preview room={room} /> : <CameraNotice room={room} status={status} />}
        {films && <StatusLine status={status} relayLost={room.media.relayLost.value} />}
      </main>
      {films && <Controls room={room} status={status} />}
      <Toast room={room} />
    </div>
  );
}

/** While it films: what the person needs to know of it. */
const LINES: Partial<Record<FilmingStatus, { tone: string; words: string }>> = {
  connecting: { tone: "warn", words: "Connecting: the room doesn’t see this yet" },
  reconnecting: { tone: "warn", words: "Reconnecting: the room may not see this" },
  outdone: { tone: "warn", words: "The room sees another camera now" },
  shown: { tone: "ok", words: "The room sees this" },
};

function StatusLine({ status, relayLost }: { status: FilmingStatus; relayLost: boolean }) {
  const line = LINES[status];
  return (
    <p
      class={`chip filming ${line?.tone}`}
      role="status"
      data-testid="filming"
      data-filming={status}
    >
      <span class="dot" />
      {relayLost && "The relay server doesn’t answer. "}
      {line?.words}
    </p>
  );
}

/** Never mirrored: which way the probe points must look the same to everybody. */
function Preview({ room }: { room: Room }) {
  const ref = useRef<HTMLVideoElement>(null);
  const stream = room.senses.film.preview.value;

  useEffect(() => {
    if (ref.current) ref.current.srcObject = stream ?? null;
  }, [stream]);

  return (
    <video
      ref={ref}
      data-testid="preview"
      aria-label="What the room sees"
      autoplay
      muted
      playsInline
      disablePictureInPicture
    />
  );
}

function Controls({ room, status }: { room: Room; status: FilmingStatus }) {
  const { film } = room.senses;
  useEffect(() => void lookForDevices(), []);
  return (
    <footer>
      {status === "outdone" && (
        <button type="button" class="btn primary" onClick={() => film.tell()}>
          <Icon name="camera" />
          Show this one
        </button>
      )}
      {isPhone() ? (
        <button type="button" class="btn" onClick={() => film.turn()}>
          <Icon name="turn_camera" />
          {film.facing.value === "environment" ? "Front camera" : "Back camera"}
        </button>
      ) : (
        <DeviceSelect
          label="Which camera"
          choices={devices.value.videoinput}
          chosen={film.deviceId.value}
          onChoose={(id) => film.choose(id)}
        />
      )}
      <button type="button" class="btn danger" onClick={() => film.stop()}>
        <Icon name="stop" />
        Stop
      </button>
    </footer>
  );
}

function isPhone(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}
