import { z } from 'zod';
import { DAY_MS, parseDuration } from '../shared/time.ts';

// Kinds of values that several blocks of the YAML file have.

export const filled = z.string().min(1, 'must not be empty');

/** A whole number from the first to the last of these, which the message of a mistake names. */
export function between(least: number, most: number) {
  const message = `must be ${least} to ${most}`;
  return z.number().int().min(least, message).max(most, message);
}

/** An id of Slack that begins with one of the letters; `what` says in a message which one it must be. */
export const slackId = (letters: string, what: string) =>
  z.string().regex(new RegExp(`^[${letters}][A-Z0-9]{2,}$`), `must be ${what}`);

/** True of a duration that is at least so long, and at most a year. */
export function isDuration(text: string, leastMs: number): boolean {
  const ms = parseDuration(text);
  return ms !== null && ms >= leastMs && ms <= 365 * DAY_MS;
}

/** True of the name of a time zone that the system knows, e.g. `Europe/Berlin`. */
export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
