import fc from 'fast-check';
import { type ExposureParts, tellExposure } from '../../src/alerts/tell-exposure.ts';
import { digestVulnerabilities } from '../../src/inspections/digest-vulnerabilities.ts';
import { withAges } from '../../src/inspections/feed-ages.ts';
import { coverageOf } from '../../src/inspections/judge-held.ts';
import {
  type ExposureLook,
  isMatchDue,
  lookAtExposure,
} from '../../src/inspections/look-at-exposure.ts';
import { matchAgain } from '../../src/inspections/match-again.ts';
import type { HostDeclaration } from '../../src/ports/declarations.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { createFeedFetches } from '../../src/store/feed-fetch.ts';
import type { Store } from '../../src/store/open-store.ts';
import { slackReply } from '../../src/views/slack-messages.ts';
import { foundProgram, haveLibraries, npmPackage } from '../support/having-libraries.ts';
import { having, packageOf } from '../support/having-packages.ts';
import { isLongRun, runs } from '../support/long-run.ts';
import { scanRecord } from '../support/scan-records.ts';
import {
  debianRecord,
  type Said,
  takeExploited,
  takeLibraryRecords,
  takeRecords,
  takeTracker,
} from '../support/taken-feeds.ts';
import {
  isOnPostgres,
  type TemporaryDatabase,
  temporaryDatabase,
} from '../support/temporary-database.ts';
import { openVex, statementsOf, said as stating } from '../support/vex-documents.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const STALE_MS = 5 * DAY_MS;
const channel = 'C0SECURIT';
const actor = { id: 'U0ALICE', name: 'alice', place: channel };

let place: TemporaryDatabase;
let store: Store;
let now: number;
async function open(): Promise<void> {
  now = Date.parse('2026-01-01T06:00:00.000Z');
  place = temporaryDatabase();
  store = await place.open(() => now);
}
async function close(): Promise<void> {
  await store.close();
  place.remove();
}
beforeEach(open);
afterEach(close);

async function tell(difference: Partial<ExposureParts> = {}): Promise<void> {
  now += MINUTE_MS;
  place.passTime(MINUTE_MS);
  await tellExposure({
    context: {
      hosts: ['web-1', 'web-2'].map((name) => ({ name }) as HostDeclaration),
      channels: [],
      now: () => now,
      feedsStaleAfterMs: STALE_MS,
      ...store,
    },
    channels: async () => [{ id: channel, severity: 'high', host: null, perHour: 20, since: null }],
    lookAtExposure: (look) => lookAtExposure(store.exposed, look),
    outbox: { put: (messages) => store.outbox.put(messages, now) },
    render: async (document) => slackReply(document),
    log: silentLogger,
    owner: 'a',
    ...difference,
  });
}

const scan = (packages: readonly string[], host = 'web-1') => {
  const at = new Date(now).toISOString();
  const containers = packages.map((name) => having(`with-${name}`, '12', [packageOf(name, '1-1')]));
  return store.scans.saveScan(scanRecord({ host, startedAt: at, finishedAt: at, containers }));
};
const payloads = () =>
  place
    .values<string>('select payload_json from outbox order by id')
    .map((text) => (JSON.parse(text) as { payload: { text: string; blocks: unknown } }).payload);
const texts = () => payloads().map(({ text }) => text);
const lastSays = () => JSON.stringify(payloads().at(-1));

async function* each<T>(...items: T[]): AsyncGenerator<T> {
  yield* items;
}

/** What the last match found. */
const rows = () =>
  place.values<string>(
    `select vulnerability || ' ' || state from exposed where closed_in is null
     union all select vulnerability || ' unknown' from exposed_unknown where closed_in is null order by 1`,
  );

const digest = (since = now - DAY_MS) =>
  digestVulnerabilities(
    { ...store, feedsStaleAfterMs: STALE_MS },
    { hosts: ['web-1', 'web-2'], since, now },
  );

/** Past the first time, which is a summary. */
async function begin(said: Readonly<Record<string, Said>> = {}): Promise<void> {
  await scan(['openssl', 'zlib']);
  await takeRecords(store, said);
  await takeExploited(store, []);
  await tell();
}

