import { matchAgain } from '../../src/inspections/match-again.ts';
import { languagePackage } from '../../src/inventory/language-package.ts';
import type { PlacedAsked } from '../../src/ports/exposed-store.ts';
import { LeaseLost } from '../../src/ports/lease.ts';
import { read } from '../../src/shared/reading.ts';
import type { Store } from '../../src/store/open-store.ts';
import { osv, osvAffected } from '../support/exposure-records.ts';
import { foundProgram, haveLibraries, npmPackage } from '../support/having-libraries.ts';
import { having, packageOf } from '../support/having-packages.ts';
import { morning, scanRecord } from '../support/scan-records.ts';
import { takeExploited, takeLibraryRecords, takeRecords } from '../support/taken-feeds.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

const lease = { owner: 'a', leaseMs: 60_000 };
let place: TemporaryDatabase;
let store: Store;
let now: number;

beforeEach(async () => {
  now = Date.parse(morning(10));
  place = temporaryDatabase();
  store = await place.open(() => now);
});
afterEach(async () => {
  await store.close();
  place.remove();
});

const scan = (host: string, difference: Parameters<typeof scanRecord>[0], on = 1) =>
  store.scans.saveScan(
    scanRecord({ host, startedAt: morning(on), finishedAt: morning(on), ...difference }),
  );
const claimed = async () => {
  const held = await store.exposed.claim(lease);
  if (held === null) throw new Error('somebody else matches');
  return held;
};
async function match(): Promise<void> {
  const held = await claimed();
  await matchAgain(store.exposed, held, now);
  await store.exposed.release(held);
}
const placed = async (asked: Partial<PlacedAsked> = {}) =>
  (await store.exposed.listPlaced({ hosts: ['web-1', 'web-2'], goneAfter: 0, ...asked })).map(
    (one) =>
      [
        one.vulnerability,
        `${one.package.name} ${one.package.version}`,
        one.fixed,
        one.isExploited,
        one.severity,
        one.hosts.map(({ host, isThere }) => (isThere ? host : `${host} (gone)`)).join(),
      ].join(' | '),
  );

const openssl = (version: string) => packageOf('libssl3', version, 'openssl');

beforeEach(async () => {
  await scan('web-1', { containers: [having('a', '12', [openssl('3.0.11-1')])] });
  await scan('web-2', { containers: [having('b', '12', [openssl('3.0.15-1')])] });
});

it('finds what feeds say of the packages of here, with the hosts that have them', async () => {
  await takeRecords(store, {
    'CVE-2026-1': { package: 'openssl', fixed: '3.0.13-1', severity: 'high' },
    'CVE-2026-2': { package: 'openssl' },
    'CVE-2026-3': { package: 'zlib' },
  });
  await takeExploited(store, ['CVE-2026-2']);
  expect(await placed()).toEqual([]);
  await match();

  expect(await placed()).toEqual([
    'CVE-2026-1 | libssl3 3.0.11-1 | 3.0.13-1 | false | 3 | web-1',
    'CVE-2026-2 | libssl3 3.0.11-1 |  | true |  | web-1',
    'CVE-2026-2 | libssl3 3.0.15-1 |  | true |  | web-2',
  ]);
  expect(await placed({ hosts: ['web-2'] })).toHaveLength(1);
  expect(await placed({ worth: { severity: 3, probability: 1 } })).toHaveLength(3);
  expect(await placed({ worth: { severity: 4, probability: 1 } })).toHaveLength(2);
});

it('remembers since when, across changes, and closes what is no more', async () => {
  await takeRecords(store, { 'CVE-2026-1': { package: 'openssl' } });
  await match();
  const first = now;
  now += 1_000;
  await takeRecords(store, { 'CVE-2026-1': { package: 'openssl', fixed: '3.0.13-1' } });
  await match();

  const [row] = await store.exposed.listPlaced({ hosts: ['web-1'], goneAfter: 0 });
  expect(row).toMatchObject({ firstSeen: first, fixableSince: now, fixed: '3.0.13-1' });
  expect(await placed()).toHaveLength(1);
  now += 1_000;
  await takeRecords(store, {});
  await match();
  expect(await placed()).toEqual([]);
  expect(place.values('select count(*) from exposed where closed_at is null')).toEqual([0]);
});

