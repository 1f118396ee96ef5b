/** What this browser remembers of a person's choices. Device ids are random to this site. */

const PREFIX = "sonopair.";

export type Preference =
  | "microphone"
  | "speaker"
  | "camera"
  | "facing"
  | "second-view"
  | "scanner-volume"
  | "talk-key"
  | "language"
  | "aloud";

export function remembered(preference: Preference): string | undefined {
  try {
    return localStorage.getItem(PREFIX + preference) || undefined;
  } catch {
    return undefined;
  }
}

export function remember(preference: Preference, value: string): void {
  try {
    localStorage.setItem(PREFIX + preference, value);
  } catch {
    // Storage may be switched off; the choice then lasts until the page is closed.
  }
}

/** Of this tab only: whether a reload finds the microphone open or muted. */
export function tabState(name: string): string | undefined {
  try {
    return sessionStorage.getItem(PREFIX + name) || undefined;
  } catch {
    return undefined;
  }
}

export function keepTabState(name: string, value: string): void {
  try {
    sessionStorage.setItem(PREFIX + name, value);
  } catch {
    // As above.
  }
}
