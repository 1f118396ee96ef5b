import { useState } from "preact/hooks";
import type { Guidance } from "../../net/guidance";
import type { Room } from "../../net/room";
import { CameraButton } from "../CameraButton";
import { DeviceCheck } from "../DeviceCheck";
import { InviteButtons } from "../InviteButtons";
import { InviteCard } from "../InviteCard";
import { Icon, type IconName } from "../icons";
import { Roster } from "../Roster";
import { ScannerSound } from "../ScannerSound";
import { Sheet } from "../Sheet";
import { openSetupTab } from "../setup-tab";
import { TalkKey } from "../TalkKey";
import { LanguageChoice } from "./LanguageChoice";
import { PatientSheet } from "./PatientSheet";

type Open = "people" | "camera" | "more" | "patient" | undefined;

/** The room's name, and the few things that aren't needed while scanning. */
export function Head({ room, guidance }: { room: Room; guidance: Guidance }) {
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
      <HeadButton icon="note" label="Patient" onClick={() => setOpen("patient")} />
      <HeadButton icon="camera" label="Camera" onClick={() => setOpen("camera")} />
      <HeadButton icon="people" label="People" count={here} onClick={() => setOpen("people")} />
      <HeadButton icon="more" label="More" onClick={() => setOpen("more")} />
      {open === "people" && (
        <Sheet title="People" onClose={close}>
          <Roster room={room} />
          <InviteButtons room={room} />
        </Sheet>
      )}
      {open === "patient" && <PatientSheet room={room} onClose={close} />}
      {open === "camera" && (
        <Sheet title="Phone as probe camera" onClose={close}>
          <InviteCard room={room} guest="camera" />
          <CameraButton room={room} />
        </Sheet>
      )}
      {open === "more" && (
        <Sheet title="More" onClose={close}>
          <DeviceCheck voice={room.senses.voice} sound={room.senses.sound} />
          <TalkKey voice={room.senses.voice} />
          <ScannerSound room={room} />
          <LanguageChoice guidance={guidance} />
          <section class="setting">
            <h3>What may leave the scanner</h3>
            <button
              type="button"
              class="btn"
              disabled={room.link.value.kind !== "open"}
              onClick={() => {
                close();
                openSetupTab(room);
              }}
            >
              <Icon name="mask" />
              Set up the mask
            </button>
          </section>
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
