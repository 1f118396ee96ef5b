import { useState } from "preact/hooks";
import type { Worklist } from "../../net/worklist";
import { Icon } from "../icons";
import type { Ringing } from "./ringing";

/** Whether calls ring here, and how one notices. */
export function Duty({ worklist, ringing }: { worklist: Worklist; ringing: Ringing }) {
  const [busy, setBusy] = useState(false);
  const on = worklist.state.value?.onDuty ?? false;
  const toggle = () => {
    setBusy(true);
    const settled = () => setBusy(false);
    worklist.setDuty(!on).then(settled, settled);
  };
  return (
    <div class="duty">
      <button
        type="button"
        class="switch"
        role="switch"
        aria-checked={on}
        disabled={busy || !worklist.state.value}
        onClick={toggle}
      >
        <span class="knob" aria-hidden="true" />
        On call
      </button>
      <button type="button" class="btn quiet" onClick={ringing.tryOut}>
        <Icon name="voice" />
        Try the ring
      </button>
      {ringing.notifies === "default" && (
        <button type="button" class="btn quiet" onClick={ringing.askToNotify}>
          <Icon name="bell" />
          Notify me in other tabs
        </button>
      )}
      {ringing.notifies === "denied" && (
        <span class="soft">Notifications are blocked in this browser’s settings.</span>
      )}
      {worklist.line.value === "lost" && (
        <span class="chip warn" role="status">
          <Icon name="network" size={18} />
          Reconnecting
        </span>
      )}
    </div>
  );
}
