import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandContext } from '../../src/command/command.ts';
import { feedFiles } from '../../src/feeds/feed-files.ts';
import { matchAgain } from '../../src/inspections/match-again.ts';
import { read } from '../../src/shared/reading.ts';
import { answerDocument } from '../../src/views/answer.ts';
import type { FeedsAnswer } from '../../src/views/feeds.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { haveLibraries, npmPackage } from '../support/having-libraries.ts';
import { having, packageOf } from '../support/having-packages.ts';
import {
  containerOf,
  debPackage,
  imageId,
  imageList,
  observedImage,
} from '../support/observed-images.ts';
import { askLine, type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';
import { scanRecord } from '../support/scan-records.ts';
import { takeLibraryRecords, takeRecords } from '../support/taken-feeds.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { csaf, openVex, said, shopDigest, shopImage } from '../support/vex-documents.ts';

const folder = makeTemporaryFolder();
const cve = 'CVE-2026-1000';
let core: OwnCore;

beforeEach(async () => {
  core = await openOwnCore([
    silentHost('web-1', true),
    { name: 'web-2', url: 'tcp://127.0.0.1:2', isDefault: false, labels: {}, evidence: 'api' },
  ]);
  await takeRecords(core.store, {
    [cve]: { package: 'openssl', fixed: '3.0.13-1', severity: 'high' },
    'CVE-2026-2000': { package: 'openssl', fixed: '3.0.1-1' },
  });
  const at = new Date().toISOString();
  const shop = observedImage('registry.example/team/shop:1.2', {
    digests: [`registry.example/team/shop@${shopDigest}`],
  });
  await core.store.scans.saveScan(
    scanRecord({
      ...{ host: 'web-1', startedAt: at, finishedAt: at, imageList: imageList([shop]) },
      containers: [
        containerOf('registry.example/team/shop:1.2', [
          debPackage('libssl3', '3.0.11-1', 'openssl'),
        ]),
      ],
    }),
  );
});
afterEach(() => core.remove());

const ask = (text: string, onProgress: CommandContext['onProgress'] = () => {}) =>
  askLine(core, text, { feedFiles, onProgress });
const shown = async (text: string) => terminalText(answerDocument(await ask(text)));

async function take(value: unknown, name = 'acme.json') {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value));
  const answer = await ask(`feeds import ${path}`);
  if (answer.kind !== 'feeds') throw new Error(JSON.stringify(answer));
  return answer;
}
async function exposed() {
  const answer = await ask(`exposure ${cve}`);
  if (answer.kind !== 'exposure') throw new Error(answer.kind);
  return answer.results.map(({ state, record, reason }) => [state, record?.id, reason]);
}
const reasonsOf = async () => {
  const answer = await ask('feeds');
  return answer.kind === 'feeds' ? answer.statements?.shown.map(({ reason }) => reason) : [];
};

const cleared = [
  'vendor-says-not-affected',
  'https://acme.example/vex/1',
  'says Acme Security on 2026-11-20: vulnerable_code_not_in_execute_path',
];
const affected = ['affected-fix-available', `DEBIAN-${cve}`, null];

test('a statement clears a package, and every answer says by whom', async () => {
  expect(await exposed()).toEqual([affected]);
  const answer = await take(openVex([said()]));
  expect(answer).toMatchObject({
    ...{ taken: ['vex/https://acme.example/vex/1'], refused: { count: 0 } },
    statements: { total: 1, matched: 1, unmatched: 0, superseded: 0 },
  });
  expect(await exposed()).toEqual([cleared]);
  const explained = await shown(`explain ${cve}`);
  expect(explained).toContain('not affected, says Acme Security on 2026-11-20');
  expect(explained).toContain('Cleared by them here: libssl3 3.0.11-1 in');
  const image = await shown('images registry.example/team/shop:1.2');
  expect(image).toContain('Cleared by statements (VEX)');
  expect(image).toContain(`${cve} in libssl3 3.0.11-1: says Acme Security on 2026-11-20`);
  expect(await shown('images')).toContain(
    'nothing known in what was read, 1 cleared by statements',
  );
  expect(await shown('feeds')).toContain('1 statement of 1 document: 1 about what is here');

  const bill = await ask('export cyclonedx registry.example/team/shop:1.2');
  if (bill.kind !== 'export') throw new Error(bill.kind);
  expect(JSON.parse(bill.file.text)).toMatchObject({
    vulnerabilities: [
      {
        id: cve,
        analysis: {
          ...{ state: 'not_affected', justification: 'code_not_reachable' },
          detail: expect.stringContaining('says Acme Security on 2026-11-20'),
        },
        affects: [{ versions: [{ status: 'unaffected' }] }],
      },
    ],
  });
});

