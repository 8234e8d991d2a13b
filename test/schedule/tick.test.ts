import { setTimeout as pause } from 'node:timers/promises';
import type { ChannelDeclaration } from '../../src/ports/declarations.ts';
import type { DigestSchedule, DigestStore } from '../../src/ports/digest-store.ts';
import type { Outbox } from '../../src/ports/outbox.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { createTick } from '../../src/schedule/open-schedule.ts';
import type { ScheduleParts } from '../../src/schedule/schedule-parts.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import type { Store } from '../../src/store/open-store.ts';
import { daily, digestParts } from '../support/digest-parts.ts';
import { useHeldTimers } from '../support/held-timers.ts';
import { scanRecord } from '../support/scan-records.ts';
import { storedOutbox } from '../support/stored-outbox.ts';
import {
  type TemporaryDatabase,
  temporaryDatabase,
  temporaryFile,
} from '../support/temporary-database.ts';
import { until } from '../support/until.ts';

const { holdTimers } = useHeldTimers();
let place: TemporaryDatabase;
let store: Store;
let outbox: ReturnType<typeof storedOutbox>;
let clock = 0;
const actor = { id: 'U1', name: 'alice', place: 'C0DIGEST' };

beforeEach(async () => {
  clock = 0;
  place = temporaryDatabase();
  store = await place.open(() => clock);
  outbox = storedOutbox(store, place);
});
afterEach(async () => {
  await store.close();
  place.remove();
});

const channelWith = (digest: DigestSchedule | null): ChannelDeclaration[] => [
  { id: 'C0DIGEST', hosts: null, digest },
];
function process(
  digest: DigestSchedule | null = daily('08:30', 'UTC'),
  options: Partial<Parameters<typeof digestParts>[0]> = {},
): { tick(at: string): Promise<void>; parts: ScheduleParts } {
  const channels = channelWith(digest);
  const parts = digestParts({ store, outbox, channels, now: () => clock, ...options });
  const tick = createTick(parts);
  return {
    parts,
    tick(at) {
      const before = clock;
      clock = Date.parse(at);
      if (before > 0 && clock > before) place.passTime(clock - before);
      return tick();
    },
  };
}
/** Days whose digest was posted, in order. */
const days = () =>
  outbox.rows().flatMap(({ key }) => /^digest:C0DIGEST:(.*):parent$/.exec(key)?.[1] ?? []);
const runs = async () =>
  (await store.digests.listRuns('C0DIGEST', '')).map(({ day, state }) => `${day} ${state}`);
const payloads = (what: string) =>
  outbox.rows().flatMap(({ key, payload }) => (key.endsWith(`:${what}`) ? [payload] : []));

describe('what is due', () => {
  test.each([
    ['a minute early', '2026-11-24T08:29:59Z', []],
    ['on time', '2026-11-24T08:30:00Z', ['2026-11-24']],
    ['late, within the time allowed', '2026-11-24T14:29:00Z', ['2026-11-24']],
    ['too late', '2026-11-24T14:30:00Z', []],
  ])('%s', async (_what, at, expected) => {
    await process().tick(at);

    expect(days()).toEqual(expected);
  });

  test.each([
    // 02:30 is skipped: due at 03:00 summer time, which is 01:00 UTC.
    ['Europe/Berlin', '02:30', ['2026-03-29T00:59Z', '2026-03-29T01:00Z', '2026-03-29T01:01Z']],
    // 02:30 comes twice, at 00:30 and at 01:30 UTC.
    ['Europe/Berlin', '02:30', ['2026-10-25T00:29Z', '2026-10-25T00:30Z', '2026-10-25T01:30Z']],
    [
      'Australia/Lord_Howe',
      '02:15',
      ['2026-10-03T15:29Z', '2026-10-03T15:30Z', '2026-10-03T16:00Z'],
    ],
    [
      'Australia/Lord_Howe',
      '01:45',
      ['2026-04-04T14:44Z', '2026-04-04T14:45Z', '2026-04-04T15:15Z'],
    ],
  ])('in %s at %s when the clock changes: once', async (timezone, at, [before, due, after]) => {
    const one = process(daily(at, timezone));
    const counts: number[] = [];
    for (const time of [before, due, after]) {
      await one.tick(time ?? '');
      counts.push(days().length);
    }

    expect(counts).toEqual([0, 1, 1]);
  });

  test('a digest of the evening is caught up after midnight', async () => {
    await process(daily('23:30', 'UTC')).tick('2026-11-25T02:00:00Z');

    expect(days()).toEqual(['2026-11-24']);
  });

  test('days that are not in the schedule have none', async () => {
    const one = process({ at: '08:30', timezone: 'UTC', days: ['mon'] });
    for (let day = 22; day <= 30; day++) await one.tick(`2026-11-${day}T08:30:00Z`);

    expect(days()).toEqual(['2026-11-23', '2026-11-30']);
  });
});

