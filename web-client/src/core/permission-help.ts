/** What to do when the browser doesn't give a microphone or a camera. */

export type DeviceKind = "microphone" | "camera";

type Help = readonly [applies: (agent: string) => boolean, steps: (kind: DeviceKind) => string[]];

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** The first that applies; each browser names several others in its own user agent. */
const HELP: readonly Help[] = [
  [
    (agent) => /iPhone|iPad/.test(agent) && /CriOS|FxiOS|EdgiOS/.test(agent),
    (kind) => [
      `Open the iPhone’s Settings, choose this browser, and switch ${capital(kind)} on.`,
      "Come back here and reload the page.",
    ],
  ],
  [
    (agent) => /iPhone|iPad/.test(agent),
    (kind) => [
      "Tap the page menu at the left of the address, then “Website Settings”.",
      `Set ${capital(kind)} to “Allow”, and reload the page.`,
    ],
  ],
  [
    (agent) => /Firefox\//.test(agent),
    (kind) => [
      `Click the crossed-out ${kind} beside the address and remove “Blocked”.`,
      "Reload the page, and choose “Allow” when it asks.",
    ],
  ],
  [
    (agent) => /Android/.test(agent),
    (kind) => [
      "Tap the sign at the left of the address, then “Permissions”.",
      `Switch ${capital(kind)} on. If it isn’t there, allow it for this browser in the phone’s Settings.`,
    ],
  ],
  [
    (agent) => /Chrome\//.test(agent),
    (kind) => [
      "Click the sign at the left of the address.",
      `Switch ${capital(kind)} on, and reload the page.`,
    ],
  ],
  [
    (agent) => /Safari\//.test(agent),
    (kind) => [
      "In the menu Safari choose “Settings for This Website”.",
      `Set ${capital(kind)} to “Allow”, and reload the page.`,
    ],
  ],
];

const ANY = (kind: DeviceKind) => [
  `Allow the ${kind} for this page in the browser’s settings, and reload the page.`,
];

export function permissionHelp(userAgent: string, kind: DeviceKind): string[] {
  const steps = HELP.find(([applies]) => applies(userAgent))?.[1] ?? ANY;
  return steps(kind);
}

/** One sentence for a device that isn't there; empty for the phases that need none. */
export function absenceOf(phase: string, kind: DeviceKind): string {
  switch (phase) {
    case "denied":
      return `This page may not use the ${kind}.`;
    case "missing":
      return `No ${kind} was found. Plug one in; it is used as soon as it is there.`;
    case "busy":
      return `The ${kind} can’t be opened. Close other programs that use it, then try again.`;
    case "insecure":
      return `Browsers give no ${kind} to a page without HTTPS. Open this page by its https:// address.`;
    default:
      return "";
  }
}