it('tells what ran and is gone from what is there', async () => {
  await scan('web-1', { containers: [having('c', '12', [openssl('3.0.15-1')])] }, 2);
  await takeRecords(store, { 'CVE-2026-1': { package: 'openssl', fixed: '3.0.13-1' } });
  await match();

  expect(await placed()).toEqual([
    'CVE-2026-1 | libssl3 3.0.11-1 | 3.0.13-1 | false |  | web-1 (gone)',
  ]);
  expect(await placed({ goneAfter: Date.parse(morning(5)) })).toEqual([]);
});

it('finds libraries and programs of file systems like packages, by the images of containers', async () => {
  const lodash = npmPackage('lodash', '4.17.20');
  await haveLibraries(
    store,
    {
      'sha256:a': { packages: [lodash], programs: [foundProgram('postgres', '15.1')] },
      'sha256:unused': { packages: [npmPackage('lodash', '1.0.0')] },
    },
    morning(1),
  );
  await haveLibraries(store, { 'sha256:b': { packages: [lodash] } }, morning(1), 'web-2');
  await takeLibraryRecords(store, 'npm', {
    'CVE-2026-1': { package: 'lodash', fixed: '4.17.21', severity: 'high' },
  });
  await takeLibraryRecords(store, 'Bitnami', {
    'CVE-2026-2': { package: 'postgresql', fixed: '15.2' },
  });
  await match();

  expect((await placed()).sort()).toEqual([
    'CVE-2026-1 | lodash 4.17.20 | 4.17.21 | false | 3 | web-1,web-2',
    'CVE-2026-2 | postgres 15.1 | 15.2 | false |  | web-1',
  ]);
  const [program] = await store.exposed.listPlaced({
    ...{ hosts: ['web-1'], goneAfter: 0, vulnerability: 'CVE-2026-2' },
  });
  expect(program?.alsoNamed).toEqual(['postgresql']);
  await takeLibraryRecords(store, 'npm', {});
  await match();
  expect(await placed()).toHaveLength(1);
});

it('has the severity of a record that another one links to a CVE', async () => {
  const affected = [osvAffected('PyPI', 'jinja2', [{ introduced: '0' }])];
  const severity = [{ type: 'Text', score: 'high' }];
  await store.feeds.replace({
    ...{ source: 'osv/PyPI', asOf: () => null },
    rows: (async function* () {
      for (const one of [
        { id: 'GHSA-a', aliases: ['CVE-2026-1'] },
        { id: 'PYSEC-2026-1', aliases: ['GHSA-a'], severity },
      ]) {
        yield { kind: 'advisory' as const, record: osv({ ...one, affected }) };
      }
    })(),
  });
  const jinja = languagePackage('PyPI', 'jinja2', '3.0', 'a/METADATA');
  await haveLibraries(store, { 'sha256:a': { packages: [jinja] } }, morning(1));
  await match();

  expect(await placed()).toEqual(['CVE-2026-1 | jinja2 3.0 |  | false | 3 | web-1']);
});

it('counts none before anything was matched', async () => {
  expect(await store.exposed.countExploited(['web-1'])).toBeNull();
});

it('says of images of running containers what is exploited or critical with a fix', async () => {
  const stopped = having('d', '12', [openssl('3.0.11-1')]);
  await scan('web-1', {
    containers: [
      having('a', '12', [openssl('3.0.11-1')]),
      having('c', '12', [packageOf('zlib', '1-1')]),
      { ...stopped, facts: { ...stopped.facts, state: 'exited' } },
      // The same package of another release is another question.
      having('e', '13', [openssl('3.0.11-1')]),
    ],
  });
  await haveLibraries(
    store,
    { 'sha256:b': { packages: [npmPackage('lodash', '4.17.20')] } },
    morning(1),
    'web-2',
  );
  await takeRecords(store, {
    'CVE-2026-1': { package: 'openssl', fixed: '3.0.13-1', severity: 'critical' },
    'CVE-2026-2': { package: 'zlib', severity: 'critical' },
  });
  await takeLibraryRecords(store, 'npm', { 'CVE-2026-3': { package: 'lodash' } });
  await takeExploited(store, ['CVE-2026-3']);
  await match();

  const found = await store.exposed.listContainerImages(['web-1', 'web-2']);
  expect(
    found.map((one) => [one.host, one.image, one.isExploited, one.isCritical, one.filesystemId]),
  ).toEqual([
    ['web-1', 'image-of-a', false, true, null],
    ['web-1', 'image-of-c', false, false, null],
    ['web-1', 'image-of-e', false, false, null],
    ['web-2', 'image-of-b', true, true, expect.any(Number)],
  ]);
  expect(await store.exposed.countExploited(['web-1', 'web-2'])).toBe(1);
  expect(await store.exposed.countExploited(['web-1'])).toBe(0);
});

