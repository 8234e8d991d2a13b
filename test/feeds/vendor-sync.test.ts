import { spawnSync } from 'node:child_process';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { OsRelease } from '../../src/snapshot/facts/packages.ts';
import { type FeedServer, openFeedServer } from '../support/feed-server.ts';
import { makeTar } from '../support/make-tar.ts';
import { openSyncRig } from '../support/sync-rig.ts';
import { type TemporaryFile, temporaryFile } from '../support/temporary-database.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { redhatMany, ubuntuMany, ubuntuXz } from '../support/vendor-documents.ts';

// Red Hat’s and Ubuntu’s statements, from a server that has them as the publishers do.

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

const release = (id: string, versionId: string): OsRelease => ({ id, versionId, prettyName: id });
const rhel = release('rhel', '9.6');
const ubuntu = release('ubuntu', '24.04');

/** A document of one CVE, changed at some time of November. */
function document(cve: string, at: string) {
  const many = redhatMany();
  return JSON.stringify({
    ...many,
    document: {
      ...many.document,
      tracking: { ...many.document.tracking, id: cve, current_release_date: `2026-11-${at}` },
    },
    vulnerabilities: many.vulnerabilities.map((one) => ({ ...one, cve })),
  });
}
const pathOf = (cve: string) => `2024/${cve.toLowerCase()}.json`;
type Document = [cve: string, at: string];

/** As Red Hat has it: an archive of a day, each document as it is now, and when it was changed. */
async function publishRedHat(day: string, archived: Document[], now: Document[]): Promise<void> {
  const name = `csaf_vex_${day}.tar.zst`;
  const held = archived.map(([cve, at]) => [pathOf(cve), document(cve, at)]);
  server.files.set('/vex/archive_latest.txt', `${name}\n`);
  server.files.set(`/vex/${name}`, zstdCompressSync(await makeTar(Object.fromEntries(held))));
  for (const [cve, at] of now) server.files.set(`/vex/${pathOf(cve)}`, document(cve, at));
  const rows = now.map(([cve, at]) => `"${pathOf(cve)}","2026-11-${at}"`);
  server.files.set('/vex/changes.csv', `${rows.join('\r\n')}\r\n`);
}
const redhat = async () => {
  const origins = [{ name: 'redhat-vex' as const, url: `${server.url}vex/` }];
  const outcomes = await rig.sync(origins, { releases: [rhel] });
  return outcomes.get('redhat-vex');
};
const modified = async (cve: string) =>
  (await rig.feeds.recordsOf(cve)).map(({ advisory }) => advisory.modified);

const old: Document = ['CVE-2024-2001', '01T03:00:00+00:00'];
const early: Document = ['CVE-2024-2002', '02T03:00:00+00:00'];
const changed: Document = [early[0], '20T03:00:00+00:00'];
const added: Document = ['CVE-2024-2003', '21T03:00:00+00:00'];

it('takes Red Hat’s archive with what was changed since, and then what changes', async () => {
  await publishRedHat('2026-11-16', [old, early], [added, changed, old]);

  expect(await redhat()).toMatchObject({ outcome: 'taken', reason: null, refused: { count: 0 } });
  expect(await modified(old[0])).toEqual(['2026-11-01T03:00:00.000Z']);
  expect(await modified(changed[0])).toEqual(['2026-11-20T03:00:00.000Z']);
  expect(await modified(added[0])).toEqual(['2026-11-21T03:00:00.000Z']);
  expect(await rig.stateOf('redhat-vex')).toMatchObject({
    ...{ records: 3, asOf: '2026-11-21T03:00:00.000Z' },
    ecosystems: ['Red Hat:enterprise_linux:9'],
  });
  expect(await redhat()).toMatchObject({ outcome: 'unchanged' });

  const later: Document = [old[0], '22T03:00:00+00:00'];
  server.requests.length = 0;
  await publishRedHat('2026-11-16', [old, early], [later, added, changed]);
  expect(await redhat()).toMatchObject({ outcome: 'changed', reason: null });
  expect(server.requests).toEqual(['/vex/changes.csv 200', `/vex/${pathOf(old[0])} 200`]);
  expect(await modified(old[0])).toEqual(['2026-11-22T03:00:00.000Z']);

  // A week later the newest archive is older than the newest change, and still taken.
  rig.clock.at += 8 * 24 * 3_600_000;
  expect(await redhat()).toMatchObject({ outcome: 'taken', reason: null });
  expect(await modified(old[0])).toEqual(['2026-11-22T03:00:00.000Z']);
});

