/** Keeps the screen on while the page is looked at, where the browser can. */
export function keepAwake(): void {
  const hold = () => {
    if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    // Refused on a low battery: the screen then dims as the device wishes.
    navigator.wakeLock.request("screen").catch(() => undefined);
  };
  hold();
  document.addEventListener("visibilitychange", hold);
}
