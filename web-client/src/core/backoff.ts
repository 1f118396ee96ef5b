/** How long to wait before the next attempt. */

export interface BackoffLimits {
  firstMs: number;
  maxMs: number;
}

/**
 * Doubles from `firstMs` up to `maxMs`; `random` (0 … 1) takes away up to half, so that a room
 * full of clients doesn't return in the same instant.
 */
export function backoffMs(attempt: number, limits: BackoffLimits, random: number): number {
  const ceiling = Math.min(limits.maxMs, limits.firstMs * 2 ** Math.min(attempt, 16));
  return ceiling * (1 - random / 2);
}