describe('after a pause', () => {
  test('days that were missed are noted and said, and never come', async () => {
    await process().tick('2026-11-20T08:30:00Z');
    const back = process();
    await back.tick('2026-11-22T20:00:00Z');
    await back.tick('2026-11-23T08:30:00Z');
    // A clock that is set back does not bring them back.
    await back.tick('2026-11-22T09:00:00Z');
    await back.tick('2026-11-24T08:30:00Z');

    expect(days()).toEqual(['2026-11-20', '2026-11-23', '2026-11-24']);
    expect(await runs()).toEqual([
      '2026-11-20 done',
      '2026-11-21 missed',
      '2026-11-22 missed',
      '2026-11-23 done',
      '2026-11-24 done',
    ]);
    const said = payloads('update').map((text) =>
      text.includes('No digest came for 2026-11-21, 2026-11-22'),
    );
    expect(said).toEqual([false, true, false]);
  });

  test('a host that the settings no longer declare is named once', async () => {
    await process().tick('2026-11-20T08:30:00Z');
    const left = process(undefined, { hosts: ['web-1'] });
    await left.tick('2026-11-21T08:30:00Z');
    await left.tick('2026-11-22T08:30:00Z');

    const gone = 'No longer declared in the settings: web-2.';
    expect(payloads('update').map((text) => text.includes(gone))).toEqual([false, true, false]);
  });

  test('a channel of some hosts hears of those alone that it names', async () => {
    const of = (...hosts: string[]) => [{ id: 'C0DIGEST', hosts, digest: daily('08:30', 'UTC') }];
    await process(undefined, { channels: of('web-1', 'web-2') }).tick('2026-11-20T08:30:00Z');
    const named = process(undefined, { channels: of('web-1', 'web-2'), hosts: ['web-1'] });
    await named.tick('2026-11-21T08:30:00Z');
    const other = process(undefined, { channels: of('web-2'), hosts: ['web-2'] });
    await other.tick('2026-11-22T08:30:00Z');

    const gone = payloads('update').map(
      (text) => /No longer declared[^:]*: ([^.]*)/.exec(text)?.[1],
    );
    expect(gone).toEqual([undefined, 'web-2', undefined]);
  });

  test('days before the schedule was changed are no missed ones', async () => {
    await process().tick('2026-11-20T08:30:00Z');
    await process(daily('09:00', 'UTC')).tick('2026-11-23T09:00:00Z');

    expect(await runs()).toEqual(['2026-11-20 done', '2026-11-23 done']);
  });

  test('a time that was over when it was set begins the next day', async () => {
    const one = process(null);
    const change = { channel: 'C0DIGEST', schedule: daily('08:30', 'UTC'), isOff: false };
    const at = Date.parse('2026-11-24T09:00:00Z');
    await store.digests.setSchedule(change, { actor, at, before: null });
    await one.tick('2026-11-24T09:01:00Z');
    await one.tick('2026-11-25T08:30:00Z');

    expect(days()).toEqual(['2026-11-25']);
  });

  test('off by command wins over the settings', async () => {
    const one = process();
    const schedule = daily('08:30', 'UTC');
    await store.digests.setSchedule(
      { channel: 'C0DIGEST', schedule, isOff: true },
      { actor, at: 0, before: schedule },
    );
    await one.tick('2026-11-24T08:30:00Z');

    expect(days()).toEqual([]);
  });
});

describe('a second digest', () => {
  test('does not come from a clock that is set back', async () => {
    const one = process();
    await one.tick('2026-11-24T08:30:00Z');
    const before = outbox.rows();
    for (const at of ['2026-11-24T08:29:00Z', '2026-11-24T08:30:00Z', '2026-11-23T09:00:00Z']) {
      await one.tick(at);
      await process().tick(at);
    }

    expect(outbox.rows()).toEqual(before);
    expect(await runs()).toEqual(['2026-11-24 done']);
  });

  test('does not come from another process, which scans nothing either', async () => {
    const other = await place.open(() => clock);
    const scanned: string[] = [];
    const snapshots = {
      takeSnapshot: async (host: string) => {
        scanned.push(host);
        return { ...exampleSnapshot({}), host };
      },
    };
    const context = { snapshots };
    const two = [process(undefined, { context }), process(undefined, { store: other, context })];
    await Promise.all(two.map((one) => one.tick('2026-11-24T08:30:00Z')));
    await other.close();

    expect(days()).toEqual(['2026-11-24']);
    expect(scanned.sort()).toEqual(['web-1', 'web-2']);
  });

  test('does not come after one that was asked for by hand', async () => {
    const one = process();
    const at = Date.parse('2026-11-24T06:00:00Z');
    const plan = { channel: 'C0DIGEST', day: '2026-11-24', timezone: 'UTC', dueAt: at };
    await store.digests.requestRun({ ...plan, scheduledBy: null }, { actor, at });
    await one.tick('2026-11-24T06:00:00Z');
    expect(days()).toEqual(['2026-11-24']);
    await one.tick('2026-11-24T08:30:00Z');

    expect(days()).toEqual(['2026-11-24']);
  });
});

