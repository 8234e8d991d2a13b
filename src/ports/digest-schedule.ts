/** Days of the week as schedules name them, in the order of the week. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export type Weekday = (typeof weekdays)[number];

export interface DigestSchedule {
  /** Local time, `HH:MM`. */
  at: string;
  /** Name that Intl knows, e.g. `Europe/Berlin`. */
  timezone: string;
  days: readonly Weekday[];
}