it('counts a program once that two ecosystems know, and by the worse of them', async () => {
  await haveLibraries(
    store,
    { 'sha256:a': { programs: [foundProgram('traefik', '2.9.0')] } },
    morning(1),
  );
  await takeLibraryRecords(store, 'Go', {
    'CVE-2026-1': { package: 'github.com/traefik/traefik/v2' },
  });
  await takeLibraryRecords(store, 'Bitnami', {
    'CVE-2026-1': { package: 'traefik', fixed: '2.9.1' },
  });
  await match();

  expect(await placed()).toEqual(['CVE-2026-1 | traefik 2.9.0 | 2.9.1 | false |  | web-1']);
});

it('takes a library that is an attack itself for the worst', async () => {
  await haveLibraries(
    store,
    { 'sha256:a': { packages: [npmPackage('lodahs', '1.0.0')] } },
    morning(1),
  );
  const record = osv({
    id: 'MAL-2026-1',
    affected: [osvAffected('npm', 'lodahs', [{ introduced: '0' }])],
  });
  async function* rows() {
    yield { kind: 'advisory' as const, record };
  }
  await store.feeds.replace({ source: 'osv/npm', rows: rows(), asOf: () => null });
  await match();

  expect(await placed({ worth: { severity: 4, probability: 1 } })).toEqual([
    'MAL-2026-1 | lodahs 1.0.0 |  | false | 4 | web-1',
  ]);
});

it('answers with the match before while one does not end, and leaves nothing of that', async () => {
  await takeRecords(store, { 'CVE-2026-1': { package: 'openssl' } });
  await match();
  const before = await placed();
  await takeRecords(store, { 'CVE-2026-2': { package: 'openssl' } });
  const held = await claimed();
  const dies = { ...store.exposed, finish: () => Promise.reject(new Error('killed')) };
  await expect(matchAgain(dies, held, now)).rejects.toThrow('killed');

  expect(await placed()).toEqual(before);
  await store.exposed.release(held);
  await takeRecords(store, { 'CVE-2026-3': { package: 'openssl' } });
  await match();
  expect((await placed()).map((line) => line.slice(0, 10))).toEqual(['CVE-2026-3', 'CVE-2026-3']);
  expect(place.values('select distinct vulnerability from exposed order by 1')).toEqual([
    'CVE-2026-1',
    'CVE-2026-3',
  ]);
});

it('writes nothing once somebody else took the lease', async () => {
  await takeRecords(store, { 'CVE-2026-1': { package: 'openssl' } });
  const held = await claimed();
  expect(await store.exposed.claim({ ...lease, owner: 'b' })).toBeNull();
  now += 61_000;
  place.passTime(61_000);
  await store.exposed.claim({ ...lease, owner: 'b' });

  await expect(matchAgain(store.exposed, held, now)).rejects.toBeInstanceOf(LeaseLost);
  expect(place.values('select count(*) from exposed')).toEqual([0]);
});

it('accepts in place of an earlier word, tells which ended, and writes both into the audit', async () => {
  const what = { vulnerability: 'CVE-2026-1', package: 'openssl', versions: ['3.0.11-1'] };
  const actor = { id: 'U1', name: 'alice', place: 'C1' };
  const terms = { actor, at: now, reason: 'not reachable', until: morning(30) };
  await store.exposed.accept(what, ['*'], terms);
  await store.exposed.accept(what, ['*'], { ...terms, reason: 'still not' });

  const kept = await store.exposed.listAcceptances();
  expect(kept.map(({ reason, state }) => [reason, state])).toEqual([
    ['still not', 'in-force'],
    ['not reachable', 'replaced'],
  ]);
  const asked = { vulnerability: 'CVE-2026-1', package: null };
  const by = { actor, at: now + 1 };
  expect(await store.exposed.unaccept(asked, ['web-1'], by)).toEqual([]);
  expect(await store.exposed.unaccept(asked, null, by)).toHaveLength(1);
  expect(await store.exposed.unaccept(asked, null, by)).toEqual([]);
  expect(place.values('select verb from audit order by id')).toEqual([
    'accept',
    'accept',
    'unaccept',
  ]);
});