describe('a run that broke', () => {
  const fails: Outbox = { put: () => Promise.reject(new OutsideError('store-failed', 'full')) };
  /** An outbox that takes nothing, and when it is asked for the first time: its run says nothing more. */
  function hanging(): { outbox: Outbox; reached: Promise<void> } {
    let reach = () => {};
    const reached = new Promise<void>((resolve) => {
      reach = resolve;
    });
    const put = () => {
      reach();
      return new Promise<never>(() => {});
    };
    return { outbox: { put }, reached };
  }

  test('is taken over when its lease is over, and not before', async () => {
    const { outbox: hangs, reached } = hanging();
    void process(undefined, { outbox: hangs }).tick('2026-11-24T08:30:00Z');
    await reached;
    const other = process();
    await other.tick('2026-11-24T08:31:00Z');
    expect(days()).toEqual([]);
    await other.tick('2026-11-24T08:32:01Z');

    expect(days()).toEqual(['2026-11-24']);
  });

  test('is taken over when the clock of the machine was set back below its lease', async () => {
    const file = temporaryFile();
    const own = await file.open(() => clock);
    const { outbox: hangs, reached } = hanging();
    void process(undefined, { store: own, outbox: hangs }).tick('2026-11-24T12:30:00Z');
    await reached;
    const put = storedOutbox(own, file);
    await process(undefined, { store: own, outbox: put }).tick('2026-11-24T08:31:00Z');

    expect(put.rows().map(({ key }) => key)).toContain('digest:C0DIGEST:2026-11-24:parent');
    await own.close();
    file.remove();
  });

  test('writes nothing once another took it over', async () => {
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const takeSnapshot = async (host: string) => {
      await gate;
      return { ...exampleSnapshot({}), host };
    };
    const silent = { ...process().parts.timings, updateEveryMs: 60_000, hostDeadlineMs: 60_000 };
    const first = process(undefined, {
      ...{ context: { snapshots: { takeSnapshot } }, change: { timings: silent } },
    });
    const ticking = first.tick('2026-11-24T08:30:00Z');
    await until(() => days().length > 0);
    await process().tick('2026-11-24T08:40:00Z');
    const before = outbox.rows();
    goOn();
    await ticking;

    expect(await runs()).toEqual(['2026-11-24 done']);
    expect(outbox.rows()).toEqual(before);
  });

  test('is tried again later and later, and given up when it is too late', async () => {
    const tries: string[] = [];
    const counting: Outbox = {
      put(messages) {
        tries.push(new Date(clock).toISOString().slice(11, 16));
        return fails.put(messages);
      },
    };
    const one = process(undefined, { outbox: counting });
    // Each minute at first, and then as often as it is tried.
    for (let minute = 0; minute <= 7 * 60; minute += minute < 45 ? 1 : 15) {
      await one.tick(new Date(Date.parse('2026-11-24T08:30:00Z') + minute * 60_000).toISOString());
    }

    expect(tries.slice(0, 6)).toEqual(['08:30', '08:31', '08:33', '08:37', '08:45', '09:00']);
    expect(tries.length).toBeLessThan(32);
    expect(await runs()).toEqual(['2026-11-24 missed']);
  });

  test('is given back when the process stops, and goes on in the next', async () => {
    const stop = new AbortController();
    const { outbox: hangs, reached } = hanging();
    const first = process(undefined, { outbox: hangs, change: { signal: stop.signal } });
    const ticking = first.tick('2026-11-24T08:30:00Z');
    await reached;
    stop.abort(new Error('stopping'));
    await ticking;
    await process().tick('2026-11-24T08:30:01Z');

    expect(days()).toEqual(['2026-11-24']);
  });

  test('that was asked for by hand days ago and never began does not come', async () => {
    const at = Date.parse('2026-11-20T06:00:00Z');
    const plan = { channel: 'C0DIGEST', day: '2026-11-20', timezone: 'UTC', dueAt: at };
    await store.digests.requestRun({ ...plan, scheduledBy: null }, { actor, at });
    await process(null).tick('2026-11-24T06:00:00Z');

    expect(await runs()).toEqual(['2026-11-20 missed']);
  });
});

