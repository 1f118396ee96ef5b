import type { Room } from "../../net/room";
import { Icon, type IconName } from "../icons";
import { SoundButton } from "../VoiceButton";

export interface DockButtonsProps {
  room: Room;
  drawer: boolean;
  onDrawer: () => void;
  onKeys: () => void;
  onFullscreen: () => void;
}

/** What is about the page itself rather than the consult. */
export function DockButtons({ room, drawer, onDrawer, onKeys, onFullscreen }: DockButtonsProps) {
  return (
    <>
      <span class="grow" />
      <SoundButton room={room} />
      <DrawerButton guides={room.seat.role === "expert"} pressed={drawer} onClick={onDrawer} />
      {document.fullscreenEnabled && (
        <DockButton icon="expand" label="Full screen" short="Full" cap="F" onClick={onFullscreen} />
      )}
      {hasKeyboard() && (
        <DockButton icon="keyboard" label="Keys" short="Keys" cap="?" onClick={onKeys} />
      )}
    </>
  );
}

/** Named after what it is opened for: an expert's first use of the panel is the probe pad. */
function DrawerButton(props: { guides: boolean; pressed: boolean; onClick: () => void }) {
  const { guides, pressed, onClick } = props;
  return (
    <button
      type="button"
      class="btn drawer-button"
      aria-pressed={pressed}
      title={`${drawerWords(guides)} (I)`}
      onClick={onClick}
    >
      <Icon name={guides ? "move_fan" : "people"} />
      {guides ? "Guide" : "People"}
    </button>
  );
}

/** What the side panel holds. */
export function drawerWords(guides: boolean): string {
  return guides ? "Guide the probe, people, connection" : "People, notes, connection";
}

interface DockButtonProps {
  icon: IconName;
  label: string;
  /** Of the label, as much as there is room for under the icon. */
  short: string;
  cap: string;
  onClick: () => void;
}

function DockButton({ icon, label, short, cap, onClick }: DockButtonProps) {
  return (
    <button
      type="button"
      class="btn icon"
      aria-label={label}
      title={`${label} (${cap})`}
      onClick={onClick}
    >
      <Icon name={icon} />
      <span class="named">{short}</span>
    </button>
  );
}

function hasKeyboard(): boolean {
  return matchMedia("(any-hover: hover)").matches;
}