test('an image is cleared by its digest, in this vulnerability alone, and no other image', async () => {
  await take(openVex([said({ products: [{ '@id': shopImage }] })]));
  expect(await exposed()).toEqual([cleared]);
  expect(await shown('images')).toContain('1 cleared by statements');
  await take(openVex([said({ products: [{ '@id': shopImage.replaceAll('a', 'c') }] })]));
  expect(await exposed()).toEqual([affected]);
  expect(await reasonsOf()).toEqual(['no-image']);
});

test('a newer version of a document takes the place of an older one, and never the reverse', async () => {
  await take(openVex([said()]));
  await take(openVex([said({ status: 'affected' })], { last_updated: '2026-11-22T00:00:00Z' }));
  expect(await exposed()).toEqual([affected]);
  await expect(take(openVex([said()]))).rejects.toThrow('is older than what is there');
  expect(await exposed()).toEqual([affected]);
  // In a folder it stops no other.
  const inside = join(folder, 'documents');
  mkdirSync(inside);
  writeFileSync(join(inside, 'a.json'), JSON.stringify(openVex([said()])));
  writeFileSync(join(inside, 'CVE-2026-1000.json'), JSON.stringify(csaf()));
  const answer = await ask(`feeds import ${inside}`);
  expect(answer).toMatchObject({
    taken: ['vex/https://acme.example ACME-2026-1'],
    notTaken: [{ reason: expect.stringContaining('is older than what is there') }],
    refused: { count: 0 },
  });
});

test('a document is forgotten by its name, and records answer again as if it had never come', async () => {
  await take(openVex([said()]));
  expect(await exposed()).toEqual([cleared]);
  expect(await shown('feeds')).toContain('vex/https://acme.example/vex/1');
  expect((await ask('feeds')).next).not.toContain('feeds forget vex/https://acme.example/vex/1');
  expect((await take(openVex([said()]))).next[0]).toBe(
    'feeds forget vex/https://acme.example/vex/1',
  );

  const forgotten = await ask('feeds forget https://acme.example/vex/1');
  expect(forgotten).toMatchObject({
    forgotten: { source: 'vex/https://acme.example/vex/1', records: 1 },
    statements: null,
  });
  expect(terminalText(answerDocument(forgotten))).toContain(
    'Forgot vex/https://acme.example/vex/1: its 1 statement counts no more',
  );
  expect(await exposed()).toEqual([affected]);
  expect(await shown('feeds')).not.toContain('acme');
  expect(await ask('feeds forget https://acme.example/vex/1')).toMatchObject({
    message: 'No feed is called “https://acme.example/vex/1”.',
    hint: 'Documents of statements and single records can be forgotten, and none is there.',
  });
});

test('what took feeds offers what weighs the most here by name, and nothing that is cleared or accepted', async () => {
  const heavy = 'CVE-2026-3000';
  const offered = ({ next }: FeedsAnswer) => next.filter((line) => line.startsWith('exposure '));
  const record = {
    id: `DEBIAN-${heavy}`,
    modified: '2026-11-19T00:00:00Z',
    upstream: [heavy],
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
    affected: [
      {
        package: { ecosystem: 'Debian:12', name: 'openssl' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }],
      },
    ],
  };

  expect(offered(await take(record, `${record.id}.json`))).toEqual([`exposure ${heavy}`]);
  expect(await ask(`accept ${heavy} openssl --reason tested --until 30d`)).toMatchObject({
    kind: 'exposure-accepted',
  });
  expect(
    offered(await take(openVex([said({ vulnerability: { name: 'CVE-2026-9999' } })]))),
  ).toEqual([`exposure ${cve}`]);
  expect(offered(await take(openVex([said()], { version: 2 })))).toEqual([]);
});

test('documents alone are no feed that knows vulnerabilities', async () => {
  await core.store.feeds.forget('osv/Debian');
  await take(openVex([said()]));
  const text = await shown('feeds');

  expect(text).toContain('No advisory feed was imported yet');
  expect(text).toContain('Without one it is unknown who is affected');
  expect(text).toContain('vex/https://acme.example/vex/1');
});

