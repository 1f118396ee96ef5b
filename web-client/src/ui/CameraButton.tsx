import { useEffect } from "preact/hooks";
import { devices, lookForDevices } from "../net/devices";
import type { Room } from "../net/room";
import { DeviceHelp } from "./DeviceHelp";
import { DeviceSelect } from "./DeviceSelect";
import { Icon } from "./icons";

/** Films the probe hand with this device's own camera, where no phone is at hand. */
export function CameraButton({ room }: { room: Room }) {
  const { film, mayFilm } = room.senses;
  const phase = film.device.phase.value;
  useEffect(() => void lookForDevices(), [phase]);
  if (!mayFilm) return null;
  const films = phase === "open" || phase === "asking";
  return (
    <div class="camera-button">
      <button
        type="button"
        class="btn"
        aria-pressed={films}
        disabled={phase === "asking"}
        onClick={() => (films ? film.stop() : film.start())}
      >
        <Icon name={films ? "stop" : "camera"} />
        {films ? "Stop this device’s camera" : "Use this device’s camera"}
      </button>
      <DeviceHelp phase={phase} kind="camera" />
      {phase === "open" && (
        <DeviceSelect
          label="Which camera"
          choices={devices.value.videoinput}
          chosen={film.deviceId.value}
          onChoose={(id) => film.choose(id)}
        />
      )}
    </div>
  );
}
