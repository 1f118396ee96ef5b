import type { FilmingStatus } from "../core/filming";
import { headline, sentence } from "../core/format";
import type { Room } from "../net/room";
import { DeviceHelp } from "./DeviceHelp";
import { Icon } from "./icons";
import { Notice } from "./Notice";

/** In the place of the camera's picture while there is none. */
export function CameraNotice({ room, status }: { room: Room; status: FilmingStatus }) {
  switch (status) {
    case "refused":
      return <Refused room={room} />;
    case "replaced":
      return <Replaced room={room} />;
    case "ended":
      return (
        <Notice icon="check" tone="accent" title="The session has ended">
          <p>The camera is off. You can close this page.</p>
        </Notice>
      );
    case "lobby":
      return (
        <Notice icon="busy" title="Waiting to be let in">
          <p>Whoever runs the session lets this camera in.</p>
        </Notice>
      );
    case "asking":
      return (
        <Notice icon="busy" title="Opening the camera">
          <p>Allow it where the browser asks.</p>
        </Notice>
      );
    case "absent":
      return <Absent room={room} />;
    default:
      return <Start room={room} />;
  }
}

function Start({ room }: { room: Room }) {
  const actions = (
    <button type="button" class="btn primary" onClick={() => room.senses.film.start()}>
      <Icon name="camera" />
      Start the camera
    </button>
  );
  return (
    <Notice icon="camera" tone="accent" title="You film the probe hand" actions={actions}>
      <p>
        The room sees it beside the scanner’s picture. No sound is taken from here, and the picture
        isn’t recorded.
      </p>
      <p>Hand and probe only: keep faces and names out of the picture.</p>
    </Notice>
  );
}

function Absent({ room }: { room: Room }) {
  const { film } = room.senses;
  const phase = film.device.phase.value;
  const actions = phase !== "insecure" && (
    <button type="button" class="btn primary" onClick={() => film.start()}>
      Try again
    </button>
  );
  return (
    <Notice icon="camera" tone="warn" title="There is no picture" actions={actions}>
      <DeviceHelp phase={phase} kind="camera" />
    </Notice>
  );
}

function Replaced({ room }: { room: Room }) {
  const actions = (
    <button type="button" class="btn primary" onClick={() => room.reopen()}>
      Film from here
    </button>
  );
  return (
    <Notice icon="tabs" title="This camera is open elsewhere" actions={actions}>
      <p>One invitation films from one place at a time.</p>
    </Notice>
  );
}

function Refused({ room }: { room: Room }) {
  const link = room.link.value;
  const problem = link.kind === "refused" ? link.problem : undefined;
  return (
    <Notice
      icon="link"
      tone="warn"
      title={headline(problem?.message ?? "This camera isn’t wanted any more")}
      code={problem?.code ?? ""}
    >
      <p>{sentence(problem?.fix || "Ask for a new code to scan.")}</p>
    </Notice>
  );
}
