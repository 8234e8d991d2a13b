import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { feedFiles } from '../../src/feeds/feed-files.ts';
import type { FeedRow } from '../../src/ports/feed-store.ts';
import { syftList } from '../support/image-lists.ts';
import { makeTar } from '../support/make-tar.ts';
import { makeZip } from '../support/make-zip.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { redhatMany, ubuntuMany, ubuntuXz } from '../support/vendor-documents.ts';
import { attestationOf, csaf, openVex, said } from '../support/vex-documents.ts';

const folder = makeTemporaryFolder();
let number = 0;
/** When each file was written. */
const written = '2026-10-01T00:00:00.000Z';

function place(name: string, bytes: string | Buffer): string {
  number += 1;
  const inside = join(folder, String(number));
  mkdirSync(inside);
  writeFileSync(join(inside, name), bytes);
  utimesSync(join(inside, name), new Date(written), new Date(written));
  return join(inside, name);
}

/** What a path holds: each feed with how many rows of which kind, its age, and what was refused. */
async function read(path: string) {
  const refused: string[] = [];
  const feeds: { source: string; rows: FeedRow[]; asOf: string | null }[] = [];
  for await (const load of feedFiles.open(path, (one) => refused.push(one))) {
    const all: FeedRow[] = [];
    for await (const row of load.rows) all.push(row);
    feeds.push({ source: load.source, rows: all, asOf: load.asOf() ?? load.fileAt ?? null });
  }
  return { refused, feeds };
}
/** Whether each feed may be a part of what its publisher has, as its file says. */
async function parts(path: string) {
  const found: unknown[] = [];
  for await (const { source, isPart = false, rows } of feedFiles.open(path, () => {})) {
    for await (const _row of rows);
    found.push([source, isPart]);
  }
  return found;
}
const shape = async (path: string) => {
  const { refused, feeds } = await read(path);
  const counted = feeds.map(({ source, rows, asOf }) => [source, rows.length, asOf]);
  return { feeds: counted, refused: refused.length };
};

const osv = (id: string, modified = '2026-11-20T00:00:00Z') => ({
  id,
  modified,
  affected: [
    {
      package: { ecosystem: 'Debian:12', name: 'openssl' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '3.0.15-1' }] }],
    },
  ],
});
const json = (value: unknown) => JSON.stringify(value);
const day = '2026-11-20T00:00:00.000Z';
const newer = '2026-11-21T00:00:00.000Z';

const kev = {
  catalogVersion: '2026.11.20',
  vulnerabilities: [
    {
      ...{ cveID: 'CVE-2024-1', vendorProject: 'X', product: 'Y', dateAdded: '2026-11-20' },
      knownRansomwareCampaignUse: 'Unknown',
    },
  ],
};
const secdb = {
  ...{ distroversion: 'v3.20', reponame: 'main' },
  packages: [{ pkg: { name: 'openssl', secfixes: { '3.3.1-r0': ['CVE-2024-1'] } } }],
};
const scores =
  '#model_version:v1,score_date:2026-11-20T00:00:00+0000\ncve,epss,percentile\nCVE-2024-1,0.5,0.9\n';

it('takes nobody’s word for all of a feed that anybody may have put together', async () => {
  const one = json(osv('A-1'));
  const both = makeZip(
    ['A-1', 'A-2'].map((id) => ({
      name: `${id}.json`,
      bytes: Buffer.from(json(osv(id))),
    })),
  );
  expect(await parts(place('all.zip', both))).toEqual([['osv/Debian', true]]);
  expect(await parts(place('a.jsonl', `${one}\n${json(osv('A-2'))}`))).toEqual([
    ['osv/Debian', true],
  ]);
  expect(await parts(place('A-1.json', one))).toEqual([['osv/A-1', true]]);
  const tracker = { a: { 'CVE-2026-1': { releases: { bookworm: { status: 'open' } } } } };
  expect(await parts(place('tracker.json', json(tracker)))).toEqual([['debian-tracker', true]]);
  expect(await parts(place('kev.json', json(kev)))).toEqual([['kev', false]]);
});

