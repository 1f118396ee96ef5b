/** A microphone or camera of this device, from off to open, as a table. */

export type DevicePhase =
  | "off"
  /** The browser asks the person, or opens the device. */
  | "asking"
  | "open"
  /** The person, the browser or the system said no. */
  | "denied"
  /** There is no such device. */
  | "missing"
  /** Another program has it, or it failed. */
  | "busy"
  /** The page came without HTTPS, so the browser gives no device at all. */
  | "insecure";

export type DeviceEvent =
  | "open"
  | "opened"
  | "close"
  /** It was unplugged or taken away. */
  | "lost"
  | Exclude<DevicePhase, "off" | "asking" | "open">;

const CLOSED: Partial<Record<DeviceEvent, DevicePhase>> = { open: "asking", close: "off" };

/** What isn't in the table changes nothing: an answer that came too late. */
const TRANSITIONS: Record<DevicePhase, Partial<Record<DeviceEvent, DevicePhase>>> = {
  off: { open: "asking" },
  asking: {
    opened: "open",
    denied: "denied",
    missing: "missing",
    busy: "busy",
    insecure: "insecure",
    close: "off",
  },
  open: { open: "asking", lost: "asking", close: "off" },
  denied: CLOSED,
  missing: CLOSED,
  busy: CLOSED,
  insecure: CLOSED,
};

export function deviceAfter(phase: DevicePhase, event: DeviceEvent): DevicePhase {
  return TRANSITIONS[phase][event] ?? phase;
}

/** Worth another try when a device is plugged in or the page is looked at again. */
export function mayComeBack(phase: DevicePhase): boolean {
  return phase === "missing" || phase === "busy";
}

/** Why `getUserMedia` said no. Source: W3C Media Capture and Streams, 10.3. */
export function refusalOf(errorName: string): DeviceEvent {
  switch (errorName) {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    default:
      return "busy";
  }
}