test('a record in a file is forgotten as well, and what a publisher has is not', async () => {
  const path = join(folder, 'single.json');
  const record = {
    ...{ id: 'GHSA-8', modified: '2026-11-20T00:00:00Z' },
    affected: [{ package: { ecosystem: 'npm', name: 'a' }, versions: ['1.0.0'] }],
  };
  writeFileSync(path, JSON.stringify(record));
  await ask(`feeds import ${path}`);
  const publishers = await ask('feeds forget osv/Debian');
  expect(publishers).toMatchObject({
    message: expect.stringContaining('osv/Debian is its publisher’s'),
    hint: 'These can be forgotten: osv/GHSA-8.',
  });
  expect(await ask('feeds forget osv/GHSA-8')).toMatchObject({ forgotten: { records: 1 } });
  expect(await core.store.feeds.recordsOf('GHSA-8')).toEqual([]);
  expect(await exposed()).toEqual([affected]);
});

test('a feed that really has hardly anything left is taken by who says so', async () => {
  const path = join(folder, 'shrunk.jsonl');
  const write = (count: number) => {
    const lines = Array.from({ length: count }, (_, number) =>
      JSON.stringify({
        ...{ id: `GHSA-${number}`, modified: '2026-11-20T00:00:00Z' },
        affected: [{ package: { ecosystem: 'npm', name: 'a' }, versions: ['1.0.0'] }],
      }),
    );
    writeFileSync(path, lines.join('\n'));
  };
  write(1_000);
  await ask(`feeds import ${path} --whole`);
  write(2_500);
  const told: unknown[] = [];
  await ask(`feeds import ${path} --whole`, (progress) => told.push(progress));
  expect(told).toMatchObject(
    [0, 1_000, 2_000].map((records) => ({
      kind: 'feed-progress',
      feeds: [{ source: 'osv/npm', outcome: null, records }],
    })),
  );
  write(2);

  for (const [flags, refusal] of [
    ['', 'nobody says that it is all of it'],
    ['--shrunk', 'nobody says that it is all of it'],
    ['--whole', 'it is not all of it'],
  ]) {
    expect(await ask(`feeds import ${path} ${flags}`)).toMatchObject({
      message: expect.stringContaining(refusal ?? ''),
    });
  }
  for (const flag of ['--whole', '--shrunk']) {
    expect(await ask(`feeds sync ${flag}`)).toMatchObject({
      message: 'Only “feeds import” takes --whole, --shrunk and --fetched.',
    });
  }
  expect(await ask(`feeds import ${path} --whole --shrunk`)).toMatchObject({ taken: ['osv/npm'] });
  writeFileSync(
    join(folder, 'one.json'),
    JSON.stringify({ id: 'GHSA-9', modified: '2026-11-20T00:00:00Z', affected: [] }),
  );
  const some = await ask(`feeds import ${folder}`);
  expect(terminalText(answerDocument(some as FeedsAnswer))).toMatch(
    /\nTook \d+ feeds?: .*; not taken: osv\/npm\n.*is taken by `seawall feeds import <file> --whole`/s,
  );
});

test('a file is as old as its newest record, or as its publisher had nothing newer', async () => {
  const path = join(folder, 'quiet.json');
  const quiet = { ecosystem: 'CRAN', name: 'a' };
  writeFileSync(
    path,
    JSON.stringify({
      ...{ id: 'RSEC-2026-1', modified: '2026-01-20T00:00:00Z' },
      affected: [{ package: quiet, versions: ['1.0.0'] }],
    }),
  );
  const stale = async (line: string) => {
    const answer = (await ask(line)) as FeedsAnswer;
    return answer.feeds.find(({ source }) => source === 'osv/RSEC-2026-1')?.isStale;
  };
  expect(await stale(`feeds import ${path}`)).toBe(true);
  expect(await shown(`feeds import ${path}`)).toContain('Too old to say “no” by their newest');
  const today = new Date().toISOString();
  expect(await stale(`feeds import ${path} --fetched ${today.slice(0, 10)}`)).toBe(false);
  expect(await ask(`feeds import ${path} --fetched 2026-02-01`)).toMatchObject({
    message: expect.stringContaining('is older than what is there'),
    hint: 'What is there stays. Without --fetched a file counts by its newest record.',
  });
  expect(await stale('feeds')).toBe(false);
  expect(await stale(`feeds import ${path}`)).toBe(true);
  for (const day of ['2999-01-01', 'soon']) {
    expect(await ask(`feeds import ${path} --fetched ${day}`)).toMatchObject({ kind: 'problem' });
  }
});

