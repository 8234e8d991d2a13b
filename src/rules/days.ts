import { DAY_MS } from '../shared/time.ts';

/** Whole days from one ISO time to a later one; null when either is no time. */
export function daysBetween(from: string, to: string): number | null {
  const days = Math.floor((Date.parse(to) - Date.parse(from)) / DAY_MS);
  return Number.isNaN(days) ? null : days;
}
