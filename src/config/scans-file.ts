import { z } from 'zod';
import { DAY_MS, MINUTE_MS, parseDuration } from '../shared/time.ts';

// The block `scans` of the YAML file: how often Seawall looks by itself.

const EVERY_LEAST_MS = 5 * MINUTE_MS;
const EVERY_MOST_MS = 365 * DAY_MS;

const isEvery = (text: string): boolean => {
  const ms = parseDuration(text);
  return text === 'off' || (ms !== null && ms >= EVERY_LEAST_MS && ms <= EVERY_MOST_MS);
};

export const scans = z.strictObject({
  every: z
    .string()
    .refine(isEvery, 'must be off, or a duration of at least 5m such as 6h')
    .default('6h')
    .describe(
      'How old the newest scan of a host may get before it is scanned again. Each host is also scanned when Seawall starts, and when it falls silent or comes back. `off`: only when somebody asks, and for digests.',
    )
    .meta({ examples: ['2h'] }),
});