test('the first feeds are one summary, and none of it is told again', async () => {
  await scan(['openssl', 'zlib']);
  await takeRecords(store, {
    'CVE-2026-1': { package: 'openssl', fixed: '2-1', severity: 'critical' },
    'CVE-2026-2': { package: 'zlib', severity: 'high' },
    'CVE-2026-3': { package: 'zlib', severity: 'low' },
    'CVE-2026-4': { package: 'bash', severity: 'critical' },
  });
  await tell();
  expect(texts()).toEqual(['2 vulnerabilities known now, 0 exploited, 1 with a fix']);
  expect(lastSays()).toContain('CVE-2026-1');

  // The catalogue speaks for the first time as well.
  await takeExploited(store, ['CVE-2026-2', 'CVE-2026-3']);
  await tell();
  expect(texts().slice(1)).toEqual(['2 vulnerabilities known now, 2 exploited, 0 with a fix']);
  now += 2 * DAY_MS;
  await tell();
  expect(texts()).toHaveLength(2);
});

test.each([
  ['team=shop', '2 of 2'],
  ['web-1', '1 of 1'],
  ['not team=data', '2 of 2'],
])(
  'a channel that is told of %s alone is told of its hosts, and of no other',
  async (host, count) => {
    const hosts = ['web-1', 'web-2', 'db-1'].map(
      (name) =>
        ({
          name,
          labels: { team: name === 'db-1' ? 'data' : 'shop' },
        }) as unknown as HostDeclaration,
    );
    const context = { hosts, channels: [], now: () => now, feedsStaleAfterMs: DAY_MS, ...store };
    const channels = async () => [
      { id: channel, severity: 'high' as const, host, perHour: 20, since: null },
    ];
    for (const { name } of hosts)
      await scan(name === 'db-1' ? ['zlib', 'openssl'] : ['openssl'], name);
    await takeRecords(store, {});
    await tell({ context, channels });
    await takeRecords(store, {
      'CVE-2026-1': { package: 'openssl', fixed: '2-1', severity: 'critical' },
      'CVE-2026-2': { package: 'zlib', severity: 'critical' },
    });
    await tell({ context, channels });

    expect(texts()).toHaveLength(1);
    expect(texts()[0]).toContain('CVE-2026-1');
    expect(lastSays()).toContain(`${count} running container`);
  },
);

test('what a statement clears in a whole image is not told, until nobody says so any more', async () => {
  const shop = having('with-openssl', '12', [packageOf('openssl', '1-1')]);
  shop.facts = { ...shop.facts, imageReference: 'registry.example/team/shop:1.2' };
  const zlib = having('with-zlib', '12', [packageOf('zlib', '1-1')]);
  const at = new Date(now).toISOString();
  await store.scans.saveScan(
    scanRecord({ startedAt: at, finishedAt: at, containers: [shop, zlib] }),
  );
  await takeRecords(store, {});
  await takeExploited(store, []);
  const states = (status: string, version: number, name = 'CVE-2026-1') =>
    store.feeds.replace({
      ...{ source: 'vex/acme', asOf: () => `2026-01-0${version}T00:00:00.000Z` },
      rows: (async function* () {
        for (const statement of statementsOf(
          openVex([
            stating({
              ...{ vulnerability: { name }, status },
              products: [{ '@id': 'registry.example/team/shop:1.2' }],
            }),
          ]),
        )) {
          yield { kind: 'statement' as const, statement };
        }
      })(),
    });
  await states('not_affected', 1, 'CVE-2026-9');
  await tell();
  await states('not_affected', 2);
  await takeRecords(store, {
    'CVE-2026-1': { package: 'openssl', severity: 'high' },
    'CVE-2026-2': { package: 'zlib', severity: 'high' },
  });
  await tell();
  expect(texts()).toEqual(['Known now: CVE-2026-2 (high): 1 of 2 running containers is affected']);
  expect((await digest())?.new.worst.map(({ id }) => id)).toEqual(['CVE-2026-2']);

  await states('under_investigation', 3);
  await tell();
  expect(texts().slice(1)).toEqual([
    expect.stringContaining('Known now: CVE-2026-1 (high): 1 of 2 running containers'),
  ]);
  expect((await digest())?.new.count).toBe(2);
  expect((await digest())?.stale).toEqual([]);
  for (const source of ['osv/npm', 'osv/GHSA-1']) {
    const said = source === 'osv/npm' ? { 'CVE-2026-9': { package: 'left-pad' } } : {};
    await takeRecords(store, said, source, 'npm', true);
  }
  now += 6 * DAY_MS;
  const database = await place.openDatabase(() => now);
  const fetches = createFeedFetches(database, () => now);
  const claimed = await fetches.claim('osv/PyPI', { owner: 'a', leaseMs: 60_000 }, () => true);
  if (typeof claimed === 'string') throw new Error(claimed);
  await fetches.settle('osv/PyPI', claimed.held, { kind: 'failed', reason: 'no such host' });
  await database.close();
  expect(await digest()).toMatchObject({
    stale: ['kev', 'osv/Debian', 'osv/npm'],
    unfetched: ['osv/PyPI'],
  });
});

