import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openDownloads, removeLeftDownloads } from '../../src/feeds/download.ts';
import { feedSources, syncFeeds } from '../../src/feeds/sync-feeds.ts';
import type { FeedOutcome } from '../../src/ports/feed-sync.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import {
  etagOf,
  type FeedServer,
  give,
  openFeedServer,
  osvRecord,
  publish,
} from '../support/feed-server.ts';
import { hostileAnswers } from '../support/hostile-answers.ts';
import { makeZip } from '../support/make-zip.ts';
import { alpine, debian, openSyncRig } from '../support/sync-rig.ts';
import { type TemporaryFile, temporaryFile } from '../support/temporary-database.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const folder = makeTemporaryFolder();
let server: FeedServer;
let place: TemporaryFile;
let rig: Awaited<ReturnType<typeof openSyncRig>>;

beforeEach(async () => {
  server = await openFeedServer();
  place = temporaryFile();
  rig = await openSyncRig(place.url, folder, { pauseMs: 1 });
});
afterEach(async () => {
  await rig.close();
  await server.close();
  place.remove();
});

const osv = () => [{ name: 'osv' as const, url: server.url }];
const sync = async () => (await rig.sync(osv())).get('osv/Debian');
const day = (of: number) => `2026-11-${of}T08:00:00.000Z`;
const one = osvRecord('DEBIAN-CVE-2024-1', day(20));
const two = osvRecord('DEBIAN-CVE-2024-2', day(21));
const three = osvRecord('DEBIAN-CVE-2024-3', day(22));
const bytesIn = (path: string) =>
  readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
const requestsOf = async (work: () => Promise<unknown>) => {
  server.requests.length = 0;
  await work();
  return server.requests;
};
const scores = (of: number) =>
  `#model_version:v1,score_date:2026-11-${of}T00:00:00+0000\ncve,epss,percentile\nCVE-2024-1,0.5,0.9\n`;
const kev = JSON.stringify({
  catalogVersion: '2026.11.20',
  vulnerabilities: [
    {
      ...{ cveID: 'CVE-2024-1', vendorProject: 'X', product: 'Y', dateAdded: '2026-11-20' },
      knownRansomwareCampaignUse: 'Unknown',
    },
  ],
});
const tracker = JSON.stringify({
  zlib: { 'CVE-2024-1': { releases: { bookworm: { status: 'open' } } } },
});
const secdb = (repository: string) =>
  JSON.stringify({
    ...{ distroversion: 'v3.20', reponame: repository },
    packages: [{ pkg: { name: 'openssl', secfixes: { '3.3.1-r0': ['CVE-2024-1'] } } }],
  });

it('takes every feed of what is here, whole, and then asks each once', async () => {
  publish(server, [one, two]);
  publish(server, [{ ...one, id: 'ALPINE-CVE-2024-1' }], '/Alpine/');
  server.files.set('/tracker', tracker).set('/kev.json', kev);
  server.files.set('/v3.20/main.json', secdb('main'));
  server.files.set('/v3.20/community.json', secdb('community'));
  server.files.set('/epss.csv.gz', gzipSync(scores(26)));
  const origins = [
    ...osv(),
    { name: 'debian-tracker' as const, url: `${server.url}tracker` },
    { name: 'alpine-secdb' as const, url: server.url },
    { name: 'kev' as const, url: `${server.url}kev.json` },
    { name: 'epss' as const, url: `${server.url}epss.csv.gz` },
  ];
  const releases = [
    { id: 'debian', versionId: '12', prettyName: 'Debian 12' },
    alpine,
    { id: 'arch', versionId: '', prettyName: 'Arch Linux' },
  ];
  const names = [
    ...['osv/Alpine', 'osv/Debian', 'debian-tracker', 'alpine-secdb/v3.20/main'],
    ...['alpine-secdb/v3.20/community', 'kev', 'epss'],
  ];
  const outcomes = async () =>
    [...(await rig.sync(origins, { releases })).values()].map(({ source, outcome, reason }) => [
      source,
      reason ?? outcome,
    ]);

  expect(await outcomes()).toEqual(names.map((name) => [name, 'taken']));
  expect(await rig.feeds.list()).toHaveLength(7);
  expect(await rig.stateOf('osv/Debian')).toMatchObject({ records: 2, asOf: day(21), revision: 1 });
  const again = await requestsOf(async () => {
    expect(await outcomes()).toEqual(names.map((name) => [name, 'unchanged']));
  });
  expect(again).toHaveLength(7);
  expect(again.every((line) => line.endsWith(' 304'))).toBe(true);
  expect(await rig.stateOf('osv/Debian')).toMatchObject({ revision: 1, failure: null });
});

