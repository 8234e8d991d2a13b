import { schedulesInForce } from '../inspections/digest-schedules.ts';
import type { CommandContext } from './command.ts';
import { type AskerZone, utcZone } from './parse-since.ts';

/**
 * The zone of the asker where it is known, else that of the digest of the channel, else UTC. Rejects with
 * `OutsideError` when the database fails.
 */
export async function zoneOfAsker({
  actor,
  channels,
  digests,
  timeZoneOf,
}: Pick<CommandContext, 'actor' | 'channels' | 'digests' | 'timeZoneOf'>): Promise<AskerZone> {
  const own = actor.timeZone ?? (await timeZoneOf?.(actor.id)) ?? null;
  if (own !== null) return { name: own, origin: 'asker' };
  const schedules = schedulesInForce(await digests.listSchedules(), channels);
  const here = schedules.find(({ channel }) => channel === actor.place);
  return here === undefined ? utcZone : { name: here.schedule.timezone, origin: 'digest' };
}

const becauseOf = {
  asker: 'your time zone',
  digest: 'the time zone of this channel’s digest',
  default: 'no other time zone is known here',
} as const;

/** What an answer says of the times that were typed. */
export const zoneSentence = ({ name, origin }: AskerZone): string =>
  `The time that you typed is in ${name}: ${becauseOf[origin]}.`;
