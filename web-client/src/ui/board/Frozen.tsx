import { useLayoutEffect, useRef } from "preact/hooks";
import { formatElapsed, sentence } from "../../core/format";
import type { Room } from "../../net/room";
import { Icon } from "../icons";
import { deskOf } from "./desk";
import type { Freezing, View } from "./freezing";

/** The frozen picture, in front of the video and exactly where that is. */
export function FrozenPicture({ freezing }: { freezing: Freezing }) {
  const ref = useRef<HTMLDivElement>(null);
  const held = freezing.held.value;
  const kind = freezing.view.value.kind;
  useLayoutEffect(() => {
    freezing.canvas.setAttribute("role", "img");
    freezing.canvas.setAttribute("aria-label", "Frozen scanner picture");
    if (held !== "nothing") ref.current?.replaceChildren(freezing.canvas);
    else ref.current?.replaceChildren();
  }, [freezing, held]);
  if (kind === "live") return null;
  return (
    <div class="frozen-picture" data-testid="frozen-picture" data-held={held}>
      <div ref={ref} />
      {held === "nothing" && (
        <p class="fetching">
          {freezing.failure.value
            ? "The frozen picture can’t be shown here. It goes on as soon as somebody ends the freeze."
            : "Fetching the frozen picture"}
        </p>
      )}
    </div>
  );
}

/** Says that the picture isn't live, whose doing it is, and how it goes on. */
export function FreezeRibbon({ room }: { room: Room }) {
  const { freezing, isActive } = deskOf(room);
  const view = freezing.view.value;
  if (view.kind === "live") return null;
  const mayGoOn = view.kind === "own" || isActive;
  return (
    <div class="freeze-ribbon" role="status" data-testid="freeze-ribbon" data-freeze={view.kind}>
      <Icon name="snow" size={22} />
      <p>
        <Words room={room} view={view} />
        <Quality freezing={freezing} view={view} />
      </p>
      {mayGoOn && (
        <button type="button" class="btn" onClick={() => freezing.goOn()}>
          <Icon name="play" size={20} />
          Go on
          <kbd>{view.kind === "own" ? "Space" : "⇧ Space"}</kbd>
        </button>
      )}
    </div>
  );
}

function Words({ room, view }: { room: Room; view: View }) {
  if (view.kind === "own") {
    const forMs = room.nowMs.value - view.sinceMs;
    return (
      <>
        Frozen for you{" "}
        <time class="num" aria-hidden="true">
          {formatElapsed(forMs)}
        </time>
      </>
    );
  }
  if (view.kind !== "together") return null;
  const own = view.by === room.consult.me;
  return <>Frozen together{own ? "" : ` by ${room.people.nameOf(view.by)}`}</>;
}

function Quality({ freezing, view }: { freezing: Freezing; view: View }) {
  if (view.kind === "own") return <small>Others see it move on. To draw, freeze together.</small>;
  if (freezing.failure.value) return <small>{sentence(freezing.failure.value)}</small>;
  if (freezing.held.value === "still") return <small>Sharp still. Marks stay on it.</small>;
  return <small>Sharpening</small>;
}