test('what a document cleared is told once that is forgotten', async () => {
  await begin({ 'CVE-2026-2': { package: 'zlib', severity: 'low' } });
  const clearing = openVex([
    stating({
      ...{ vulnerability: { name: 'CVE-2026-1' }, status: 'not_affected' },
      products: [{ '@id': 'pkg:deb/debian/openssl@1-1?distro=debian-12' }],
    }),
  ]);
  await store.feeds.replace({
    ...{ source: 'vex/acme', asOf: () => '2026-01-02T00:00:00.000Z' },
    rows: each(
      ...statementsOf(clearing).map((statement) => ({ kind: 'statement' as const, statement })),
    ),
  });
  await takeRecords(store, { 'CVE-2026-1': { package: 'openssl', severity: 'high' } });
  await tell();
  expect(texts()).toEqual([]);
  expect(isMatchDue(await store.exposed.state(), [], now)).toBe(false);

  await store.feeds.forget('vex/acme');
  expect(isMatchDue(await store.exposed.state(), [], now)).toBe(true);
  await tell();
  expect(texts()).toEqual([
    expect.stringContaining('Known now: CVE-2026-1 (high): 1 of 2 running containers'),
  ]);
  expect(isMatchDue(await store.exposed.state(), [], now)).toBe(false);
});

