import { beganAt } from '../../src/ports/host-news.ts';
import { currentFinding } from '../support/scan-records.ts';
import { openToldChannel, type ToldChannel } from '../support/told-channel.ts';

// Since when a channel is owed a message: nobody is late with what was to be quiet, or was not asked for.

const HOUR_MS = 60 * 60_000;
let told: ToldChannel;
beforeEach(async () => {
  told = await openToldChannel();
});
afterEach(() => told.close());

const lastDue = () => told.clock.now - ([...told.posted.values()].at(-1)?.dueAt ?? 0);
const look = async (findings = [currentFinding()]) => {
  await told.scan({ findings });
  await told.lookNow();
};

describe('a problem that is fixed while it is snoozed', () => {
  beforeEach(async () => {
    await told.scan();
    await told.lookNow();
    await look();
    await told.store.alerts.snooze(1, told.clock.now + 24 * HOUR_MS, {
      actor: told.actor,
      at: told.clock.now,
    });
    await look([]);
    told.clock.now += 2 * HOUR_MS;
  });

  test('and comes back is told when the snooze ends, which is not late', async () => {
    await look();
    expect(told.message(1)).toContain('It came back at 1 Jan 08:04 UTC');
    expect(told.message(1)).toContain('it is told when the snooze ends');
    expect(told.message(1)).not.toContain('see the newer message');
    expect(told.posted.size).toBe(1);

    told.clock.now = Date.parse('2026-01-02T06:02:00.000Z');
    await told.lookNow();
    expect(told.posted.size).toBe(2);
    expect(lastDue()).toBe(0);
    expect(told.message(2)).toContain('first seen at 1 Jan 08:04 UTC');
    expect(told.message(2)).toContain('snoozed until 2 Jan 06:02 UTC');
    expect(told.message(1)).toContain('It came back at 1 Jan 08:04 UTC: see the newer message');
  });

  test('and comes back, and is fixed again, is never told', async () => {
    await look();
    await look([]);
    told.clock.now += 30 * HOUR_MS;
    await told.lookNow();

    expect(told.posted.size).toBe(1);
    expect(told.message(1)).not.toContain('It came back');
  });

  test('and comes back after the snooze is a message like any other', async () => {
    told.clock.now += 30 * HOUR_MS;
    await look();

    expect(told.posted.size).toBe(2);
    expect(told.message(2)).not.toContain('snoozed');
    expect(told.message(1)).toContain('see the newer message');
  });
});

describe('a host that was away before anybody asked', () => {
  const down = async () => {
    await told.scan();
    await told.scan({
      ...{ engine: null, containers: null },
      unreadSections: [{ section: 'engine', reason: 'connect ECONNREFUSED' }],
    });
    told.clock.now += 72 * HOUR_MS;
  };

  test('is told when the settings have alerts, and nobody is late', async () => {
    await down();
    await told.lookNow();

    expect(told.texts()).toEqual(['high: web-1 cannot be read']);
    expect(lastDue()).toBe(0);
    expect(told.message(1)).toContain('first seen at 1 Jan 06:02 UTC');
  });

  test('is told by another process than the one that began to look, and nobody is late', async () => {
    await down();
    const { store, channel, clock } = told;
    await store.alerts.findCursors(channel, ['web-1'], clock.now - 5);
    await told.lookNow();

    expect(told.texts()).toEqual(['high: web-1 cannot be read']);
    expect(lastDue()).toBe(5);
  });

  test('leaves a cursor that is told from one that begins, whenever it was scanned', async () => {
    const unread = {
      ...{ engine: null, containers: null },
      unreadSections: [{ section: 'engine', reason: 'connect ECONNREFUSED' } as const],
    };
    await told.lookNow();
    await told.scan();
    // The time from which a failure counts is then the time of the good scan.
    told.clock.now += 4 * 60_000;
    await told.scan(unread);
    await told.lookNow();
    const cursors = await told.store.alerts.findCursors(told.channel, ['web-1'], told.clock.now);
    expect([...cursors.values()].map(beganAt)).toEqual([null]);
  });

  test('is told when somebody switches them on, and nobody is late', async () => {
    const { store, channel, clock, actor } = told;
    const setting = { channel, severity: 'high' as const, host: null, isOff: true };
    const say = (isOff: boolean) =>
      store.alerts.setSetting({ ...setting, isOff }, { actor, at: clock.now, before: null });
    await say(true);
    await told.lookNow();
    await down();
    await told.lookNow();
    expect(told.texts()).toEqual([]);

    await say(false);
    await told.lookNow();
    expect(told.texts()).toEqual(['high: web-1 cannot be read']);
    expect(lastDue()).toBe(0);
  });

  test('is late where it was asked for, and Seawall was not running', async () => {
    await told.lookNow();
    await down();
    await told.lookNow();

    expect(lastDue()).toBe(72 * HOUR_MS);
  });
});
