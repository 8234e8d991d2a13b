import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../shared/logger.ts';
import { HOUR_MS } from '../shared/time.ts';
import { slackFailure } from './slack-failure.ts';

/** A person who is on a journey waits so long for the new zone. */
const FRESH_MS = HOUR_MS;
/** Who waits for an answer waits so long for this. */
const WAIT_MS = 2_000;
/** People that are remembered; then all are asked anew. */
const PEOPLE_MAX = 2_000;
const NAME_LENGTH_MAX = 64;

/**
 * Gives the IANA time zone that a person has set in Slack (`users.info`, scope `users:read`); null where Slack
 * does not tell it in time, or this machine does not know it. Never rejects; an answer holds for an hour.
 */
export function openTimeZones(
  client: Pick<WebClient, 'users'>,
  { now, log }: { now: Clock; log: Logger },
): (user: string) => Promise<string | null> {
  const known = new Map<string, { zone: string | null; at: number }>();

  async function ask(user: string): Promise<string | null> {
    try {
      const { user: person } = await client.users.info({ user });
      return usable(person?.tz);
    } catch (error) {
      log.info({ reason: slackFailure(error).reason }, 'Slack did not tell a time zone');
      return null;
    }
  }

  return async (user) => {
    const found = known.get(user);
    if (found !== undefined && now() - found.at < FRESH_MS) return found.zone;
    const asking = ask(user).then((zone) => {
      if (known.size >= PEOPLE_MAX) known.clear();
      known.set(user, { zone, at: now() });
      return zone;
    });
    return Promise.race([asking, sleep(WAIT_MS, null, { ref: false })]);
  };
}

function usable(zone: unknown): string | null {
  if (typeof zone !== 'string' || zone.length > NAME_LENGTH_MAX) return null;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