it('takes a feed with what its publisher says of its age at once, which a mirror does not', async () => {
  const { feeds, fetches, clock } = rig;
  const seen: unknown[] = [];
  const settling: typeof fetches = {
    ...fetches,
    async settle(source, ...rest) {
      seen.push((await rig.stateOf(source))?.confirmedAt);
      await fetches.settle(source, ...rest);
    },
  };
  const downloads = await openDownloads({ folder: rig.downloads, owner: 'a', proxy: null });
  for (const isMirror of [false, true]) {
    const load = {
      ...{ source: 'epss', asOf: () => null },
      mark: {
        ...{ url: server.url, etag: null, lastModified: null },
        newestChange: null,
        wholeAt: '',
      },
      rows: (async function* () {
        yield { kind: 'prediction' as const, entry: { cve: 'A', probability: 1, percentile: 1 } };
      })(),
    };
    const fetch = async () => ({ kind: 'whole' as const, load });
    await syncFeeds({
      ...{ feeds, fetches: settling, downloads, everyMs: null, isForced: true },
      ...{ owner: 'a', now: () => clock.at, onOutcome: () => {} },
      sources: [{ name: 'epss', isMirror, fetch }],
    });
  }
  downloads.close();
  expect(seen).toEqual(['2026-11-27T08:00:00.000Z', null]);
  expect(await rig.stateOf('epss')).toMatchObject({ confirmedAt: null });
});

it('tells how many rows were refused, and why of the first five', async () => {
  const { feeds, fetches, clock } = rig;
  const downloads = await openDownloads({ folder: rig.downloads, owner: 'a', proxy: null });
  const outcomes: FeedOutcome[] = [];
  await syncFeeds({
    ...{ feeds, fetches, downloads, everyMs: null, isForced: true, owner: 'a' },
    ...{ now: () => clock.at, onOutcome: (outcome) => outcomes.push(outcome) },
    sources: [
      {
        ...{ name: 'kev', isMirror: false },
        async fetch(_mark, { onRefused }) {
          for (const row of [1, 2, 3, 4, 5, 6, 7]) onRefused(`row ${row}`);
          return { kind: 'unchanged' };
        },
      },
    ],
  });
  downloads.close();
  expect(outcomes).toMatchObject([
    { refused: { count: 7, reasons: ['row 1', 'row 2', 'row 3', 'row 4', 'row 5'] } },
  ]);
});

it('asks OSV alone for ecosystems that the settings name, and for those of libraries', () => {
  const named = (name: 'osv' | 'alpine-secdb') =>
    feedSources([{ name, ecosystems: ['Alpine:v3.19'] }], {
      releases: [debian],
      languages: ['npm'],
    }).map((source) => source.name);

  expect(named('osv')).toEqual(['osv/Alpine', 'osv/Debian', 'osv/npm']);
  expect(named('alpine-secdb')).toEqual([]);
});

it('follows what was changed, withdrawn and removed, and fetches no other record', async () => {
  publish(server, [one, two, three]);
  await sync();
  const changed = osvRecord(one.id, day(23), { aliases: ['GHSA-NEW'] });
  const withdrawn = osvRecord(two.id, day(24), { withdrawn: day(24) });
  const added = osvRecord('DEBIAN-CVE-2024-4', day(25));
  publish(server, [changed, withdrawn, three, added]);
  server.files.delete(`/Debian/${three.id}.json`);
  const list = `${day(26)},${three.id}\n${String(server.files.get('/Debian/modified_id.csv'))}`;
  server.files.set('/Debian/modified_id.csv', list);

  const asked = await requestsOf(async () => {
    expect(await sync()).toMatchObject({ outcome: 'changed', reason: null });
  });

  expect(asked.filter((line) => line.includes('all.zip'))).toEqual([]);
  expect(asked).toHaveLength(5);
  expect(await rig.idsOf('GHSA-NEW')).toEqual([one.id]);
  expect((await rig.feeds.recordsOf('CVE-2024-2'))[0]?.advisory.withdrawn).toBe(day(24));
  expect(await rig.idsOf('CVE-2024-3')).toEqual([]);
  expect(await rig.idsOf('CVE-2024-4')).toEqual([added.id]);
  expect(await rig.stateOf('osv/Debian')).toMatchObject({
    ...{ records: 3, asOf: day(25), revision: 2 },
  });
  expect(place.values('select count(*) from advisory')).toEqual([3]);
});

