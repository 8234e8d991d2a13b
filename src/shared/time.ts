import { once } from './once.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** How long ago something was; for ever where it lies ahead, as after a clock was set back. */
export const agoMs = (then: number, now: number): number =>
  then > now ? Number.POSITIVE_INFINITY : now - then;

/** ISO time in UTC of milliseconds since 1970. */
export const isoTime = (epochMs: number): string => new Date(epochMs).toISOString();

/**
 * As `isoTime`, for an answer that has thousands of times, in whole milliseconds: it spells each day once, and gives the
 * same text for the same time, of which most have a few.
 */
export function isoTimes(): (epochMs: number) => string {
  const dateOf = once((day: number) => isoTime(day * DAY_MS).slice(0, -'00:00:00.000Z'.length));
  return once((epochMs) => {
    const day = Math.floor(epochMs / DAY_MS);
    const ms = epochMs - day * DAY_MS;
    const hour = twoDigits(ms / HOUR_MS);
    const minute = twoDigits((ms % HOUR_MS) / MINUTE_MS);
    const second = twoDigits((ms % MINUTE_MS) / 1_000);
    return `${dateOf(day)}${hour}:${minute}:${second}.${twoDigits((ms % 1_000) / 10)}${ms % 10}Z`;
  });
}

function twoDigits(part: number): string {
  const whole = Math.floor(part);
  return whole < 10 ? `0${whole}` : `${whole}`;
}

/** The same of a time that there may not be. */
export const isoTimeOrNull = (epochMs: number | null): string | null =>
  epochMs === null ? null : isoTime(epochMs);

const units = {
  ...{ m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS },
  ...{ mo: 30 * DAY_MS, y: 365 * DAY_MS },
} as const;

/** Milliseconds of `30m`, `12h`, `7d`, `2w`, `6mo` (of 30 days) or `1y`; null for what has not the form. */
export function parseDuration(word: string): number | null {
  const [, count, unit] = /^(\d{1,6})(mo|[mhdwy])$/.exec(word) ?? [];
  if (count === undefined || unit === undefined) return null;
  return Number(count) * units[unit as keyof typeof units];
}

/** Whole days from one ISO time to a later one; null when either is no time. */
export function daysBetween(from: string, to: string): number | null {
  const days = Math.floor((Date.parse(to) - Date.parse(from)) / DAY_MS);
  return Number.isNaN(days) ? null : days;
}
