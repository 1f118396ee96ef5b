/** Which microphones, cameras and loudspeakers there are, kept up to date. */

import { signal } from "@preact/signals";

export interface Choice {
  id: string;
  label: string;
}

type Kind = MediaDeviceInfo["kind"];

const WORDS: Record<Kind, string> = {
  audioinput: "Microphone",
  audiooutput: "Speaker",
  videoinput: "Camera",
};

export const devices = signal<Record<Kind, readonly Choice[]>>({
  audioinput: [],
  audiooutput: [],
  videoinput: [],
});

let watching = false;

/** Labels are there only once the person has allowed a device of the kind. */
export async function lookForDevices(): Promise<void> {
  const media = navigator.mediaDevices;
  if (!media?.enumerateDevices) return;
  if (!watching) {
    watching = true;
    media.addEventListener("devicechange", () => void lookForDevices());
  }
  devices.value = sorted(await media.enumerateDevices());
}

/** The "default" entries name a device that is in the list under its own id as well. */
export function sorted(all: readonly MediaDeviceInfo[]): Record<Kind, readonly Choice[]> {
  const of = (kind: Kind) =>
    all
      .filter((device) => device.kind === kind && device.deviceId)
      .filter(({ deviceId }) => deviceId !== "default" && deviceId !== "communications")
      .map(({ deviceId, label }, index) => ({
        id: deviceId,
        label: label || `${WORDS[kind]} ${index + 1}`,
      }));
  return {
    audioinput: of("audioinput"),
    audiooutput: of("audiooutput"),
    videoinput: of("videoinput"),
  };
}
