import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { backoffMs } from "../core/backoff";
import { headline, sentence } from "../core/format";
import type { Role } from "../net/messages.gen";
import { Room } from "../net/room";
import { type Entry as EntryResult, enter, takeInvite } from "../net/seat";
import { rememberSeat } from "../net/visited";
import { GuestName } from "./GuestName";
import { Lobby } from "./Lobby";
import { Notice } from "./Notice";

const BACKOFF = { firstMs: 250, maxMs: 2_000 };

type State =
  | { kind: "naming"; invite: string }
  | { kind: "entering"; failing: boolean }
  | { kind: "room"; room: Room }
  | Refusal;
type Refusal = Extract<EntryResult, { problem: unknown }> & { kind: "refused" };

/** Turns the invitation or the cookie into a room and hands it to `children`. */
export function Entry(props: { as: Role; children: (room: Room) => VNode }) {
  const [state, setState] = useState<State>({ kind: "entering", failing: false });
  const go = (invite: string | undefined, name: string) => {
    setState({ kind: "entering", failing: false });
    const onFailing = () => setState({ kind: "entering", failing: true });
    void enterForever({ role: props.as, invite, name, onFailing }).then(setState);
  };

  useEffect(() => {
    const found = takeInvite(location, history);
    if (found?.asksName) setState({ kind: "naming", invite: found.invite });
    else go(found?.invite, "");
  }, []);

  if (state.kind === "room") return <Admitted room={state.room}>{props.children}</Admitted>;
  return (
    <main class="page-notice">
      {state.kind === "naming" && <GuestName onName={(name) => go(state.invite, name)} />}
      {state.kind === "entering" && <Entering failing={state.failing} />}
      {state.kind === "refused" && <NoSeat {...state} />}
    </main>
  );
}

/** Whoever waits in the lobby sees nothing of the room, not even an empty page of it. */
function Admitted(props: { room: Room; children: (room: Room) => VNode }) {
  const { room, children } = props;
  if (room.people.inLobby.value) return <Lobby room={room} />;
  return children(room);
}

interface Entrant {
  role: Role;
  invite: string | undefined;
  name: string;
  onFailing: () => void;
}

async function enterForever({ role, invite, name, onFailing }: Entrant): Promise<State> {
  for (let attempt = 0; ; attempt += 1) {
    const entry = await enter(role, invite, name);
    if ("seat" in entry) {
      rememberSeat(entry.seat);
      const room = new Room(entry.seat);
      room.start();
      return { kind: "room", room };
    }
    if (!entry.retry) return { kind: "refused", ...entry };
    onFailing();
    await new Promise((wake) => setTimeout(wake, backoffMs(attempt, BACKOFF, Math.random())));
  }
}

function Entering({ failing }: { failing: boolean }) {
  if (!failing) return <Notice level={1} icon="busy" title="Opening your seat" />;
  return (
    <Notice level={1} icon="busy" title="The server can’t be reached">
      <p>Trying again by itself. Check that this device is on the network.</p>
    </Notice>
  );
}

function NoSeat({ problem }: Refusal) {
  const uninvited = problem.code === "seat.unknown";
  const actions = (
    <a class="btn" href="./">
      What is Sonopair?
    </a>
  );
  return (
    <Notice
      level={1}
      icon="link"
      tone={uninvited ? "plain" : "warn"}
      title={uninvited ? "You need an invitation" : headline(problem.message)}
      code={uninvited ? "" : problem.code}
      actions={actions}
    >
      <p>
        {uninvited
          ? "This page opens from a personal link. Ask whoever runs the session to send you one, then open it on this device."
          : sentence(problem.fix) || "Ask whoever invited you for a new link."}
      </p>
    </Notice>
  );
}