it('takes no catalogue that holds less than it says', async () => {
  const cut = json({ ...kev, count: 2 });
  await expect(read(place('kev.json', cut))).rejects.toThrow('the number of entries');
  expect(await shape(place('kev.json', json({ ...kev, count: 1 })))).toMatchObject({ refused: 0 });
});
it.each([
  ['npm', ['PyPI', 'npm'], ['npm']],
  ['NuGet', ['npm', 'NuGet'], ['NuGet']],
])('names a feed after what all of it is about: %s', async (name, first, second) => {
  const of = (id: string, ecosystems: readonly string[]) => ({
    id,
    modified: '2026-11-20T00:00:00Z',
    affected: ecosystems.map((ecosystem) => ({ package: { ecosystem, name: 'x' } })),
  });
  const lines = [of('GHSA-1', first), of('GHSA-2', second)].map(json).join('\n');

  expect(await shape(place('all.jsonl', lines))).toMatchObject({
    feeds: [[`osv/${name}`, 2, day]],
  });
});

it('reads OSV’s zip, and names the feed after its ecosystem', async () => {
  const files = [osv('DEBIAN-CVE-2024-1'), osv('DEBIAN-CVE-2024-2', newer)].map((one) => ({
    name: `${one.id}.json`,
    bytes: Buffer.from(json(one)),
  }));
  const broken = { name: 'x.json', bytes: Buffer.from('{') };

  expect(await shape(place('all.zip', makeZip([...files, broken])))).toEqual({
    feeds: [['osv/Debian', 2, newer]],
    refused: 1,
  });
});

it.each([
  [
    'lines of records',
    'a.jsonl',
    `${json(osv('A-1'))}\n\n${json(osv('A-2'))}`,
    'osv/Debian',
    2,
    day,
  ],
  ['one record, a feed of its own', 'a.json', json(osv('A-1')), 'osv/A-1', 1, day],
  ['CISA’s catalogue', 'kev.json', json(kev), 'kev', 1, day],
  ['Alpine’s secdb', 'main.json', json(secdb), 'alpine-secdb/v3.20/main', 1, written],
  [
    'Debian’s tracker',
    'tracker.json',
    json({ zlib: { 'CVE-2024-1': { releases: { bookworm: { status: 'open' } } } } }),
    ...(['debian-tracker', 1, written] as const),
  ],
  ['FIRST’s scores', 'epss.csv', scores, 'epss', 1, day],
])('reads %s, packed or not', async (_what, name, bytes, source, rows, asOf) => {
  const expected = { feeds: [[source, rows, asOf]], refused: 0 };

  expect(await shape(place(name, bytes))).toEqual(expected);
  expect(await shape(place(`${name}.gz`, gzipSync(bytes)))).toEqual(expected);
});

it('reads a folder: single records as one feed, and every other file as its own', async () => {
  const first = place('DEBIAN-CVE-2024-1.json', json(osv('DEBIAN-CVE-2024-1')));
  const inside = join(first, '..');
  writeFileSync(join(inside, 'DEBIAN-CVE-2024-2.json'), json(osv('DEBIAN-CVE-2024-2')));
  writeFileSync(join(inside, 'kev.json'), json(kev));
  writeFileSync(join(inside, 'README.md'), 'not a feed');

  expect((await shape(inside)).feeds).toEqual([
    ['kev', 1, day],
    ['osv/Debian', 2, day],
  ]);
});

it('tells of records that have another shape, and takes the others', async () => {
  const { refused, feeds } = await read(
    place('a.jsonl', [osv('A-1'), { id: 7, modified: 1 }, osv('A-2')].map(json).join('\n')),
  );

  expect(feeds[0]?.rows).toHaveLength(2);
  expect(refused).toHaveLength(1);
});

it('refuses a catalogue of which more than a slip cannot be read, and says so', async () => {
  const broken = { ...kev, vulnerabilities: [...kev.vulnerabilities, { cve: 'CVE-2024-2' }] };
  const message = 'Entries of the catalogue without a readable CVE: 1';
  await expect(read(place('kev.json', json(broken)))).rejects.toThrow(message);
});