describe('hosts', () => {
  test('that do not report are named, and hold nobody up', async () => {
    const shown: string[][] = [];
    const told: Outbox = {
      put: (messages) => {
        shown.push(messages.map(({ key }) => key.split(':').at(-1) ?? ''));
        return outbox.put(messages);
      },
    };
    const snapshots = {
      takeSnapshot: async (host: string) => {
        if (host === 'dead') return new Promise<never>(() => {});
        if (host === 'buggy') throw new TypeError('a bug');
        return { ...exampleSnapshot({}), host };
      },
    };
    // The time of the hosts is over after some beats in which nothing changed, however slow the machine is.
    const hostDeadlineMs = 3_000;
    const held = holdTimers(hostDeadlineMs);
    let silentBeats = 0;
    const digests: DigestStore = {
      ...store.digests,
      extendLease(...asked) {
        if (shown.length === 2) silentBeats += 1;
        if (silentBeats > 3) held.run();
        return store.digests.extendLease(...asked);
      },
    };
    const one = process(undefined, {
      outbox: told,
      hosts: ['dead', 'buggy', 'web-1'],
      context: { snapshots },
      change: {
        digests,
        timings: { leaseMs: 120_000, updateEveryMs: 20, hostDeadlineMs, runDeadlineMs: 60_000 },
      },
    });
    await one.tick('2026-11-24T08:30:00Z');

    // Each beat in which nothing changed is silent; the whole digest comes with the end of the run.
    expect(shown).toEqual([['parent'], ['update'], []]);
    expect(outbox.rows().map(({ key }) => key.split(':').at(-1))).toEqual([
      ...['parent', 'update', '1', '2', '3', '4'],
    ]);
    expect(payloads('parent')[0]).toContain('Waiting for dead, buggy, web-1.');
    const last = payloads('update').at(-1);
    expect(last).not.toContain('will change');
    expect(last).toContain('was never read; nothing is known of it.');
    expect(await store.scans.findLastScan('web-1')).not.toBeNull();
    expect(await runs()).toEqual(['2026-11-24 done']);
  });

  test('that were read by others while the digest waited in vain count as read', async () => {
    const snapshots = {
      async takeSnapshot(): Promise<never> {
        const at = new Date(clock).toISOString();
        await store.scans.saveScan(scanRecord({ startedAt: at, finishedAt: at }));
        throw new TypeError('a bug');
      },
    };
    const one = process(undefined, { hosts: ['web-1'], context: { snapshots } });
    await one.tick('2026-11-24T08:30:00Z');

    expect(payloads('update').at(-1)).toContain('1 of 1 host');
    expect(payloads('update').at(-1)).not.toContain('did not report');
  });

  test('of many channels are read for two digests at once', async () => {
    const channels = ['C1', 'C2', 'C3', 'C4', 'C5'].map((id) => {
      return { id, hosts: null, digest: daily('08:30', 'UTC') };
    });
    let [now, most] = [0, 0];
    const two = Promise.withResolvers<void>();
    const { listScansAndPostures } = store.scans;
    store.scans.listScansAndPostures = async (asked) => {
      now += 1;
      most = Math.max(most, now);
      if (now >= 2) two.resolve();
      // The first waits for a second one however slow the machine is, and both for a third.
      await two.promise;
      await pause(20);
      now -= 1;
      return listScansAndPostures(asked);
    };
    await process(undefined, { channels }).tick('2026-11-24T08:30:00Z');

    expect(outbox.rows().filter(({ key }) => key.endsWith(':parent'))).toHaveLength(5);
    expect(most).toBe(2);
  });

  test('are those of the channel', async () => {
    const channels = [{ id: 'C0DIGEST', hosts: ['web-2'], digest: daily('08:30', 'UTC') }];
    await process(undefined, { channels }).tick('2026-11-24T08:30:00Z');

    expect(payloads('parent')[0]).toContain('Waiting for web-2.');
  });
});

test('a digest compares with the time at which the one before was made', async () => {
  await process().tick('2026-11-24T08:30:00Z');
  const last = await store.digests.findLastDone({ channel: 'C0DIGEST', day: '2026-11-25' });

  expect(last?.composedAt).toBe(Date.parse('2026-11-24T08:30:00Z'));
});
