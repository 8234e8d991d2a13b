import type { ScheduleInForce } from '../answers/schedule-in-force.ts';
import type { ChannelDeclaration } from '../ports/declarations.ts';
import { type DigestSchedule, weekdays } from '../ports/digest-schedule.ts';
import type { StoredDigestSchedule } from '../ports/digest-store.ts';

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
  const isSaid = new Set(said.map(({ channel }) => channel));
  const ofSettings = channels.flatMap(({ id, digest }): ScheduleInForce[] =>
    digest === null || isSaid.has(id)
      ? []
      : [{ channel: id, schedule: digest, origin: 'settings', isOff: false, changed: null }],
  );
  return [...said, ...ofSettings];
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
