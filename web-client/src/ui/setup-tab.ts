/** Opens the set-up page in its own tab, in spite of popup blockers. */

import { effect } from "@preact/signals";
import type { Room } from "../net/room";

const ANSWER_TIMEOUT_MS = 8_000;

/**
 * The tab is opened within the click, which browsers allow, and is sent to its address when the
 * worker has answered. Where even that is blocked, ``room.setupUrl`` is shown as a link.
 */
export function openSetupTab(room: Room): void {
  const tab = window.open("about:blank", "_blank");
  if (tab) tab.opener = null;
  room.openSetup();
  const giveUp = setTimeout(() => {
    stop();
    tab?.close();
  }, ANSWER_TIMEOUT_MS);
  const stop = effect(() => {
    const url = room.setupUrl.value;
    const denied = room.problem.value !== undefined;
    if (!url && !denied) return;
    clearTimeout(giveUp);
    if (url && tab) tab.location.replace(url);
    else tab?.close();
    queueMicrotask(() => stop());
  });
}