it('takes all of it again each week, and when it came from a file meanwhile', async () => {
  publish(server, [one, two]);
  await sync();
  publish(server, [one]);
  server.files.set('/Debian/modified_id.csv', `${day(21)},${two.id}\n${day(20)},${one.id}\n\n`);
  expect(await sync()).toMatchObject({ outcome: 'unchanged' });
  expect(await rig.idsOf('CVE-2024-2')).toEqual([two.id]);

  publish(server, [one, osvRecord('DEBIAN-CVE-2024-9', day(21))]);
  rig.clock.at += 8 * 24 * 3_600_000;
  expect(await sync()).toMatchObject({ outcome: 'taken' });
  expect(await rig.idsOf('CVE-2024-2')).toEqual([]);

  place.run("update feed set fetched_json = null where source = 'osv/Debian'");
  expect(await sync()).toMatchObject({ outcome: 'taken' });
});

it('fetches what is due alone, and what failed sooner', async () => {
  publish(server, [one]);
  const hours = async (count: number) => {
    rig.clock.at += count * 3_600_000;
    return (await rig.sync(osv(), { isForced: false })).get('osv/Debian')?.outcome;
  };

  expect(await hours(0)).toBe('taken');
  expect(await hours(5)).toBeUndefined();
  expect(await hours(1)).toBe('unchanged');
  server.files.clear();
  expect(await hours(6)).toBe('failed');
  publish(server, [one]);
  expect(await hours(0.25)).toBeUndefined();
  expect(await hours(0.25)).toBe('unchanged');
});

it('leaves a feed to who fetches it', async () => {
  publish(server, [one]);
  await rig.fetches.claim('osv/Debian', { owner: 'b', leaseMs: 60_000 }, () => true);

  expect(await sync()).toMatchObject({ outcome: 'busy' });
  expect(server.requests).toEqual([]);
  rig.clock.at += 60_000;
  expect(await sync()).toMatchObject({ outcome: 'taken' });
});

it('goes on where a file was cut, and starts again where the server has no ranges', async () => {
  const scored = Buffer.from(
    `${scores(26)}${Array.from({ length: 3_000 }, (_, id) => `CVE-2025-${10_000 + id},0.5,0.9`).join('\n')}`,
  );
  let tries = 0;
  const cutOnce = (hasRanges: boolean) => {
    tries = 0;
    server.files.set('/epss.csv', (request, response) => {
      tries += 1;
      if (!hasRanges) delete request.headers.range;
      if (tries > 1) {
        give(request, response, scored);
        return;
      }
      response.writeHead(200, { etag: etagOf(scored), 'content-length': scored.length });
      response.write(scored.subarray(0, 20_000));
      // What is under way when a connection breaks is lost.
      void until(() => bytesIn(rig.downloads) > 0).then(() => response.destroy());
    });
  };
  const origins = [{ name: 'epss' as const, url: `${server.url}epss.csv` }];
  const outcome = async () => (await rig.sync(origins)).get('epss');

  cutOnce(true);
  expect(await outcome()).toMatchObject({ outcome: 'taken', reason: null });
  expect(server.requests).toEqual(['/epss.csv 200', '/epss.csv 206']);
  expect(await rig.stateOf('epss')).toMatchObject({ records: 3_001 });
  place.run('update feed set fetched_json = null');
  cutOnce(false);
  expect(await outcome()).toMatchObject({ outcome: 'taken', reason: null });
  expect(server.requests.slice(2)).toEqual(['/epss.csv 200', '/epss.csv 200']);
});

