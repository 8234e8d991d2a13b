import { channelsInForce } from '../../src/inspections/channels-in-force.ts';
import type { StoredAlertSetting } from '../../src/ports/alert-store.ts';
import type { ChannelDeclaration } from '../../src/ports/declarations.ts';
import type { StoredDigestSchedule } from '../../src/ports/digest-store.ts';

const daily = {
  ...{ at: '08:30', timezone: 'UTC' },
  days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const,
};
const declared: ChannelDeclaration = {
  ...{ id: 'C0DECLARED', hosts: ['web-1'], digest: { ...daily, days: [...daily.days] } },
  alerts: { severity: 'high', perHour: 20 },
};
const said = { changedBy: 'U1', changedAt: 0 };
const shown = async (
  schedules: Partial<StoredDigestSchedule>[],
  settings: Partial<StoredAlertSetting>[],
) =>
  (
    await channelsInForce({
      channels: [declared],
      digests: { listSchedules: async () => schedules as StoredDigestSchedule[] },
      alerts: { listSettings: async () => settings as StoredAlertSetting[] },
    })
  ).map(({ what, value }) => `${what}: ${value}`);

test('channels get what the settings say, until somebody said otherwise', async () => {
  const channel = declared.id;
  const schedule = { ...daily, at: '09:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'] as never };

  expect(await shown([], [])).toEqual([
    'Channel C0DECLARED: hosts: web-1; digest daily 08:30 UTC; alerts from high',
  ]);
  expect(
    await shown(
      [{ channel, schedule, isOff: false, ...said } as never],
      [{ channel, severity: 'critical', host: 'web-1', isOff: false, ...said }],
    ),
  ).toEqual([
    'Channel C0DECLARED: hosts: web-1; digest weekdays 09:00 UTC; alerts from critical on web-1',
  ]);
});

test('what was switched off is not in force, and a channel that no file names is there', async () => {
  const other = { channel: 'C0CHAT', severity: 'low' as const, host: null, isOff: false, ...said };
  const off = { channel: declared.id, severity: 'high' as const, host: null, isOff: true, ...said };

  expect(
    await shown(
      [{ channel: declared.id, schedule: daily, isOff: true, ...said } as never],
      [off, other],
    ),
  ).toEqual([
    'Channel C0DECLARED: hosts: web-1; no digest; no alerts',
    'Channel C0CHAT: hosts: all; no digest; alerts from low',
  ]);
});