it.each([
  ['no file', () => join(folder, 'none'), 'There is no file “'],
  ['no JSON', () => place('a.json', '{"a"'), 'is no JSON'],
  ['another JSON', () => place('a.json', '[]'), 'no feed that Seawall knows'],
  ['another file', () => place('a.txt', 'x'), 'no feed that Seawall knows'],
  ['no record', () => place('a.jsonl', '\n'), 'no record of OSV'],
  ['a folder without a feed', () => join(place('a.txt', ''), '..'), 'holds no feed'],
  ['what is no zip', () => place('a.zip', 'PK'), 'could not be read'],
  ['what was cut', () => place('a.json.gz', gzipSync(json(kev)).subarray(0, 60)), 'unexpected end'],
  [
    'a line without an end',
    () => place('a.jsonl.gz', gzipSync(' '.repeat(17 * 1024 * 1024))),
    'a line of more',
  ],
])('refuses %s', async (_what, path, message) => {
  await expect(read(path())).rejects.toThrow(message);
});

it('reads a list of packages from a file, packed or not, and says of another what is wrong', async () => {
  const packages = async (path: string) => (await feedFiles.readList(path)).packages.length;

  expect(await packages(place('shop.json', json(syftList())))).toBe(2);
  expect(await packages(place('shop.json.gz', gzipSync(json(syftList()))))).toBe(2);
  await expect(packages(place('kev.json', json(kev)))).rejects.toThrow('it is no list of packages');
  await expect(packages(place('cut.json', '{'))).rejects.toThrow('is no JSON');
  await expect(packages(join(folder, 'nowhere'))).rejects.toThrow('There is no file');
});

it('tells documents of statements from records by what they hold', async () => {
  const first = place('CVE-2026-1000.json', json(openVex([said()])));
  const inside = join(first, '..');
  writeFileSync(join(inside, 'CVE-2026-2000.json'), json(osv('CVE-2026-2000')));
  writeFileSync(join(inside, 'acme.json'), json(csaf()));
  const attested = openVex([said()], { '@id': 'https://acme.example/vex/attested' });
  writeFileSync(join(inside, 'shop.intoto.json'), json(attestationOf(attested)));

  expect((await shape(inside)).feeds).toEqual([
    ['vex/https://acme.example/vex/1', 1, '2026-11-20T12:00:00.000Z'],
    ['vex/https://acme.example ACME-2026-1', 2, '2026-11-21T12:00:00.000Z'],
    ['vex/https://acme.example/vex/attested', 1, '2026-11-20T12:00:00.000Z'],
    ['osv/CVE-2026-2000', 1, day],
  ]);
});

it('takes an archive of a distribution as it is published, and no other archive', async () => {
  const name = '2024/cve-2024-2000.json';
  const archive = async (text: string) =>
    place('vex.tar.zst', zstdCompressSync(await makeTar({ [name]: text })));

  const { feeds, refused } = await read(await archive(json(redhatMany())));
  expect(feeds.map(({ source, rows }) => [source, rows.length])).toEqual([['redhat-vex', 1]]);
  expect(refused).toEqual([]);
  await expect(read(await archive(json(openVex([said()]))))).rejects.toThrow(
    'holds no documents of Ubuntu or Red Hat',
  );
});

it('takes the documents of distributions as one feed each, from folders of years, and one alone as its own', async () => {
  const first = place('CVE-2024-3094.json', json(ubuntuXz()));
  const inside = join(first, '..');
  mkdirSync(join(inside, '2024'));
  writeFileSync(join(inside, '2024', 'cve-2024-2000.json'), json(redhatMany()));
  writeFileSync(join(inside, '2024', 'CVE-2024-2000.json'), json(ubuntuMany()));
  writeFileSync(join(inside, '2024', 'CVE-2024-2001.json'), json(ubuntuMany()));

  const { feeds, refused } = await read(inside);
  expect(feeds.map(({ source, rows, asOf }) => [source, rows.length, asOf])).toEqual([
    ['ubuntu-vex', 2, '2025-07-01T05:45:05.213Z'],
    ['redhat-vex/REDHAT-CVE-2024-2000', 1, '2026-11-18T03:00:00.000Z'],
  ]);
  expect(refused).toEqual(['ubuntu-vex: UBUNTU-CVE-2024-2000 is there twice']);
  expect((await shape(first)).feeds).toEqual([
    ['ubuntu-vex/UBUNTU-CVE-2024-3094', 1, '2025-07-01T05:45:05.213Z'],
  ]);
});