it('gives up a server that sends a byte now and then, and says how little came', async () => {
  const pace = { windowMs: 100, bytesMin: 1_024 };
  const slow = await openSyncRig(place.url, folder, { pace });
  const drips: NodeJS.Timeout[] = [];
  server.files.set('/epss.csv', (_request, response) => {
    response.writeHead(200, { 'content-length': 1_000_000 });
    drips.push(setInterval(() => response.write('x'), 10));
  });

  const outcomes = await slow.sync([{ name: 'epss', url: `${server.url}epss.csv` }]);

  for (const drip of drips) clearInterval(drip);
  await slow.close();
  expect(drips).toHaveLength(1);
  expect(outcomes.get('epss')).toMatchObject({
    outcome: 'failed',
    reason: expect.stringMatching(/127\.0\.0\.1:\d+: it is too slow: \d{1,2} bytes came in \d s/),
  });
});

it('takes a small file that came late, of which nothing more was waited for', async () => {
  const slow = await openSyncRig(place.url, folder, { pace: { windowMs: 20, bytesMin: 100_000 } });
  server.files.set('/kev.json', (_request, response) => {
    response.writeHead(200);
    response.flushHeaders();
    setTimeout(() => response.end(kev), 100);
  });

  const outcomes = await slow.sync([{ name: 'kev', url: `${server.url}kev.json` }]);

  await slow.close();
  expect(outcomes.get('kev')).toMatchObject({ outcome: 'taken', reason: null });
});

it('tells the ways out where nothing comes, as from behind a firewall that drops', async () => {
  const silent = await openSyncRig(place.url, folder, { idleMs: 50 });
  server.files.set('/kev.json', () => {});

  const outcomes = await silent.sync([{ name: 'kev', url: `${server.url}kev.json` }]);

  await silent.close();
  const answer = { ...hostileAnswers.feeds, fetched: [...outcomes.values()] };
  expect(outcomes.get('kev')?.reason).toContain('nothing came for 0.05 s');
  expect(terminalText(answerDocument(answer))).toContain('If Seawall may not call out');
});

const bomb = () =>
  makeZip([{ name: 'A-1.json', bytes: Buffer.from(JSON.stringify(one)) }], (row) =>
    row.writeUInt32LE(0xfffffff0, 24),
  );
const faults: [what: string, spoil: () => void, reason: RegExp][] = [
  [
    'a list that is gone and no archive',
    () => server.files.clear(),
    /it has no \/Debian\/all\.zip/,
  ],
  ['an archive that is gone', () => server.files.delete('/Debian/all.zip'), /it has no/],
  [
    'an error of the server',
    () =>
      server.files.set('/Debian/all.zip', (_request, response) => response.writeHead(500).end()),
    /it answered 500/,
  ],
  ['garbage for an archive', () => server.files.set('/Debian/all.zip', 'x'.repeat(500)), /zip/],
  ['garbage for a list', () => server.files.set('/Debian/modified_id.csv', '<html>'), /no change/],
  ['an empty list', () => server.files.set('/Debian/modified_id.csv', ''), /it is empty/],
  ['an archive that would fill the disk', () => server.files.set('/Debian/all.zip', bomb()), /zip/],
  [
    'a file that is said to be too large',
    () =>
      server.files.set('/Debian/all.zip', (_request, response) => {
        response.writeHead(200, { 'content-length': 10 * 1024 ** 3 }).write('PK');
      }),
    /more than 1024 MB/,
  ],
  [
    'a connection that is cut each time',
    () =>
      server.files.set('/Debian/all.zip', (_request, response) => {
        response.writeHead(200, { 'content-length': 100 }).write('PK', () => response.destroy());
      }),
    /the connection broke after/,
  ],
  [
    'the same id twice',
    () =>
      server.files.set(
        '/Debian/all.zip',
        makeZip(
          [two, two].map((each) => ({ name: 'x.json', bytes: Buffer.from(JSON.stringify(each)) })),
        ),
      ),
    /has DEBIAN-CVE-2024-2 twice/,
  ],
  [
    'what is older',
    () => publish(server, [osvRecord('DEBIAN-CVE-2024-2', day(10))]),
    /is older than what is there/,
  ],
  [
    'a redirect that leaves HTTPS behind',
    () =>
      server.files.set('/Debian/all.zip', (_request, response) => {
        response.writeHead(302, { location: 'http://127.0.0.2:9/all.zip' }).end();
      }),
    /which is not https/,
  ],
];

