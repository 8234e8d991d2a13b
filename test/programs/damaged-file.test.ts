import { readFileSync, writeFileSync } from 'node:fs';
import { lookInProcess } from '../../src/programs/exposure-process.ts';
import { createFeedSync } from '../../src/programs/feed-sync.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import { having, packageOf } from '../support/having-packages.ts';
import { morning, scanRecord } from '../support/scan-records.ts';
import { type TemporaryFile, temporaryFile } from '../support/temporary-database.ts';

// What the threads say of a file that was damaged after the start.

const at = Date.parse(morning(10));
let place: TemporaryFile;

beforeEach(async () => {
  place = temporaryFile();
  const store = await place.open(() => at);
  const containers = [having('a', '12', [packageOf('openssl', '1-1')])];
  await store.scans.saveScan(
    scanRecord({ host: 'web-1', startedAt: morning(1), finishedAt: morning(1), containers }),
  );
  await store.close();
});
afterEach(() => place.remove());

const damaged = { code: 'store-failed', detail: expect.stringContaining('restore a backup') };

function damage(table: string): void {
  const page = place.withConnection((connection) => {
    connection.pragma('journal_mode = DELETE');
    return connection
      .prepare('select rootpage from sqlite_schema where name = ?')
      .pluck()
      .get(table) as number;
  });
  const content = readFileSync(place.path);
  content.fill(0xff, (page - 1) * 4096, page * 4096);
  writeFileSync(place.path, content);
}

it('is told by the one that takes feeds, which checks it', async () => {
  damage('outbox');
  const feeds = {
    list: async () => [],
    listHolders: async () => new Set<string>(),
    listReleases: async () => [],
    listLanguages: async () => [],
  };
  const source = { name: 'osv' as const, url: 'http://127.0.0.1:1', ecosystems: ['Debian'] };
  const settings = {
    ...{ sources: [source], everyMs: null, staleAfterMs: 1 },
    proxy: { address: null, except: null },
  };
  const sync = createFeedSync({ settings, databaseUrl: place.url, feeds, now: () => at });

  const failure = sync.run({ isForced: true });
  await expect(failure).rejects.toMatchObject(damaged);
  await expect(failure).rejects.toBeInstanceOf(OutsideError);
});

it('is told by the one that matches where it meets the damage', async () => {
  const store = await place.open(() => at);
  const held = await store.exposed.claim({ owner: 'a', leaseMs: 60_000 });
  await store.close();
  if (held === null) throw new Error('somebody else matches');
  damage('package');

  await expect(
    lookInProcess(place.url, { held, at, isMatchDue: true, feeds: [], channels: [] }),
  ).rejects.toMatchObject(damaged);
});
