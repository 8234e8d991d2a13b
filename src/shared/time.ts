export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** ISO time in UTC of milliseconds since 1970. */
export const isoTime = (epochMs: number): string => new Date(epochMs).toISOString();