describe('what only a feed that is too old clears', () => {
  const cve = 'CVE-2026-1';
  const takeAffected = () =>
    takeRecords(store, { [cve]: { package: 'openssl', severity: 'critical' } });

  test('is unknown, and told once a newer word of that feed no longer clears it', async () => {
    await takeTracker(store, { [cve]: 'openssl' });
    await begin();
    now += 4 * DAY_MS;
    await takeAffected();
    await tell();
    expect(rows()).toEqual([]);
    expect(await digest()).toMatchObject({ new: { count: 0 }, unknown: 0 });

    now += 2 * DAY_MS;
    await tell();
    expect(rows()).toEqual([`${cve} unknown`]);
    expect(await digest(0)).toMatchObject({ new: { count: 0 }, unknown: 1 });
    expect(await store.exposed.listPlaced({ hosts: ['web-1'], goneAfter: 0 })).toEqual([]);
    expect(texts()).toEqual([]);

    await takeTracker(store, {});
    await tell();
    expect(await digest(now - DAY_MS)).toMatchObject({ new: { count: 1 }, unknown: 0 });
    expect(texts()).toEqual([expect.stringContaining(`Known now: ${cve} (critical)`)]);
    now += 6 * DAY_MS;
    await tell();
    expect(texts()).toHaveLength(1);
  });

  test('is in no table that an earlier version reads, and keeps since when it was known', async () => {
    await begin();
    await takeAffected();
    await tell();
    const first = now;
    await takeTracker(store, { [cve]: 'openssl' });
    now += 6 * DAY_MS;
    await takeAffected();
    await tell();
    expect(rows()).toEqual([`${cve} unknown`]);
    const open = 'select count(*) from exposed where closed_in is null';
    expect(place.values(open).map(Number)).toEqual([0]);
    // As one that does not know of ages finds and writes it.
    place.run(`insert into exposed (vulnerability, package_id, component_id, os_id, os_version, state, is_exploited,
        severity, first_seen, opened_in)
      select vulnerability, package_id, component_id, os_id, os_version, state, is_exploited, severity, ${now},
        opened_in + 1 from exposed_unknown;
      update exposed_match set generation = generation + 1`);
    expect((await digest())?.unknown).toBe(0);
    await takeTracker(store, {});
    await tell();
    expect(rows()).toEqual([`${cve} affected-no-fix`]);
    const [placed] = await store.exposed.listPlaced({ hosts: ['web-1'], goneAfter: 0 });
    expect(placed).toMatchObject({ firstSeen: first });
  });

  test('is told where an old document alone clears it, which nobody takes again', async () => {
    await begin();
    const source = `ubuntu-vex/${cve}`;
    const { affected, advisory } = debianRecord(cve, { package: 'openssl' });
    await store.feeds.replace({
      ...{ source, asOf: () => null },
      rows: each({
        kind: 'advisory' as const,
        record: {
          advisory: { ...advisory, id: cve, source },
          affected: affected.map((one) => ({
            ...{ ...one, status: 'not-affected' as const, intervals: [] },
          })),
        },
      }),
    });
    now += 6 * DAY_MS;
    await takeAffected();
    await tell();
    expect(rows()).toEqual([`${cve} affected-no-fix`]);
    expect(lastSays()).toContain(cve);
  });

  test('counts once where another package is affected, and also where no feed is too old', async () => {
    await takeTracker(store, { [cve]: 'openssl' });
    await begin();
    now += 6 * DAY_MS;
    await takeAffected();
    await tell();
    const { basis } = await store.exposed.state();
    const held = await store.exposed.claim({ owner: 'b', leaseMs: 1 });
    if (held === null || basis === null) throw new Error('nothing was matched');
    const generation = await store.exposed.begin(held);
    await store.exposed.finish(held, { generation, basis: { ...basis, stale: [] }, at: now });
    await store.exposed.release(held);
    expect(await digest()).toMatchObject({ unknown: 1 });

    const lodash = { packages: [npmPackage('lodash', '1.0.0')] };
    await haveLibraries(store, { 'sha256:with-zlib': lodash }, new Date(now).toISOString());
    await takeLibraryRecords(store, 'npm', { [cve]: { package: 'lodash' } });
    await tell();
    expect(rows()).toEqual([`${cve} affected-no-fix`, `${cve} unknown`]);
    expect(await digest()).toMatchObject({ new: { count: 1 }, unknown: 0 });
  });

  test('is looked up by the packages of which nothing is found any more, and no other', async () => {
    await begin({
      [cve]: { package: 'openssl', severity: 'critical' },
      'CVE-2026-2': { package: 'zlib' },
    });
    const asked: (readonly string[])[] = [];
    const watched: typeof store.exposed = {
      ...store.exposed,
      readMatch: (work) =>
        store.exposed.readMatch((source) =>
          work({
            ...source,
            recordsAbout(about) {
              asked.push(about.names);
              return source.recordsAbout(about);
            },
          }),
        ),
    };
    const lookAt = { lookAtExposure: (look: ExposureLook) => lookAtExposure(watched, look) };
    await takeTracker(store, { [cve]: 'openssl' });
    now += 6 * DAY_MS;
    await takeRecords(store, { 'CVE-2026-2': { package: 'zlib' } });
    await tell(lookAt);
    expect(asked).toEqual([['openssl']]);
    // The other feed is not too old, and has nothing of it.
    expect(rows()).toEqual(['CVE-2026-2 affected-no-fix']);
  });

  test('goes by the ages of feeds as they are once nobody else matches', async () => {
    await takeTracker(store, { [cve]: 'openssl' });
    await begin();
    now += 6 * DAY_MS;
    await takeAffected();
    const claim: typeof store.exposed.claim = async (lease) => {
      await takeTracker(store, { [cve]: 'openssl' });
      return store.exposed.claim(lease);
    };
    const exposed = { ...store.exposed, claim };
    const hosts = ['web-1', 'web-2'].map((name) => ({ name }) as HostDeclaration);
    const ages = { now: () => now, feedsStaleAfterMs: STALE_MS };
    await tell({ context: { hosts, channels: [], ...ages, ...store, exposed } });
    expect(rows()).toEqual([]);
  });

  test('is cleared once a newer word of that feed clears it', async () => {
    await takeTracker(store, { [cve]: 'openssl' });
    await begin();
    now += 6 * DAY_MS;
    await takeAffected();
    await tell();
    expect(rows()).toEqual([`${cve} unknown`]);
    await takeTracker(store, { [cve]: 'openssl' });
    await tell();
    expect(rows()).toEqual([]);
    expect(await digest()).toMatchObject({ unknown: 0 });
    expect(texts()).toEqual([]);
  });

  test('is no longer counted and stays as it was known, where it was told before', async () => {
    await begin();
    await takeAffected();
    await tell();
    const first = now;
    expect(texts()).toHaveLength(1);
    // As a file that somebody had for long.
    const old = new Date(now - 10 * DAY_MS).toISOString();
    await store.feeds.replace({
      ...{ source: 'osv/Debian', asOf: () => old },
      rows: each({
        kind: 'advisory' as const,
        record: debianRecord(cve, { package: 'openssl', fixed: '1-1', severity: 'critical' }),
      }),
    });
    now += DAY_MS;
    await tell();
    expect(rows()).toEqual([`${cve} unknown`]);
    expect(await digest()).toMatchObject({ exploited: { count: 0 }, unknown: 1 });

    await takeAffected();
    await tell();
    expect(await digest()).toMatchObject({ new: { count: 0 }, unknown: 0 });
    const [placed] = await store.exposed.listPlaced({ hosts: ['web-1'], goneAfter: 0 });
    expect(placed).toMatchObject({ vulnerability: cve, firstSeen: first });
    expect(texts()).toHaveLength(1);
  });

  test('is cleared by a statement, and affected by one', async () => {
    await takeTracker(store, { [cve]: 'openssl' });
    await begin();
    now += 6 * DAY_MS;
    await takeAffected();
    const states = (status: string) =>
      store.feeds.replace({
        ...{ source: 'vex/acme', asOf: () => null },
        rows: each(
          ...statementsOf(
            openVex([
              stating({
                ...{ vulnerability: { name: cve }, status, action_statement: 'Update.' },
                products: [{ '@id': 'pkg:deb/debian/openssl?distro=debian-12' }],
              }),
            ]),
          ).map((statement) => ({ kind: 'statement' as const, statement })),
        ),
      });
    await states('not_affected');
    await tell();
    expect(rows()).toEqual([]);
    await states('affected');
    await tell();
    expect(rows()).toEqual([`${cve} affected-no-fix`]);
  });
});