it.each<[what: string, spoil: () => void, reason: RegExp]>([
  ['names another file', () => server.files.set('/vex/archive_latest.txt', '../x'), /no archive/],
  ['is gone', () => server.files.delete('/vex/csaf_vex_2026-11-23.tar.zst'), /it has no/],
  [
    'is cut',
    () => {
      const whole = server.files.get('/vex/csaf_vex_2026-11-23.tar.zst') as Buffer;
      server.files.set('/vex/csaf_vex_2026-11-23.tar.zst', whole.subarray(0, whole.length - 20));
    },
    /tar archive/,
  ],
  [
    'is garbage',
    () => server.files.set('/vex/csaf_vex_2026-11-23.tar.zst', 'x'.repeat(1_000)),
    /tar archive/,
  ],
  [
    'would fill the disk',
    () =>
      server.files.set(
        '/vex/csaf_vex_2026-11-23.tar.zst',
        zstdCompressSync(Buffer.alloc(64 * 1024 ** 2)),
      ),
    /it unpacks to too much/,
  ],
])('keeps what Red Hat said where the archive %s', async (_what, spoil, reason) => {
  await publishRedHat('2026-11-16', [old], [old]);
  await redhat();
  rig.clock.at += 8 * 24 * 3_600_000;
  await publishRedHat('2026-11-23', [old, early], [changed, old]);
  spoil();

  expect(await redhat()).toMatchObject({
    ...{ outcome: 'failed', reason: expect.stringMatching(reason) },
  });
  expect(await modified(old[0])).toEqual(['2026-11-01T03:00:00.000Z']);
  expect(await rig.idsOf(changed[0])).toEqual([]);
});

it.each<[packed: string, by: (tar: Buffer) => Buffer]>([
  ['tar.xz', (tar) => spawnSync('xz', ['--stdout'], { input: tar }).stdout],
  ['tar.gz', gzipSync],
  ['tar', (tar) => tar],
])('takes Ubuntu’s archive as %s, and asks once for the same', async (ending, by) => {
  const tar = await makeTar({
    'vex/cve/2024/CVE-2024-2000.json': JSON.stringify(ubuntuMany()),
    'vex/cve/2024/CVE-2024-3094.json': JSON.stringify(ubuntuXz()),
    // Of notices it has a document as well, which says the same once more.
    'vex/usn/USN-1-1.json': '{}',
  });
  server.files.set(`/vex-all.${ending}`, by(tar));
  const origins = [{ name: 'ubuntu-vex' as const, url: `${server.url}vex-all.${ending}` }];
  const sync = async () => (await rig.sync(origins, { releases: [ubuntu] })).get('ubuntu-vex');

  expect(await sync()).toMatchObject({ outcome: 'taken', reason: null, refused: { count: 0 } });
  expect(await rig.idsOf('CVE-2024-3094')).toEqual(['UBUNTU-CVE-2024-3094']);
  expect(await rig.stateOf('ubuntu-vex')).toMatchObject({ records: 2 });
  expect(await sync()).toMatchObject({ outcome: 'unchanged' });
});

it('asks neither where nobody has such a system', async () => {
  const origins = [
    { name: 'ubuntu-vex' as const, url: `${server.url}vex-all.tar.xz` },
    { name: 'redhat-vex' as const, url: `${server.url}vex/` },
  ];
  expect([...(await rig.sync(origins))]).toEqual([]);
  expect(server.requests).toEqual([]);
});