test('another document of the same author that is newer counts, and the older is superseded', async () => {
  await take(openVex([said()]));
  const newer = { '@id': 'https://acme.example/vex/2', timestamp: '2026-11-23T00:00:00Z' };
  const answer = await take(openVex([said({ status: 'under_investigation' })], newer));
  expect(answer.statements).toMatchObject({ total: 2, superseded: 1, matched: 1 });
  expect(await exposed()).toEqual([affected]);
});

test('what is fixed already is open again where somebody looks at it, and affected where somebody says so', async () => {
  const about = { vulnerability: { name: 'CVE-2026-2000' } };
  await take(openVex([said({ ...about, status: 'under_investigation' })]));
  expect(await shown('exposure CVE-2026-2000')).toContain(
    'unknown: being looked at, says Acme Security on 2026-11-20',
  );
  await take(openVex([said({ ...about, status: 'affected', action_statement: 'Patch it.' })]));
  expect(await shown('exposure CVE-2026-2000')).toContain(
    'affected, no fix yet: says Acme Security on 2026-11-20: vulnerable_code_not_in_execute_path, Patch it.',
  );
});

test('each statement that matched nothing is listed with the reason', async () => {
  const of = (id: string) => said({ products: [{ '@id': id }] });
  const statements = [
    of('pkg:deb/debian/libssl3@3.0.12-1'),
    of('pkg:deb/debian/libssl3@3.0.11-1?distro=trixie'),
    of('pkg:deb/debian/libssl3@3.0.11-1?arch=arm64'),
    of('pkg:deb/debian/libssl3?distro=cupcake'),
    of('pkg:npm/lodash@4'),
    of('https://acme.example/shop'),
    of('pkg:oci/shop'),
    of('nginx:1.27'),
    said({ status: 'fixed', products: [{ '@id': 'pkg:deb/debian/libssl3' }] }),
    said({ vulnerability: { name: 'CVE-2099-1000' } }),
    said({ products: [{ '@id': 'pkg:npm/app@1', subcomponents: [{ '@id': 'pkg:npm/lodash' }] }] }),
    said({ products: [{ '@id': shopImage, subcomponents: [{ '@id': 'pkg:deb/debian/zlib1g' }] }] }),
  ];
  await take(openVex(statements));
  expect(await exposed()).toEqual([affected]);
  expect(await reasonsOf()).toEqual([
    ...['version-differs', 'release-differs', 'architecture-differs', 'release-not-understood'],
    ...['other-package', 'not-understood', 'image-unclear', 'no-image', 'fixed-of-all'],
    ...['unknown-vulnerability', 'part-of-package', 'other-package'],
  ]);
  const text = await shown('feeds');
  expect(text).toContain(
    '12 statements of 1 document: 0 about what is here, 12 about nothing here',
  );
  expect(text).toContain('another version is here (1)');
  expect(text).toContain('no feed knows the vulnerability');
});

async function match(): Promise<string[]> {
  const held = await core.store.exposed.claim({ owner: 'a', leaseMs: 60_000 });
  if (held === null) throw new Error('busy');
  await matchAgain(core.store.exposed, held, Date.now());
  await core.store.exposed.release(held);
  const placed = await core.store.exposed.listPlaced({ hosts: ['web-1'], goneAfter: 0 });
  return placed.map(({ vulnerability }) => vulnerability).sort();
}

test('what a statement clears is matched no more, so that no message tells of it', async () => {
  expect(await match()).toEqual([cve]);
  await take(openVex([said()]));
  expect(await match()).toEqual([]);
  await take(
    openVex([said({ vulnerability: 'CVE-2026-9000' })], {
      version: 2,
      last_updated: new Date().toISOString(),
    }),
  );
  expect(await match()).toEqual([cve]);
});

test('a library is cleared everywhere, by whatever name of the vulnerability', async () => {
  const library = 'CVE-2026-3000';
  await takeLibraryRecords(core.store, 'npm', {
    [library]: { package: 'lodash', fixed: '4.17.21', severity: 'high' },
  });
  await haveLibraries(
    core.store,
    {
      [imageId('registry.example/team/shop:1.2')]: { packages: [npmPackage('lodash', '4.17.20')] },
    },
    new Date().toISOString(),
  );
  expect(await match()).toEqual([cve, library]);
  const products = [{ '@id': 'pkg:npm/lodash@4.17.20' }];
  const answer = await take(
    openVex([said({ vulnerability: { name: `GHSA-${library}` }, products })]),
  );
  expect(answer.statements).toMatchObject({ matched: 1, unmatched: 0 });
  expect(await match()).toEqual([cve]);
  expect(await ask(`exposure ${library}`)).toMatchObject({
    results: expect.arrayContaining([
      expect.objectContaining({
        ...{ state: 'vendor-says-not-affected', reason: cleared[2] },
        package: expect.objectContaining({ name: 'lodash' }),
      }),
    ]),
  });
  expect(await ask('images')).toMatchObject({
    images: [{ exposure: { value: { affected: 1, cleared: 1, gaps: [] } } }],
  });
  const bill = await ask('export cyclonedx registry.example/team/shop:1.2');
  if (bill.kind !== 'export') throw new Error(bill.kind);
  expect(JSON.parse(bill.file.text).vulnerabilities).toMatchObject([
    { id: cve, analysis: { state: 'exploitable' } },
    {
      id: library,
      analysis: { state: 'not_affected' },
      affects: [{ ref: products[0]?.['@id'], versions: [{ status: 'unaffected' }] }],
    },
  ]);
});

