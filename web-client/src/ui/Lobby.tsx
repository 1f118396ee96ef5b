import { ROLE_WORDS } from "../core/roles";
import type { Room } from "../net/room";
import { Notice } from "./Notice";

/** Before the door: nothing of the room is shown, and both ends are said clearly. */
export function Lobby({ room }: { room: Room }) {
  const link = room.link.value;
  if (link.kind === "refused") return <Refused revoked={link.problem.code === "seat.revoked"} />;
  if (link.kind === "replaced") {
    const actions = (
      <button type="button" class="btn primary" onClick={() => room.reopen()}>
        Wait here
      </button>
    );
    return (
      <main class="page-notice">
        <Notice level={1} icon="tabs" title="You wait in another tab" actions={actions} />
      </main>
    );
  }
  const attended = room.session.value?.attended ?? true;
  return (
    <main class="page-notice" data-testid="lobby">
      <Notice
        level={1}
        icon="busy"
        title={attended ? "Waiting to be let in" : "Nobody is there yet"}
      >
        <p>
          {attended
            ? `Whoever is in ${room.seat.room} was told that ${room.seat.name} is at the door.`
            : `As soon as somebody comes to ${room.seat.room}, they are told that ${room.seat.name} is at the door.`}{" "}
          The page goes on by itself.
        </p>
        <p class="soft">You come as {ROLE_WORDS[room.seat.role].toLowerCase()}.</p>
        {link.kind === "lost" && <p class="soft">The line is down; trying again.</p>}
      </Notice>
    </main>
  );
}

function Refused({ revoked }: { revoked: boolean }) {
  const actions = (
    <a class="btn" href="./">
      To the start page
    </a>
  );
  return (
    <main class="page-notice" data-testid="not-admitted">
      <Notice
        level={1}
        icon="door"
        title={revoked ? "You weren’t let in" : "This seat can’t be used any more"}
        actions={actions}
      >
        <p>Nothing of the room was shown to you. If this was a mistake, ask for a new link.</p>
      </Notice>
    </main>
  );
}
