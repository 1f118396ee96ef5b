import { useEffect, useState } from "preact/hooks";
import { formatElapsed, headline, sentence } from "../core/format";
import type { SeatRole } from "../core/roles";
import { ApiError, type Problem } from "../net/api";
import { type Invitation, invite, isForThisMachineOnly, needsTrust } from "../net/invites";
import type { Room } from "../net/room";
import { Icon } from "./icons";
import { QrCode } from "./QrCode";

const WORDS: Record<SeatRole, { title: string; how: string }> = {
  operator: { title: "Operator", how: "Open it on the device beside the scanner." },
  expert: { title: "Expert", how: "Opens in any browser, on a phone too." },
  observer: { title: "Observer", how: "Sees and hears; can’t speak or draw." },
  camera: {
    title: "Probe camera",
    how: "Point a phone’s camera at this code and open the link. It films the probe hand.",
  },
};

type State = { invitation: Invitation } | { problem: Problem } | undefined;

/** A fresh invitation: as a code for a phone, to copy, to share. */
export function InviteCard({ room, guest }: { room: Room; guest: SeatRole }) {
  const [state, setState] = useState<State>(undefined);
  const make = () => {
    setState(undefined);
    invite(guest, room.seat.role).then(
      (invitation) => setState({ invitation }),
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        setState({ problem: error });
      },
    );
  };
  useEffect(make, [guest]);

  if (!state) return <div class="invite" aria-busy="true" />;
  if ("problem" in state) return <NoInvitation problem={state.problem} onAgain={make} />;
  const leftMs = state.invitation.expiresAtMs - room.nowMs.value;
  if (leftMs <= 0) return <Expired onAgain={make} />;
  return <Fresh invitation={state.invitation} leftMs={leftMs} />;
}

function Fresh({ invitation, leftMs }: { invitation: Invitation; leftMs: number }) {
  const { link, role, lobby } = invitation;
  const words = WORDS[role];
  return (
    <div class="invite" data-testid="invite" data-link={link} ref={bringIntoView}>
      <QrCode text={link} label={`Code of the invitation for the ${words.title.toLowerCase()}`} />
      <div class="how">
        <p>{words.how}</p>
        <p class="soft">
          {lobby ? "You let them in. " : ""}For one {role === "camera" ? "phone" : "person"}, for{" "}
          <span class="num">{formatElapsed(leftMs)}</span> more.
        </p>
        {isForThisMachineOnly(link) && (
          <p class="aside" data-testid="loopback-hint">
            <Icon name="alert" size={20} />
            This link opens on this machine only. Start Sonopair with an address of the network to
            invite other devices.
          </p>
        )}
        {needsTrust(link) && <Trust />}
        <div class="row">
          <CopyButton text={link} />
          {"share" in navigator && (
            <button type="button" class="btn" onClick={() => share(link)}>
              <Icon name="share" />
              Share
            </button>
          )}
        </div>
      </div>
    </div>
  );
}

/** Over a site's own certificate, a browser warns until the device trusts it. */
function Trust() {
  return (
    <details class="trust" data-testid="trust">
      <summary>The phone warns that this isn’t private?</summary>
      <p>It doesn’t know this site’s certificate yet. Once for each device:</p>
      <ol>
        <li>
          On it, open <b>{new URL("./ca.crt", document.baseURI).href}</b> and allow the download.
        </li>
        <li>
          iPhone, iPad: Settings → Profile Downloaded → Install; then General → About → Certificate
          Trust Settings → switch it on.
        </li>
        <li>
          Android: Settings → Security → Encryption &amp; credentials → Install a certificate → CA
          certificate.
        </li>
      </ol>
    </details>
  );
}

function bringIntoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: "nearest" });
}

function CopyButton({ text }: { text: string }) {
  const [said, setSaid] = useState("Copy link");
  const copy = () => {
    const clipboard = navigator.clipboard as Clipboard | undefined;
    const copied = clipboard ? clipboard.writeText(text) : Promise.reject(new Error());
    copied.then(
      () => setSaid("Copied"),
      () => setSaid("The browser doesn’t copy"),
    );
  };
  return (
    <button type="button" class="btn primary" onClick={copy}>
      <Icon name={said === "Copied" ? "check" : "copy"} />
      <span role="status">{said}</span>
    </button>
  );
}

function share(url: string): void {
  navigator.share({ title: "Sonopair", url }).catch(() => {
    // Closing the list of programs is no mistake.
  });
}

function Expired({ onAgain }: { onAgain: () => void }) {
  return (
    <div class="invite">
      <div class="how">
        <p>This invitation is over.</p>
        <button type="button" class="btn primary" onClick={onAgain}>
          Make a new one
        </button>
      </div>
    </div>
  );
}

function NoInvitation({ problem, onAgain }: { problem: Problem; onAgain: () => void }) {
  return (
    <div class="invite" role="alert">
      <div class="how">
        <p>{headline(problem.message)}.</p>
        {problem.fix && <p class="soft">{sentence(problem.fix)}</p>}
        <button type="button" class="btn primary" onClick={onAgain}>
          Try again
        </button>
      </div>
    </div>
  );
}