test('a release that gets no fixes leaves what somebody says of a version as it is', async () => {
  await takeRecords(core.store, { [cve]: { package: 'openssl' } }, 'osv/Debian', 'Debian:10');
  const old = having('old', '10', [packageOf('libssl3', '3.0.11-1', 'openssl')]);
  const at = new Date().toISOString();
  const image = observedImage(old.facts.imageReference, { id: old.facts.imageId });
  await core.store.scans.saveScan(
    scanRecord({
      ...{ host: 'web-1', startedAt: at, finishedAt: at, imageList: imageList([image]) },
      containers: [old],
    }),
  );
  await take(openVex([said({ products: [{ '@id': 'pkg:deb/debian/libssl3@3.0.11-1' }] })]));
  const answer = await ask(`exposure ${cve}`);
  if (answer.kind !== 'exposure') throw new Error(answer.kind);
  const states = answer.results.flatMap(({ image: name, state }) =>
    name === old.facts.imageReference ? [state] : [],
  );
  expect(states).toEqual(['vendor-says-not-affected']);
});

test('a package of an image that nothing runs is what a statement may speak of', async () => {
  const at = new Date().toISOString();
  const unused = observedImage('unused:1');
  await core.store.scans.saveScan(
    scanRecord({
      ...{ host: 'web-1', startedAt: at, finishedAt: at, imageList: imageList([unused]) },
      containers: [],
    }),
  );
  await haveLibraries(core.store, { [imageId('unused:1')]: null }, at);
  await core.store.images.saveSystem('web-1', imageId('unused:1'), {
    triedAt: at,
    inventory: read({
      manager: 'dpkg',
      operatingSystem: { id: 'debian', versionId: '12', prettyName: 'Debian 12' },
      packages: [debPackage('libssl-dev', '3.0.11-1', 'openssl')],
    }),
  });
  const answer = await take(
    openVex([said({ products: [{ '@id': 'pkg:deb/debian/libssl-dev@3.0.11-1' }] })]),
  );
  expect(answer.statements).toMatchObject({ matched: 1, unmatched: 0 });
});

test('a newer base brings nothing that a statement on the image clears already', async () => {
  const name = 'registry.example/team/shop:1.2';
  const at = new Date().toISOString();
  const shop = observedImage(name, {
    ...{ layers: ['a', 'b'], createdAt: '2026-01-02T00:00:00.000Z' },
    digests: [`registry.example/team/shop@${shopDigest}`],
  });
  const images = [
    shop,
    observedImage('debian:12', { layers: ['a'], createdAt: '2026-01-01T00:00:00.000Z' }),
  ];
  const newer = observedImage('debian:12', {
    ...{ id: imageId('newer'), layers: ['c'], createdAt: '2026-02-01T00:00:00.000Z' },
  });
  const packages = [debPackage('libssl3', '3.0.11-1', 'openssl')];
  const scan = (host: string, all: typeof images, names: string[]) =>
    core.store.scans.saveScan(
      scanRecord({
        ...{ host, startedAt: at, finishedAt: at, imageList: imageList(all) },
        containers: names.map((one) => containerOf(one, packages)),
      }),
    );
  await scan('web-1', images, [name, 'debian:12']);
  await scan('web-2', [newer], ['newer']);
  const rebuild = async () => {
    const answer = await ask(`images ${name} on web-1`);
    return answer.kind === 'image' ? answer.rebuild : answer.kind;
  };
  expect(await rebuild()).toMatchObject({ value: { fixes: 0, of: 1, brings: 0 } });
  await take(openVex([said({ products: [{ '@id': shopImage }] })]));
  expect(await rebuild()).toMatchObject({ value: { fixes: 0, of: 0, brings: 0 } });
});
