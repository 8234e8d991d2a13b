import { heardSince } from '../../src/inspections/short-lived.ts';
import { type Held, LeaseLost } from '../../src/ports/lease.ts';
import type { Sighting } from '../../src/ports/watch-store.ts';
import { read, unread } from '../../src/shared/reading.ts';
import type { Store } from '../../src/store/open-store.ts';
import { having, packageOf } from '../support/having-packages.ts';
import { observedContainer, scanRecord } from '../support/scan-records.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

let place: TemporaryDatabase;
let store: Store;
let clock: number;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const start = Date.UTC(2026, 0, 1, 6);
const iso = (at: number) => new Date(at).toISOString();
const lease = (owner = 'a') => ({ owner, leaseMs: MINUTE });
/** Of whoever claimed last. */
let held: Held;
async function claim(owner = 'a') {
  const state = await store.watches.claim('web-1', lease(owner));
  if (state !== null) held = state.held;
  return state;
}
const renew = (taken: Held, coveredUntil: number | null = null) =>
  store.watches.renew([{ host: 'web-1', held: taken, coveredUntil, mark: null }]);
function pass(ms: number): void {
  clock += ms;
  place.passTime(ms);
}

beforeEach(async () => {
  clock = start;
  place = temporaryDatabase();
  store = await place.open(() => clock);
});
afterEach(async () => {
  await store.close();
  place.remove();
});

/** An event of a container `a1` at so many milliseconds after the start. */
function sighting(kind: Sighting['kind'], afterMs: number, difference: Partial<Sighting> = {}) {
  const at = start + afterMs;
  const isListed = kind === 'found' || kind === 'missing';
  return {
    kind,
    containerId: 'a1',
    name: 'name-a1',
    image: 'redis:7',
    labels: { composeProject: null, composeService: null, owner: null },
    at,
    timeNano: isListed ? null : `${at}000001`,
    observed: null,
    exitCode: null,
    exec: null,
    execId: null,
    ...difference,
  } satisfies Sighting;
}

const mark = (timeNano: string) => ({ timeNano, id: 'a1', action: 'start' });
const apply = (...sightings: Sighting[]) =>
  store.watches.apply('web-1', { sightings, mark: null, coveredUntil: null }, held);
const containers = () => store.scans.listContainers({ hosts: ['web-1'], includeGone: true });
const glimpses = () => store.watches.listGlimpses({ hosts: ['web-1'], since: 0 });
const events = () => store.watches.listEvents({ hosts: ['web-1'], since: 0, limit: 1_000 });
const rows = () =>
  place.rows('select state, opened_at, closed_at, is_gone from container order by id');
const scan = (afterMs: number, ids: string[]) =>
  store.scans.saveScan(
    scanRecord({
      startedAt: iso(start + afterMs),
      finishedAt: iso(start + afterMs + 2_000),
      containers: ids.map((id) => observedContainer(id)),
    }),
  );
const seen = (state: 'created' | 'running' | 'exited', id = 'a1') =>
  read(observedContainer(id, { state }));