it.each(faults)('keeps what was there after %s, and says why', async (_what, spoil, reason) => {
  publish(server, [one]);
  await sync();
  rig.clock.at += 8 * 24 * 3_600_000;
  const failedAt = new Date(rig.clock.at).toISOString();
  publish(server, [two, three]);
  spoil();

  const outcome = await sync();

  expect(outcome).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(reason) });
  expect(await rig.idsOf('CVE-2024-1')).toEqual([one.id]);
  expect(await rig.idsOf('CVE-2024-2')).toEqual([]);
  expect(await rig.stateOf('osv/Debian')).toMatchObject({
    ...{ asOf: day(20), records: 1, revision: 1, triedAt: failedAt },
    failure: { at: failedAt, reason: expect.stringMatching(reason) },
  });
  expect(readdirSync(rig.downloads)).toEqual([]);

  publish(server, [two, three]);
  expect(await sync()).toMatchObject({ outcome: 'taken' });
  expect(await rig.idsOf('CVE-2024-1')).toEqual([]);
});

it.each([
  [
    'no answer',
    (url: string) =>
      server.files.set(url, (_request, response) => void response.writeHead(503).end()),
    /answered 503/,
  ],
  ['garbage', (url: string) => server.files.set(url, '{'), /is no JSON/],
  [
    'another record',
    (url: string) => server.files.set(url, JSON.stringify(one)),
    /is another record/,
  ],
])('changes nothing where one of the changed records is %s', async (_what, spoil, reason) => {
  publish(server, [one, two]);
  await sync();
  publish(server, [
    osvRecord(one.id, day(24), { aliases: ['GHSA-NEW'] }),
    osvRecord(two.id, day(23)),
  ]);
  spoil(`/Debian/${two.id}.json`);

  expect(await sync()).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(reason) });
  expect(await rig.idsOf('GHSA-NEW')).toEqual([]);
  expect(await rig.stateOf('osv/Debian')).toMatchObject({ records: 2, revision: 1 });
});

it.each([
  ['garbage', Buffer.from('<html>')],
  ['a part of it', gzipSync(scores(27)).subarray(0, 40)],
  ['what is older', gzipSync(scores(25))],
])('keeps the probabilities where they are %s', async (_what, bytes) => {
  const origins = [{ name: 'epss' as const, url: `${server.url}epss.csv.gz` }];
  server.files.set('/epss.csv.gz', gzipSync(scores(26)));
  await rig.sync(origins);
  server.files.set('/epss.csv.gz', bytes);

  expect((await rig.sync(origins)).get('epss')).toMatchObject({ outcome: 'failed' });
  expect((await rig.feeds.knownOf(['CVE-2024-1'])).prediction?.probability).toBe(0.5);
  expect(await rig.stateOf('epss')).toMatchObject({ asOf: day(26).replace('08:00', '00:00') });
});

it('names what is no feed as its publisher does, and not as it was stored', async () => {
  server.files.set('/kev.json', '<html>');
  const outcomes = await rig.sync([{ name: 'kev', url: `${server.url}kev.json` }]);

  expect(outcomes.get('kev')?.reason).toBe('“kev.json” is no JSON.');
});

it('asks a publisher that nobody can reach no further', async () => {
  const outcomes = await rig.sync([{ name: 'kev', url: 'http://127.0.0.1:9/kev.json' }]);

  expect(outcomes.get('kev')).toMatchObject({ outcome: 'failed' });
  expect(await rig.stateOf('kev')).toMatchObject({ loadedAt: null, failure: expect.anything() });
});

it('removes what others left of their downloads, and nothing of who fetches', async () => {
  const lease = { owner: 'a', leaseMs: 60_000 };
  const claimed = await rig.fetches.claim('kev', lease, () => true);
  const holdsNone = 'b';
  // As an earlier version named them, by a number that a process in another container may have as well.
  const names = ['a.0.all.zip', `${holdsNone}.0.all.zip`, `${process.pid}-0-all.zip`];
  mkdirSync(rig.downloads, { recursive: true });
  for (const name of names) writeFileSync(join(rig.downloads, name), '');
  const remove = () => removeLeftDownloads(rig.downloads, () => rig.feeds.listHolders());

  await remove();
  expect(readdirSync(rig.downloads)).toEqual(['a.0.all.zip']);

  if (typeof claimed !== 'object') throw new Error('nobody else holds it');
  await rig.fetches.settle('kev', claimed.held, { kind: 'tried' });
  await remove();
  expect(readdirSync(rig.downloads)).toEqual([]);
});
