import type { NextDigest, ScheduleInForce } from '../answers/schedule-in-force.ts';
import type { Clock } from '../ports/clock.ts';
import type { ChannelDeclaration } from '../ports/declarations.ts';
import {
  type DigestSchedule,
  type DigestStore,
  type StoredDigestSchedule,
  weekdays,
} from '../ports/digest-store.ts';
import { isoTime } from '../shared/time.ts';
import { addDays, localDay, nextRun } from './digest-times.ts';
import { saidBeforeSettings } from './said-before-settings.ts';

/** Schedules of all channels: what was said by command comes before the settings. */
export function schedulesInForce(
  stored: readonly StoredDigestSchedule[],
  channels: readonly ChannelDeclaration[],
): ScheduleInForce[] {
  const said = stored.map(
    ({ channel, schedule, isOff, changedBy, changedAt }): ScheduleInForce => ({
      channel,
      schedule,
      origin: 'command',
      isOff,
      changed: { by: changedBy, at: changedAt },
    }),
  );
  return saidBeforeSettings(
    said,
    channels,
    ({ id, digest }) =>
      digest && { channel: id, schedule: digest, origin: 'settings', isOff: false, changed: null },
  );
}

/** `mon,wed 08:30 Europe/Berlin`, `weekdays …` or `daily …`: what `digest schedule` takes. */
export function scheduleWords({ at, timezone, days }: DigestSchedule): string {
  const inOrder = weekdays.filter((day) => days.includes(day)).join(',');
  const names: Record<string, string> = {
    [weekdays.join(',')]: 'daily',
    [weekdays.slice(0, 5).join(',')]: 'weekdays',
    [weekdays.slice(5).join(',')]: 'weekends',
  };
  return `${names[inOrder] ?? inOrder} ${at} ${timezone}`;
}

interface DigestParts {
  digests: Pick<DigestStore, 'listSchedules' | 'listRuns'>;
  channels: readonly ChannelDeclaration[];
  now: Clock;
}

/** The next digest of every channel that gets one, or of that one alone, soonest first. */
export async function nextDigests(
  parts: DigestParts,
  onlyChannel: string | null,
): Promise<NextDigest[]> {
  const inForce = schedulesInForce(await parts.digests.listSchedules(), parts.channels).filter(
    ({ channel }) => onlyChannel === null || channel === onlyChannel,
  );
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
