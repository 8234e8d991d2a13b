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

/** What Slack tells of a person; null for what it does not tell in time. */
export interface Person {
  /** IANA time zone that they have set; null as well where this machine does not know it. */
  zone: string | null;
  /** Their name that is unique in the workspace. */
  handle: string | null;
}

const nobody: Person = { zone: null, handle: null };

/**
 * Gives what is known of a person (`users.info`, scope `users:read`). Never rejects; an answer holds for an hour.
 */
export function openPeople(
  client: Pick<WebClient, 'users'>,
  { now, log }: { now: Clock; log: Logger },
): (user: string) => Promise<Person> {
  const known = new Map<string, { person: Person; at: number }>();

  async function ask(user: string): Promise<Person> {
    try {
      const { user: person } = await client.users.info({ user });
      return { zone: usable(person?.tz), handle: handleOf(person?.name) };
    } catch (error) {
      log.info({ reason: slackFailure(error).reason }, 'Slack did not tell of a person');
      return nobody;
    }
  }

  return async (user) => {
    const found = known.get(user);
    if (found !== undefined && now() - found.at < FRESH_MS) return found.person;
    const asking = ask(user).then((person) => {
      if (known.size >= PEOPLE_MAX) known.clear();
      known.set(user, { person, at: now() });
      return person;
    });
    return Promise.race([asking, sleep(WAIT_MS, nobody, { ref: false })]);
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

/** A handle of Slack's; null for what does not look like one. */
export const handleOf = (name: unknown): string | null =>
  typeof name === 'string' && HANDLE.test(name) ? name : null;

const HANDLE = /^[\p{L}\p{N}._-]{1,80}$/u;