test('a vulnerability that comes with a change of a feed is told', async () => {
  await begin({ 'CVE-2026-1': { package: 'openssl', severity: 'critical' } });

  now += 6 * 60 * MINUTE_MS;
  const database = await place.openDatabase(() => now);
  await createFeedFetches(database, () => now).change({
    source: 'osv/Debian',
    records: each(debianRecord('CVE-2026-2', { package: 'zlib', severity: 'critical' })),
    ids: ['DEBIAN-CVE-2026-2'],
    mark: { url: 'x', etag: '2', lastModified: null, newestChange: null, wholeAt: '' },
  });
  await database.close();
  await tell();

  expect(place.values<string>('select vulnerability from exposed order by id')).toEqual([
    'CVE-2026-1',
    'CVE-2026-2',
  ]);
  expect(lastSays()).toContain('CVE-2026-2');
  const state = await store.exposed.state();
  const isDue = (stale: string[], minutes: number) =>
    isMatchDue(state, stale, now + minutes * MINUTE_MS);
  expect([isDue([], 11), isDue(['osv/Debian'], 9), isDue(['osv/Debian'], 11)]).toEqual([
    ...[false, false, true],
  ]);
});

test('who, since when and what to do is said once, again with a fix, again when exploited', async () => {
  await begin();
  const said = { package: 'openssl', severity: 'high' };
  await takeRecords(store, { 'CVE-2026-1': said });
  await tell();
  expect(texts()).toEqual(['Known now: CVE-2026-1 (high): 1 of 2 running containers is affected']);
  expect(lastSays()).toContain('with-openssl');
  expect(lastSays()).toContain('no fix is published; you are told when there is one');

  await takeRecords(store, { 'CVE-2026-1': { ...said, fixed: '2-1' } });
  await tell();
  await takeExploited(store, ['CVE-2026-1']);
  await tell();
  await takeRecords(store, {});
  await tell();
  await takeRecords(store, { 'CVE-2026-1': { ...said, fixed: '2-1' } });
  await tell();

  expect(texts().slice(1)).toEqual([
    'A fix exists now: CVE-2026-1 (high): 1 of 2 running containers is affected, a fix exists',
    'Exploited now: CVE-2026-1 (high): 1 of 2 running containers is affected, a fix exists',
  ]);
  expect(lastSays()).toContain('update openssl to 2-1');
});

