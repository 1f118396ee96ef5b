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
      <DockButton
        icon="people"
        label="People and line figures"
        cap="I"
        pressed={drawer}
        onClick={onDrawer}
      />
      {document.fullscreenEnabled && (
        <DockButton icon="expand" label="Full screen" cap="F" onClick={onFullscreen} />
      )}
      {hasKeyboard() && <DockButton icon="keyboard" label="Keys" cap="?" onClick={onKeys} />}
    </>
  );
}

interface DockButtonProps {
  icon: IconName;
  label: string;
  cap: string;
  pressed?: boolean;
  onClick: () => void;
}

function DockButton({ icon, label, cap, pressed, onClick }: DockButtonProps) {
  return (
    <button
      type="button"
      class="btn icon"
      aria-label={label}
      title={`${label} (${cap})`}
      {...(pressed !== undefined && { "aria-pressed": pressed })}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

function hasKeyboard(): boolean {
  return matchMedia("(any-hover: hover)").matches;
}
