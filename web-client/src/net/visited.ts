/** Which seats this browser has taken, so that the start page can lead back to them. */

import type { Seat } from "./api";
import type { Role } from "./messages.gen";

const KEY = "sonopair.seats";

export type Visited = Partial<Record<Role, { room: string; name: string }>>;

export function visitedSeats(): Visited {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Visited;
  } catch {
    return {};
  }
}

export function rememberSeat(seat: Seat): void {
  store({ ...visitedSeats(), [seat.role]: { room: seat.room, name: seat.name } });
}

export function forgetSeat(role: Role): void {
  const { [role]: _gone, ...rest } = visitedSeats();
  store(rest);
}

function store(seats: Visited): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(seats));
  } catch {
    // Storage may be switched off; the invitation link still works.
  }
}
