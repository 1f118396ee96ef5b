import { useEffect, useState } from "preact/hooks";
import { Chime } from "../../net/chime";
import type { Calling } from "../../net/worklist";

export interface Ringing {
  /** The browser may notify while another page or program is in front. */
  notifies: NotificationPermission | "missing";
  /** A ring is heard here; a tap on the page makes it so. */
  audible: boolean;
  askToNotify: () => void;
  tryOut: () => void;
}

const TRY_OUT_MS = 2_000;

/** Rings aloud, as a notification and in the tab's title while somebody calls. */
export function useRinging(calls: readonly Calling[], onDuty: boolean): Ringing {
  const [chime] = useState(() => new Chime());
  const [notifies, setNotifies] = useState<Ringing["notifies"]>(permission);
  const rooms = calls.filter(({ state }) => state === "ringing").map(({ room }) => room);
  const rings = onDuty && rooms.length > 0;

  useEffect(() => {
    chime.ring(rings);
    return () => chime.ring(false);
  }, [rings]);

  useEffect(() => {
    const title = "Worklist · Sonopair";
    document.title = rooms.length ? `(${rooms.length}) Calling · ${title}` : title;
    if (rings && document.hidden && notifies === "granted" && !notify(rooms)) {
      setNotifies("missing");
    }
  }, [rooms.join("\n"), rings]);

  return {
    notifies,
    audible: chime.audible.value,
    askToNotify: () => void Notification.requestPermission().then(setNotifies),
    tryOut: () => {
      chime.unlock();
      chime.ring(true);
      setTimeout(() => chime.ring(false), TRY_OUT_MS);
    },
  };
}

/**
 * Names the room and nothing else: what a lock screen shows, everybody reads. False where a page
 * can't: Chrome on Android lets only service workers notify, and throws.
 */
function notify(rooms: readonly string[]): boolean {
  try {
    const notification = new Notification(`${rooms[0]} is calling`, {
      body: "Open the worklist to answer.",
      tag: "sonopair-call",
    });
    notification.onclick = () => {
      window.focus();
      notification.close();
    };
    return true;
  } catch {
    return false;
  }
}

function permission(): Ringing["notifies"] {
  return "Notification" in globalThis ? Notification.permission : "missing";
}
