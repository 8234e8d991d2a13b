import type { NextDigest, ScheduleInForce } from '../answers/schedule-in-force.ts';
import type { Clock } from '../ports/clock.ts';
import type { ChannelDeclaration } from '../ports/declarations.ts';
import type { DigestStore } from '../ports/digest-store.ts';
import { isoTime } from '../shared/time.ts';
import { schedulesInForce } from './digest-schedules.ts';
import { addDays, localDay, nextRun } from './digest-times.ts';

interface DigestParts {
  digests: Pick<DigestStore, 'listSchedules' | 'listRuns'>;
  channels: readonly ChannelDeclaration[];
  now: Clock;
}

/** The next digest of every channel that gets one, soonest first. */
export async function nextDigests(parts: DigestParts): Promise<NextDigest[]> {
  const inForce = schedulesInForce(await parts.digests.listSchedules(), parts.channels);
  const found = await Promise.all(inForce.map((one) => nextDigest(parts, one)));
  return found.filter((one) => one !== null).sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** The next digest by a schedule, after the days that have theirs; null when it is off. */
export async function nextDigest(
  { digests, now }: Pick<DigestParts, 'digests' | 'now'>,
  { channel, schedule, isOff }: Pick<ScheduleInForce, 'channel' | 'schedule' | 'isOff'>,
): Promise<NextDigest | null> {
  if (isOff) return null;
  const at = now();
  const { timezone } = schedule;
  const runs = await digests.listRuns(channel, addDays(localDay(at, timezone), -1));
  const taken = new Set(runs.map(({ day }) => day));
  const next = nextRun(schedule, at, (day) => taken.has(day));
  return next && { channel, day: next.day, at: isoTime(next.dueAt), timezone };
}