test('what is not worth a message gets one once it is exploited', async () => {
  await begin({ 'CVE-2026-1': { package: 'openssl', severity: 'low' } });
  await tell();
  expect(texts()).toEqual([]);

  await takeExploited(store, ['CVE-2026-1']);
  await tell();
  expect(texts()).toHaveLength(1);
  expect(texts()[0]).toContain('Known now: CVE-2026-1 (low)');
  expect(lastSays()).toContain('in CISA’s catalogue since 2026-01-01');
});

test('an accepted one is not told in the versions that were accepted, and is in others', async () => {
  await begin();
  await takeRecords(store, { 'CVE-2026-1': { package: 'openssl', severity: 'high' } });
  const until = new Date(now + 10 * DAY_MS).toISOString();
  await store.exposed.accept(
    { vulnerability: 'CVE-2026-1', package: 'openssl', versions: ['1-1'] },
    ['web-1'],
    { actor, at: now, reason: 'not reachable', until },
  );
  await tell();
  expect(texts()).toEqual([]);

  // Of another host nobody spoke; and what is accepted is accepted for a while.
  await scan(['openssl'], 'web-2');
  now += 11 * MINUTE_MS;
  await tell();
  expect(texts()).toHaveLength(1);
});

test('what was accepted is told once that has ended', async () => {
  await begin();
  await takeRecords(store, { 'CVE-2026-1': { package: 'openssl', severity: 'high' } });
  const until = new Date(now + DAY_MS).toISOString();
  await store.exposed.accept(
    { vulnerability: 'CVE-2026-1', package: 'openssl', versions: ['1-1'] },
    ['*'],
    { actor, at: now, reason: 'not reachable', until },
  );
  await tell();
  now += DAY_MS / 2;
  await tell();
  expect(texts()).toEqual([]);
  now += DAY_MS;
  await tell();
  expect(texts()).toHaveLength(1);
});

test('of what only ran, and is gone, a channel hears when it is exploited', async () => {
  await begin();
  await scan(['zlib']);
  await takeRecords(store, { 'CVE-2026-1': { package: 'openssl', severity: 'critical' } });
  await tell();
  expect(texts()).toEqual([]);
  await takeExploited(store, ['CVE-2026-1']);
  await tell();
  expect(texts()).toHaveLength(1);
  expect(lastSays()).toContain('an attacker may have used it');
});

test('the fix of what is gone and exploited is told with it', async () => {
  await scan(['openssl']);
  await scan(['zlib']);
  await takeRecords(store, {
    'CVE-2026-1': { package: 'openssl', fixed: '2-1', severity: 'critical' },
  });
  await takeExploited(store, ['CVE-2026-1']);
  await tell();

  expect(texts()).toEqual(['1 vulnerability known now, 1 exploited, 1 with a fix']);
  expect(lastSays()).not.toContain('no fix yet');
});

test('of libraries and programs a channel hears as of packages, without a scan', async () => {
  await begin();
  await haveLibraries(
    store,
    {
      'sha256:with-openssl': {
        packages: [npmPackage('lodash', '4.17.20')],
        programs: [foundProgram('postgres', '15.1')],
      },
    },
    new Date(now).toISOString(),
  );
  await takeLibraryRecords(store, 'npm', {});
  await takeLibraryRecords(store, 'Bitnami', {});
  await tell();
  await takeLibraryRecords(store, 'npm', {
    'CVE-2026-1': { package: 'lodash', fixed: '4.17.21', severity: 'high' },
  });
  await tell();
  expect(texts()).toEqual([
    'Known now: CVE-2026-1 (high): 1 of 2 running containers is affected, a fix exists; of 1 running container it is not known',
  ]);
  expect(lastSays()).toContain('update lodash to 4.17.21');

  // Accepted by the name that its record has.
  const until = new Date(now + 10 * DAY_MS).toISOString();
  await store.exposed.accept(
    { vulnerability: 'CVE-2026-2', package: 'postgresql', versions: ['15.1'] },
    ['*'],
    { actor, at: now, reason: 'not reachable', until },
  );
  await takeLibraryRecords(store, 'Bitnami', {
    'CVE-2026-2': { package: 'postgresql', severity: 'high' },
    'CVE-2026-3': { package: 'postgresql', severity: 'high' },
  });
  await tell();
  expect(texts().slice(1)).toEqual([
    'Known now: CVE-2026-3 (high): 1 of 2 running containers is affected; of 1 running container it is not known',
  ]);
});

