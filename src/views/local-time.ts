import { isoTime } from '../shared/time.ts';

/**
 * Writes ISO times as `24 Nov 09:00` in a time zone, and days such as `2026-11-24` as
 * `Tue 24 November`. A zone that this machine does not know is UTC, and `zone` says so.
 */
export function localTimes(timezone: string): {
  zone: string;
  time: (iso: string) => string;
  day: (day: string) => string;
} {
  const { format, zone } = formatIn(timezone);
  // Made here, not beside: making one takes ten milliseconds, and most answers name no day.
  const dayFormat = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'UTC',
    weekday: 'short',
    day: 'numeric',
    month: 'long',
  });
  const partsOf = (formatter: Intl.DateTimeFormat, at: Date) =>
    Object.fromEntries(formatter.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    zone,
    time(iso) {
      const { day, month, hour, minute } = partsOf(format, new Date(iso));
      return `${day} ${month} ${hour}:${minute}`;
    },
    day(text) {
      // Noon is on that day wherever the clock is.
      const at = new Date(`${text}T12:00:00Z`);
      if (Number.isNaN(at.getTime())) return text;
      const { weekday, day, month } = partsOf(dayFormat, at);
      return `${weekday} ${day} ${month}`;
    },
  };
}

/** `24 Nov 09:00 UTC`, as alerts say it. */
export const alertTime = (epochMs: number): string =>
  `${localTimes('UTC').time(isoTime(epochMs))} UTC`;

/** `2026-01-02 06:00 UTC` for an ISO time. */
export const utcText = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;

function formatIn(timeZone: string): { format: Intl.DateTimeFormat; zone: string } {
  const fields = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const;
  const make = (zone: string) => {
    const format = new Intl.DateTimeFormat('en-GB', {
      ...fields,
      hourCycle: 'h23',
      timeZone: zone,
    });
    return { format, zone };
  };
  try {
    return make(timeZone);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return make('UTC');
  }
}
