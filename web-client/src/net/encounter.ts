/** Whose visit it is: a case code for everybody, and the operator's way to choose the patient. */

import { signal } from "@preact/signals";
import { request } from "./api";
import type { EncounterStateMessage, ServerMessage, Side } from "./messages.gen";

export interface PatientChoice {
  recordNumber: string;
  side: Side;
  /** May be empty, as may be the date of birth (YYYY-MM-DD). */
  name: string;
  born: string;
}

export class Encounter {
  /** Undefined until a patient was chosen. */
  readonly current = signal<Pick<EncounterStateMessage, "case" | "side"> | undefined>(undefined);
  readonly #room: string;

  constructor(room: string) {
    this.#room = room;
  }

  receive(message: ServerMessage): void {
    if (message.type === "welcome") this.current.value = undefined;
    if (message.type !== "encounter.state") return;
    this.current.value = message.case ? message : undefined;
  }

  /** Everybody is then told the case code. Nothing of what was typed is kept here. Raises ApiError. */
  async choose({ recordNumber, side, name, born }: PatientChoice): Promise<void> {
    await request("POST", `api/rooms/${encodeURIComponent(this.#room)}/encounter`, {
      record_number: recordNumber,
      side,
      name,
      born: born || null,
    });
  }
}