test('a file system that is read later is matched without a feed that changes', async () => {
  await begin();
  await takeLibraryRecords(store, 'npm', {
    'CVE-2026-1': { package: 'lodash', severity: 'high' },
  });
  await tell();
  const found = { packages: [npmPackage('lodash', '4.17.20')] };
  await haveLibraries(store, { 'sha256:with-zlib': found }, new Date(now).toISOString());
  await tell();
  expect(texts()).toEqual([]);
  now += 11 * MINUTE_MS;
  await tell();
  expect(texts()).toHaveLength(1);
});

test('more than an hour has room for are one message', async () => {
  await begin();
  const said = { package: 'openssl', severity: 'high' };
  const many = Array.from({ length: 30 }, (_, number) => [`CVE-2026-${100 + number}`, said]);
  await takeRecords(store, Object.fromEntries(many));
  await tell();
  expect(texts()).toEqual(['30 vulnerabilities known now, 0 exploited, 0 with a fix']);
});

test('an hour has room for so many messages, of which a summary is one', async () => {
  await begin();
  const perHour = { id: channel, severity: 'high' as const, host: null, perHour: 4, since: null };
  const known: Record<string, Said> = {};
  const takeMore = async (numbers: readonly number[], said: Partial<Said> = {}) => {
    for (const number of numbers) {
      known[`CVE-2026-${number}`] = { package: 'openssl', severity: 'high', ...said };
    }
    await takeRecords(store, known);
    await tell({ channels: async () => [perHour] });
  };
  // Of each it is told at once that it is known and that it has a fix.
  await takeMore([1, 2], { fixed: '2-1' });
  await takeMore([3, 4, 5, 6]);
  await takeMore([7]);
  await takeMore([8]);

  expect(texts().map((text) => text.replace(/ \(high\).*| vulnerabilit.*/, ''))).toEqual([
    ...['Known now: CVE-2026-1', 'Known now: CVE-2026-2', '4', 'Known now: CVE-2026-7', '1'],
  ]);
});

test('nothing is read or written while somebody else looks', async () => {
  await begin();
  await takeRecords(store, { 'CVE-2026-1': { package: 'openssl', severity: 'high' } });
  await store.exposed.claim({ owner: 'b', leaseMs: 10 * MINUTE_MS });
  await tell();
  expect(texts()).toEqual([]);
  now += 11 * MINUTE_MS;
  place.passTime(11 * MINUTE_MS);
  await tell();
  expect(texts()).toHaveLength(1);
});