it('leaves out an image with more pairs than are taken, and what was known of it stays', async () => {
  const cves = Array.from({ length: 60 }, (_, index) => `CVE-2024-${1000 + index}`);
  const flood = Array.from({ length: 1_000 }, (_, index) =>
    packageOf(`p${index}`, '1-1', 'chromium'),
  );
  await scan('web-1', { containers: [having('flood', '12', flood)] }, 2);
  await takeRecords(store, {
    [cves[0] ?? '']: { package: 'chromium' },
    'CVE-2026-1': { package: 'openssl', fixed: '3.0.13-1' },
  });
  await match();
  const count = 'select count(*) from exposed where closed_at is null';
  expect(place.values(count)).toEqual([1_001]);
  expect((await store.exposed.state()).basis?.leftOut.inventories).toEqual([]);

  await takeRecords(store, {
    ...Object.fromEntries(cves.map((cve) => [cve, { package: 'chromium' }])),
    'CVE-2026-1': { package: 'openssl', fixed: '3.0.13-1' },
    'CVE-2026-2': { package: 'openssl', fixed: '3.0.13-1' },
  });
  const held = await claimed();
  expect(await matchAgain(store.exposed, held, now)).toEqual(['image-of-flood on web-1']);
  await store.exposed.release(held);

  expect(place.values(count)).toEqual([1_002]);
  expect((await placed()).filter((one) => one.includes('libssl3'))).toHaveLength(2);
  const [flooded] = place.values(
    "select inventory_id from container where image_id = 'sha256:flood'",
  );
  expect((await store.exposed.state()).basis?.leftOut).toEqual({
    inventories: [flooded],
    filesystems: [],
  });
});

it('reads the packages of each image whole, of however many pages', async () => {
  const many = Array.from({ length: 10_001 }, (_, index) => packageOf(`p${index}`, '1-1'));
  await scan('web-1', { containers: [having('many', '12', many)] }, 2);
  await scan('web-2', { containers: [having('one', '12', [packageOf('p0', '1-1')])] }, 2);
  const holders = await store.exposed.readMatch((source) => source.holders());
  for (const { members } of holders) expect(new Set(members).size).toBe(members.length);
  expect(holders.map(({ kind, members }) => [kind, new Set(members).size])).toEqual([
    ...[
      ['inventory', 1],
      ['inventory', 1],
    ],
    ...[
      ['inventory', many.length],
      ['inventory', 1],
    ],
  ]);
});

it('matches nothing in what becomes a release, though it has the packages and the version of one', async () => {
  const beta = having('c', '12', [openssl('3.0.11-1')]);
  const installed = beta.surface?.installed;
  if (beta.surface === null || installed?.state !== 'read') throw new Error('it has packages');
  const { inventory } = installed.value;
  const operatingSystem = { id: 'debian', versionId: '12', prettyName: 'Debian 12 beta' };
  const own = { ...installed.value, inventory: { ...inventory, operatingSystem } };
  const unreleased = { ...beta, surface: { ...beta.surface, installed: read(own) } };
  await scan('web-3', { containers: [unreleased] });
  await takeRecords(store, { 'CVE-2026-1': { package: 'openssl', severity: 'critical' } });
  await takeExploited(store, ['CVE-2026-1']);
  await match();

  expect(await store.exposed.listPlaced({ hosts: ['web-3'], goneAfter: 0 })).toEqual([]);
  expect(await store.exposed.countExploited(['web-1', 'web-3'])).toBe(1);
  expect(await store.exposed.listContainerImages(['web-3'])).toMatchObject([
    { operatingSystem, isExploited: false, isCritical: false },
  ]);
  const holders = await store.exposed.readMatch((source) => source.holders());
  expect(holders).toHaveLength(2);
});

it('gives packages to a match as they are called, whatever that is', async () => {
  const names = ['nul\0', 'half \ud800', 'mark \ufdd0', '"quoted" \\u0000'];
  const packages = names.map((name) => packageOf(name, '1', name));
  await scan('web-1', { containers: [having('a', '12', packages)] }, 2);
  const found = await store.exposed.readMatch(async (source) => {
    const rows = [];
    for await (const page of source.packages()) rows.push(...page);
    return rows.map(([, name, , , source]) => [name, source]);
  });
  expect(found).toEqual(expect.arrayContaining(names.map((name) => [name, name])));
});
