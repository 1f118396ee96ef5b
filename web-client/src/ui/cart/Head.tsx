import { useState } from "preact/hooks";
import type { Room } from "../../net/room";
import { Icon, type IconName } from "../icons";
import { Roster } from "../Roster";
import { Sheet } from "../Sheet";
import { openSetupTab } from "../setup-tab";

type Open = "people" | "more" | undefined;

/** The room's name, and the few things that aren't needed while scanning. */
export function Head({ room }: { room: Room }) {
  const [open, setOpen] = useState<Open>(undefined);
  const close = () => setOpen(undefined);
  const here = room.people.admitted.value.filter(({ present }) => present).length;
  return (
    <>
      <h1>
        <Icon name="sonopair" />
        <span class="name">{room.seat.room}</span>
      </h1>
      <MaskChip room={room} />
      <span class="grow" />
      <HeadButton icon="people" label="People" count={here} onClick={() => setOpen("people")} />
      <HeadButton icon="more" label="More" onClick={() => setOpen("more")} />
      {open === "people" && (
        <Sheet title="People" onClose={close}>
          <Roster room={room} lead="" speaking={[]} onGiveLead={() => {}} />
        </Sheet>
      )}
      {open === "more" && (
        <Sheet title="More" onClose={close}>
          <button
            type="button"
            class="btn"
            disabled={room.link.value.kind !== "open"}
            onClick={() => openSetupTab(room)}
          >
            <Icon name="mask" />
            Set up the mask
          </button>
        </Sheet>
      )}
    </>
  );
}

function HeadButton(props: { icon: IconName; label: string; count?: number; onClick: () => void }) {
  const { icon, label, count, onClick } = props;
  return (
    <button type="button" class="head-button" onClick={onClick}>
      <Icon name={icon} size={26} />
      <span>
        {label}
        {count !== undefined && <span class="num"> {count}</span>}
      </span>
    </button>
  );
}

function MaskChip({ room }: { room: Room }) {
  const source = room.source.value;
  if (!source || source.source === "starting") return null;
  if (source.mask === "black") return <span class="chip warn">Blacked out</span>;
  return (
    <span class="chip mask">
      <Icon name="mask" size={18} />
      Masked{source.profile && `: ${source.profile}`}
    </span>
  );
}
