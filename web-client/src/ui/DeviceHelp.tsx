import type { DevicePhase } from "../core/device";
import { absenceOf, type DeviceKind, permissionHelp } from "../core/permission-help";

/** Why there is no microphone or camera, and what to do in this very browser. */
export function DeviceHelp({ phase, kind }: { phase: DevicePhase; kind: DeviceKind }) {
  const sentence = absenceOf(phase, kind);
  if (!sentence) return null;
  return (
    <div class="device-help" data-testid={`${kind}-help`}>
      <p role="alert">{sentence}</p>
      {phase === "denied" && (
        <ol>
          {permissionHelp(navigator.userAgent, kind).map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
    </div>
  );
}