describe('over thirty days of changing feeds', () => {
  const CVES = Array.from({ length: 8 }, (_, index) => `CVE-2026-${index + 1}`);
  /** On a server each takes longer, and says the same. */
  const DAYS = isOnPostgres() && !isLongRun ? 10 : 30;
  /** So seldom is the tracker taken: for some days it is too old. */
  const TRACKER_DAYS = 8;
  const flags = fc.array(fc.boolean(), { minLength: CVES.length, maxLength: CVES.length });
  const day = fc.record({
    present: flags,
    fixed: flags,
    exploited: flags,
    /** What the tracker clears, on the days on which it is taken. */
    cleared: flags,
    /** Where the process of that day dies. */
    dies: fc.constantFrom('no', 'matched', 'told' as const),
  });

  test('no message comes twice, and none is missing', async () => {
    await fc.assert(
      fc
        .asyncProperty(fc.array(day, { minLength: DAYS, maxLength: DAYS }), async (days) => {
          await scan(['openssl', 'zlib']);
          const library = { packages: [npmPackage('lodash', '1.0.0')] };
          const at = new Date(now).toISOString();
          await haveLibraries(store, { 'sha256:with-zlib': library }, at);
          const expected = new Set<string>();
          const knownSince = new Map<string, number>();
          let tracker = { at: Number.NEGATIVE_INFINITY, cleared: new Set<string>() };
          for (const [number, one] of days.entries()) {
            const { present, fixed, exploited, cleared, dies } = one;
            now += DAY_MS;
            place.passTime(DAY_MS);
            const morning = now;
            const said = CVES.flatMap((cve, index): [string, Said][] => {
              const other = fixed[index] ? { fixed: '2.0.0' } : {};
              const severity = index % 2 === 0 ? 'high' : 'low';
              const name = ['openssl', 'zlib', 'lodash'][index % 3] ?? '';
              return present[index] ? [[cve, { package: name, severity, ...other }]] : [];
            });
            const isLibrary = ([, one]: [string, Said]) => one.package === 'lodash';
            const ofSystem = said.filter((one) => !isLibrary(one));
            await takeRecords(store, Object.fromEntries(ofSystem));
            await takeLibraryRecords(store, 'npm', Object.fromEntries(said.filter(isLibrary)));
            await takeExploited(
              store,
              CVES.filter((_cve, index) => exploited[index]),
            );
            if (number % TRACKER_DAYS === 0) {
              tracker = { at: now, cleared: new Set(CVES.filter((_, index) => cleared[index])) };
              await takeTracker(store, trackerOf(tracker.cleared));
            }
            now += MINUTE_MS;
            await diesAt(dies);
            await tell();
            const isOld = now - tracker.at > STALE_MS;
            const isCleared = ([cve, one]: [string, Said]) =>
              !isLibrary([cve, one]) && tracker.cleared.has(cve);
            const affected = said.filter((one) => !isCleared(one));
            const unknown = isOld ? said.filter(isCleared) : [];
            expect(rows()).toEqual(
              [
                ...affected.map(([cve, { fixed: version }]) =>
                  version ? `${cve} affected-fix-available` : `${cve} affected-no-fix`,
                ),
                ...unknown.map(([cve]) => `${cve} unknown`),
              ].sort(),
            );
            const there = new Set([...affected, ...unknown].map(([cve]) => cve));
            for (const cve of CVES) if (!there.has(cve)) knownSince.delete(cve);
            for (const [cve] of affected) knownSince.set(cve, knownSince.get(cve) ?? morning);
            const isNew = ([cve]: [string, Said]) => knownSince.get(cve) === morning;
            expect(await digest(morning)).toMatchObject({
              new: { count: affected.filter(isNew).length },
              unknown: unknown.length,
            });
            for (const [cve, { severity, fixed: version }] of affected) {
              const isExploited = exploited[CVES.indexOf(cve)] === true;
              if (severity !== 'high' && !isExploited) continue;
              expected.add(`${cve} known`);
              if (version !== undefined) expected.add(`${cve} fix`);
              if (isExploited) expected.add(`${cve} exploited`);
            }
            const told = place.values<string>(
              "select vulnerability || ' ' || event from exposed_told order by 1",
            );
            expect(told).toEqual([...expected].sort());
          }
          const leads = texts().map((text) => /^[\w ]+: CVE-\d+-\d+/.exec(text)?.[0] ?? 'summary');
          expect(leads.length).toBe(new Set(leads).size);
        })
        .beforeEach(async () => {
          await close();
          await open();
        }),
      { numRuns: runs(1, 60) },
    );
  });

  const trackerOf = (cves: ReadonlySet<string>) =>
    Object.fromEntries(
      [...cves].map((cve) => [cve, ['openssl', 'zlib'][CVES.indexOf(cve) % 3] ?? 'nobody-has-it']),
    );

  /** As a process would that is killed after the match, or after all of it. */
  async function diesAt(dies: 'no' | 'matched' | 'told'): Promise<void> {
    if (dies === 'no') return;
    if (dies === 'told') return tell();
    const held = await store.exposed.claim({ owner: 'dead', leaseMs: MINUTE_MS });
    if (held === null) throw new Error('nobody holds it');
    const ages = withAges(await store.feeds.list(), { now, staleAfterMs: STALE_MS });
    await matchAgain(store.exposed, held, now, { feeds: coverageOf(ages) });
    now += 2 * MINUTE_MS;
    place.passTime(2 * MINUTE_MS);
  }
});