describe('the lease of a host', () => {
  it('belongs to one process until it is over', async () => {
    const first = await claim('a');
    const lost = held;
    const second = await claim('b');
    pass(MINUTE);
    const later = await claim('b');

    expect(first).toMatchObject({ mark: null, coveredUntil: null, blind: null });
    expect(second).toBeNull();
    expect(later).not.toBeNull();
    expect(await renew(lost)).toEqual([]);
    expect(await renew(held)).toEqual(['web-1']);
    held = lost;
    const created = sighting('created', 0, { observed: seen('created') });
    await expect(apply(created)).rejects.toThrow(LeaseLost);
    await expect(store.watches.setBlind('web-1', null, lost)).rejects.toThrow(LeaseLost);
    expect(await events()).toEqual([]);
  });

  it('is another one when the same process takes it again', async () => {
    await claim('a');
    const lost = held;
    await claim('a');

    await expect(store.watches.setBlind('web-1', null, lost)).rejects.toThrow(LeaseLost);
    expect(await renew(lost)).toEqual([]);
    await store.watches.setBlind('web-1', null, held);
  });

  it('is free at once when it is given up', async () => {
    await claim('a');
    await store.watches.release('a');

    expect(await claim('b')).not.toBeNull();
  });

  it('of many hosts is claimed at once, of those that nobody holds', async () => {
    await store.watches.claim('web-2', lease('b'));
    const states = await store.watches.claimFree(['web-1', 'web-2', 'web-3'], lease('a'));

    expect([...states.keys()].sort()).toEqual(['web-1', 'web-3']);
    expect(await store.watches.listHolders()).toEqual(
      expect.arrayContaining([
        { host: 'web-1', owner: 'a' },
        { host: 'web-2', owner: 'b' },
        { host: 'web-3', owner: 'a' },
      ]),
    );
    pass(MINUTE);
    expect((await store.watches.listHolders()).map(({ owner }) => owner)).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('of many hosts is kept at once, as far as each is held still', async () => {
    const states = await store.watches.claimFree(['web-1', 'web-2'], lease('a'));
    pass(MINUTE);
    const stolen = await store.watches.claim('web-2', lease('b'));
    const taken = [...states].map(([host, state]) => ({
      ...{ host, held: state.held, coveredUntil: start + 5, mark: mark('7') },
    }));

    expect(await store.watches.renew(taken)).toEqual(['web-1']);
    await store.watches.handOver(taken);
    expect(await store.watches.listHolders()).toEqual(
      expect.arrayContaining([
        { host: 'web-1', owner: null },
        { host: 'web-2', owner: 'b' },
      ]),
    );
    expect(await store.watches.claim('web-1', lease('c'))).toMatchObject({
      mark: mark('7'),
      coveredUntil: start + 5,
    });
    expect(stolen).toMatchObject({ mark: null, coveredUntil: null });
    expect(await renew(stolen?.held as Held)).toEqual([]);
  });

  it('keeps how far a host was watched, never backwards, and what is not told as it was', async () => {
    await claim();
    const told = { host: 'web-1', held, coveredUntil: start + 9, mark: mark('9') };
    await store.watches.renew([told]);
    await store.watches.renew([{ ...told, coveredUntil: start + 3, mark: null }]);
    await store.watches.renew([{ ...told, coveredUntil: null, mark: null }]);

    expect(await claim()).toMatchObject({ coveredUntil: start + 9, mark: mark('9') });
  });

  it('hands over how far the host was watched', async () => {
    await claim('a');
    await store.watches.apply(
      'web-1',
      { sightings: [], mark: mark('1767247200000000001'), coveredUntil: start },
      held,
    );
    await store.watches.setBlind('web-1', { from: start, to: null, cause: 'cut' }, held);
    await store.watches.release('a', 'web-1');

    expect(await claim('b')).toMatchObject({
      mark: mark('1767247200000000001'),
      coveredUntil: start,
      blind: { from: start, to: null, cause: 'cut' },
    });
  });
});

describe('what was seen of a container', () => {
  beforeEach(async () => {
    await claim();
    await scan(-MINUTE, []);
  });

  it('is one row for a life of a second, with its times and its exit code', async () => {
    await apply(sighting('created', 0, { observed: seen('created') }));
    await apply(
      sighting('started', 200, { observed: seen('running') }),
      sighting('ended', 300, { exitCode: 3 }),
      sighting('gone', 400),
    );

    expect(rows()).toEqual([
      { state: 'exited', opened_at: start, closed_at: start + 400, is_gone: 1 },
    ]);
    expect(await containers()).toMatchObject([
      {
        facts: { finishedAt: iso(start + 300) },
        firstSeen: iso(start),
        lastSeen: iso(start + 400),
        removedAt: iso(start + 400),
      },
    ]);
    expect((await events()).map(({ kind, detail }) => [kind, detail])).toEqual([
      ['created', {}],
      ['started', {}],
      ['ended', { exitCode: 3 }],
      ['gone', {}],
    ]);
  });

  it('is the same when it comes again, or in another order', async () => {
    const life = [
      sighting('created', 0, { observed: seen('created') }),
      sighting('started', 200, { observed: seen('running') }),
      sighting('gone', 400),
    ];
    expect(await apply(...[...life].reverse())).toEqual([true, true, true]);
    const once = rows();

    expect(await apply(...life)).toEqual([false, false, false]);
    expect(rows()).toEqual(once);
    expect(await events()).toHaveLength(3);
  });

  it('learns of its start after its end', async () => {
    await apply(sighting('created', 0, { observed: seen('created') }));
    await apply(sighting('ended', 300), sighting('gone', 400));
    await apply(sighting('started', 200, { observed: seen('running') }));

    expect(await containers()).toMatchObject([
      {
        facts: { state: 'exited', startedAt: iso(start + 200), finishedAt: iso(start + 300) },
        removedAt: iso(start + 400),
      },
    ]);
  });

  it('stays ended when a look from before its end is stored late', async () => {
    await apply(sighting('created', 0, { observed: seen('created') }));
    await apply(sighting('ended', 300));
    await apply(sighting('started', 200, { observed: seen('running') }));

    expect(rows()).toMatchObject([{ state: 'exited', is_gone: 0 }]);
    await apply(sighting('gone', 400));
    expect(rows()).toMatchObject([{ state: 'exited', is_gone: 1 }]);
  });

  it.each([-3_000, 3_000])(
    'has ended though the clock of its engine is %d ms off',
    async (offMs) => {
      const byEngine = (afterMs: number) => ({ timeNano: `${start + afterMs + offMs}000001` });
      const running = read(
        observedContainer('a1', { state: 'running', startedAt: iso(start + 200 + offMs) }),
      );
      await apply(sighting('created', 0, { ...byEngine(0), observed: running }));
      await apply(sighting('ended', 300, byEngine(300)));
      await apply(sighting('gone', 400, byEngine(400)));

      expect(await containers()).toMatchObject([
        { facts: { state: 'exited', finishedAt: iso(start + 300 + offMs) } },
      ]);
    },
  );

  it.each([
    { state: 'running', finishedAt: null },
    { state: 'exited', finishedAt: iso(start + 300) },
  ] as const)('has the start of the event where the engine tells none yet: $state', async (now) => {
    const observed = read(observedContainer('a1', { ...now, startedAt: null }));
    await apply(sighting('created', 0, { observed: seen('created') }));
    await apply(sighting('started', 200, { observed }));

    expect(await containers()).toMatchObject([{ facts: { ...now, startedAt: iso(start + 200) } }]);
  });

  it('keeps its start though its creation, heard in the same moment, is stored last', async () => {
    const at = { startedAt: iso(start), finishedAt: null };
    const running = read(observedContainer('a1', { ...at, state: 'running' }));
    const created = read(observedContainer('a1', { ...at, startedAt: null, state: 'created' }));
    await apply(sighting('started', 0, { observed: running }));
    await apply(sighting('created', 0, { timeNano: `${start}000000`, observed: created }));

    expect(await containers()).toMatchObject([{ facts: { ...at, state: 'running' } }]);
    await apply(sighting('ended', 300), sighting('gone', 400));
    expect(await containers()).toMatchObject([
      { facts: { startedAt: iso(start), state: 'exited' } },
    ]);
  });

  it('learns of its beginning after its start', async () => {
    await apply(sighting('started', 200, { observed: seen('running') }));
    await apply(sighting('created', 0, { observed: seen('running') }));

    expect(await containers()).toMatchObject([{ firstSeen: iso(start) }]);
  });

  it('has another row when it changes later in its life', async () => {
    await apply(sighting('created', 0, { observed: seen('running') }));
    await apply(sighting('ended', 10 * MINUTE, { observed: seen('exited') }));

    expect(rows()).toEqual([
      { state: 'running', opened_at: start, closed_at: start + 10 * MINUTE, is_gone: 0 },
      { state: 'exited', opened_at: start + 10 * MINUTE, closed_at: null, is_gone: 0 },
    ]);
  });

  it('is a glimpse without a configuration', async () => {
    const observed = unread('it was gone before it could be looked at');
    await apply(
      sighting('created', 0, { observed }),
      sighting('started', 100),
      sighting('gone', 200),
    );

    expect(await containers()).toEqual([]);
    expect(await glimpses()).toEqual([
      {
        host: 'web-1',
        containerId: 'a1',
        name: 'name-a1',
        image: 'redis:7',
        labels: { composeProject: null, composeService: null, owner: null },
        firstSeen: iso(start),
        lastSeen: iso(start + 200),
        removedAt: iso(start + 200),
        reason: 'it was gone before it could be looked at',
      },
    ]);
  });

  it('is gone when its configuration comes after its end was stored, with all that is known', async () => {
    await apply(sighting('ended', 300, { exitCode: 3 }), sighting('gone', 400));
    await apply(sighting('created', 100, { observed: seen('created') }), sighting('started', 200));

    expect(await glimpses()).toEqual([]);
    expect(await containers()).toMatchObject([
      {
        firstSeen: iso(start + 100),
        removedAt: iso(start + 400),
        facts: {
          state: 'exited',
          startedAt: iso(start + 200),
          finishedAt: iso(start + 300),
        },
      },
    ]);
  });

  it('stops being a glimpse when it is looked at, and keeps its beginning', async () => {
    await apply(sighting('created', 0, { observed: unread('late') }));
    await apply(sighting('started', 100, { observed: seen('running') }));

    expect(await glimpses()).toEqual([]);
    expect(await containers()).toMatchObject([{ firstSeen: iso(start) }]);
  });

  it('stops being a glimpse when a scan reads it, and keeps its beginning', async () => {
    await apply(sighting('created', 0, { observed: unread('late') }));
    await scan(MINUTE, []);
    expect(await glimpses()).toHaveLength(1);
    await scan(2 * MINUTE, ['a1']);

    expect(await glimpses()).toEqual([]);
    expect(await containers()).toMatchObject([{ firstSeen: iso(start) }]);
  });

  it('is noted even when its end is the first that was heard of it', async () => {
    await apply(sighting('gone', 0));

    expect(await glimpses()).toMatchObject([{ containerId: 'a1', removedAt: iso(start) }]);
  });

  it('keeps the power of a command that was begun in it', async () => {
    const exec = read({ user: 'root', isPrivileged: true });
    await apply(sighting('exec', 0, { exec }));

    expect(await events()).toMatchObject([{ kind: 'exec', detail: { exec } }]);
  });

  it('tells of a container that the list no longer has, of glimpses too', async () => {
    await apply(
      sighting('created', 0, { observed: seen('created') }),
      sighting('created', 0, { containerId: 'b2', observed: unread('late') }),
    );
    const known = await store.watches.listKnown('web-1');
    await apply(sighting('missing', 500), sighting('missing', 500, { containerId: 'b2' }));

    expect(known.map(({ id }) => id)).toEqual(['a1', 'b2']);
    expect(await store.watches.listKnown('web-1')).toEqual([]);
    expect(await containers()).toMatchObject([{ removedAt: iso(start + 500) }]);
  });
});

describe('a scan beside the events', () => {
  beforeEach(async () => {
    await claim();
    await scan(-MINUTE, []);
  });

  it('does not close what was created after it began', async () => {
    await apply(sighting('created', 500, { observed: seen('created') }));
    await scan(0, []);

    expect(rows()).toMatchObject([{ closed_at: null }]);
  });

  it('does not bring back what went after it began', async () => {
    await apply(sighting('created', -500, { observed: seen('created') }), sighting('gone', 500));
    await scan(0, ['a1']);

    expect(rows()).toMatchObject([{ is_gone: 1 }]);
  });

  it('does not take the place of what was seen after it began', async () => {
    await apply(sighting('created', -500, { observed: seen('running') }));
    await scan(-100, ['a1']);
    await apply(sighting('ended', 2 * MINUTE, { observed: seen('exited') }));
    await store.scans.saveScan(
      scanRecord({ startedAt: iso(start + MINUTE), containers: [observedContainer('a1')] }),
    );

    expect(rows().at(-1)).toMatchObject({ state: 'exited', closed_at: null });
  });

  it.each([
    ['of the same image', 'sha256:a', 1],
    ['of another image', 'sha256:b', 2],
  ])(
    'takes the packages that it finds for those since events told of a container %s',
    async (_, imageId, spans) => {
      const one = having('a1', '12', [packageOf('libssl3', '3.0.11-1', 'openssl')]);
      const facts = { ...one.facts, imageId: 'sha256:a' };
      const seenAs = (difference: Partial<typeof facts>) =>
        read({ ...one, facts: { ...facts, imageId, ...difference }, surface: null });
      await apply(sighting('started', 1_000, { observed: seenAs({}) }));
      await apply(sighting('updated', 30 * MINUTE, { observed: seenAs({ state: 'paused' }) }));
      const [startedAt, finishedAt] = [iso(start + HOUR), iso(start + HOUR)];
      await store.scans.saveScan(
        scanRecord({ startedAt, finishedAt, containers: [{ ...one, facts }] }),
      );
      const found = await store.exposures.listSpans({ hosts: ['web-1'], since: 0 });

      expect(found).toHaveLength(spans);
      expect(found[0]).toMatchObject({ inventoryId: 1, to: null });
      expect(Math.min(...found.map(({ from }) => from))).toBe(start + 1_000);
    },
  );

  it('leaves unjudged what came since, until the next one or until it is gone', async () => {
    const unjudged = () => store.scans.countUnjudged({ hosts: ['web-1', 'web-2'] });
    const came = (id: string, afterMs: number) =>
      sighting('started', afterMs, { containerId: id, observed: seen('running', id) });
    await scan(0, ['a1']);
    expect(await unjudged()).toEqual([]);
    await apply(came('b1', 3_000), came('c1', 3_000));
    expect(await unjudged()).toEqual([{ host: 'web-1', containers: 2 }]);
    await apply(sighting('gone', 4_000, { containerId: 'c1' }));
    expect(await unjudged()).toEqual([{ host: 'web-1', containers: 1 }]);
    await scan(MINUTE, ['a1', 'b1']);

    expect(await unjudged()).toEqual([]);
  });

  it('leaves nothing unjudged that it read, though its event came after the scan began', async () => {
    const found = having('a1', '12', []);
    await apply(sighting('started', 500, { observed: read({ ...found, surface: null }) }));
    await store.scans.saveScan(scanRecord({ startedAt: iso(start), containers: [found] }));

    expect(await store.scans.countUnjudged({ hosts: ['web-1'] })).toEqual([]);
  });

  it('sees what an event told late, and stays as it was', async () => {
    await scan(0, ['a1']);
    await apply(sighting('created', -500, { observed: seen('created') }));
    await apply(sighting('started', 10, { observed: seen('exited') }));
    const state = await store.scans.findLastScan('web-1');
    const asOf = { 'web-1': state?.id ?? '' };
    await scan(MINUTE, []);
    const then = await store.scans.listContainers({ hosts: ['web-1'], asOf });

    expect(then).toMatchObject([{ facts: { state: 'running' } }]);
    expect(rows()).toMatchObject([{ is_gone: 0 }, { state: 'exited', is_gone: 1 }]);
  });
});

describe('the ledger of blind times', () => {
  const blind = () => store.scans.listBlindIntervals({ hosts: ['web-1'], since: start });

  beforeEach(async () => {
    await claim();
  });

  it('names the cause, the beginning and the end', async () => {
    await store.watches.setBlind('web-1', { from: start, to: null, cause: 'cut' }, held);
    const during = await blind();
    const to = start + MINUTE;
    await store.watches.setBlind('web-1', { from: start, to, cause: 'restarted' }, held);

    expect(during).toMatchObject([{ kind: 'watch', from: iso(start), to: null, cause: 'cut' }]);
    expect(await blind()).toEqual([
      {
        kind: 'watch',
        host: 'web-1',
        from: iso(start),
        to: iso(to),
        lastGood: null,
        failedScans: 0,
        cause: 'restarted',
      },
    ]);
    expect(await store.watches.listWatches(['web-1'])).toEqual([
      { host: 'web-1', since: to, coveredUntil: to },
    ]);
  });

  it('forgets a time in which nothing was missed after all', async () => {
    await store.watches.setBlind('web-1', null, held);
    await store.watches.setBlind('web-1', { from: start, to: null, cause: 'cut' }, held);
    const during = await store.watches.listWatches(['web-1']);
    clock += 30_000;
    await store.watches.setBlind('web-1', null, held);

    expect(during).toMatchObject([{ since: null }]);
    expect(await blind()).toEqual([]);
    expect(await store.watches.listWatches(['web-1'])).toEqual([
      // What was heard until now may not be stored yet: the next sign of life says how far it is.
      { host: 'web-1', since: start, coveredUntil: start },
    ]);
    await renew(held, start + 30_000);
    expect(await store.watches.listWatches(['web-1'])).toMatchObject([
      { coveredUntil: start + 30_000 },
    ]);
  });

  it('knows that nobody watches when the process of the lease is gone', async () => {
    await store.watches.setBlind('web-1', null, held);
    const heard = await blind();
    await claim();
    const claimed = await blind();
    await store.watches.setBlind('web-1', null, held);
    await renew(held, start + 5_000);
    pass(2 * MINUTE);

    expect([heard, claimed]).toMatchObject([[], [{ from: iso(start), to: null }]]);
    expect(await blind()).toMatchObject([{ from: iso(start + 5_000), to: null }]);
    expect(await store.watches.listWatches(['web-1'])).toMatchObject([{ since: null }]);
  });
});

describe('trimming', () => {
  it('removes what ended long ago, and nothing that exists', async () => {
    await claim();
    await apply(
      sighting('created', 0, { observed: seen('created') }),
      sighting('gone', 100),
      sighting('created', 0, { containerId: 'b2', observed: seen('created', 'b2') }),
    );
    await scan(MINUTE, ['b2']);
    clock = start + DAY + MINUTE;
    const keeping = { historyDays: 1, auditDays: 1, auditFile: '/nowhere/audit.jsonl' };
    const first = await store.tidy(keeping);
    const second = await store.tidy(keeping);

    expect([first, second]).toEqual([4, 0]);
    expect(await containers()).toMatchObject([{ facts: { id: 'b2' } }]);
  });
});

it('knows what came and how it ended, however much was heard since', async () => {
  await claim();
  await apply(
    sighting('created', 0, { observed: seen('running') }),
    sighting('created', 1, { containerId: 'b2', observed: seen('running', 'b2') }),
    sighting('ended', 2, { containerId: 'b2', exitCode: 1 }),
    sighting('ended', 3, { containerId: 'b2', exitCode: 9 }),
    sighting('gone', 4, { containerId: 'b2' }),
  );
  place.run(`insert into container_event (host_id, container_id, at, time_nano, kind, detail_json)
    with recursive n(i) as (select 1 union all select i + 1 from n where i < 10000)
    select (select id from host), 'other', ${start} + 10 + i, 'n' || i, 'created', '{}' from n`);
  const asked = { hosts: ['web-1'], since: start, changes: [] };
  const parts = { store: store.scans, watches: store.watches };

  const { came, shortLived } = await heardSince(parts, asked);
  const { came: later } = await heardSince(parts, { ...asked, since: start + 1 });

  expect(came).toEqual([{ host: 'web-1', name: 'name-a1' }]);
  expect(later).toEqual([]);
  expect(shortLived).toMatchObject([{ id: 'b2', endedAt: iso(start + 3), exitCode: 9 }]);
});

it('knows nothing of no hosts', async () => {
  await store.watches.claim('web-1', lease());

  expect(await store.watches.listGlimpses({ hosts: [], since: 0 })).toEqual([]);
  expect(await store.watches.listEvents({ hosts: [], since: 0, limit: 10 })).toEqual([]);
  expect(await store.watches.listLastEvents({ containers: [], kinds: ['ended'] })).toEqual([]);
  expect(await store.baselines.list({ hosts: [] })).toEqual([]);
  expect(await store.scans.listAlike({ hosts: [], whole: [] })).toEqual([]);
});
