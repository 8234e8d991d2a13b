import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, renameSync } from 'node:fs';
import { SqliteError } from 'better-sqlite3';
import { UserError } from '../../../src/shared/errors.ts';
import { openStore, type Store } from '../../../src/store/open-store.ts';
import { toStoreError } from '../../../src/store/store-error.ts';
import { runs } from '../../support/long-run.ts';
import { currentFinding, largeHost, morning, scanRecord } from '../../support/scan-records.ts';
import { type TemporaryFile, temporaryFile } from '../../support/temporary-database.ts';

const DAYS = runs(15, 90);
let place: TemporaryFile;
let store: Store;

beforeEach(async () => {
  place = temporaryFile();
  store = await place.open();
});
afterEach(async () => {
  await store.close();
  place.remove();
});

/** Another process that holds the write lock for a second; resolves once it has it. */
async function holdLock(path: string): Promise<{ released: Promise<unknown> }> {
  const program = `
    import Database from 'better-sqlite3';
    const database = new Database(${JSON.stringify(path)});
    database.exec('begin immediate');
    process.stdout.write('locked');
    setTimeout(() => { database.exec('commit'); database.close(); }, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const released = once(child, 'exit');
  await once(child.stdout, 'data');
  return { released };
}

describe('the store', () => {
  it('saves a scan later when another process holds the lock', async () => {
    const { released } = await holdLock(place.path);

    const saved = await store.scans.saveScan(scanRecord({ findings: [currentFinding()] }));
    const claimed = await store.deliveries.claim(
      { key: 'Ev1', body: null, answerWithinMs: 1_000 },
      { owner: 'bot', leaseMs: 1_000 },
      0,
    );
    await released;

    expect(saved.open).toHaveLength(1);
    expect(claimed).toMatchObject({ owner: 'bot' });
    expect(await store.scans.listOpenFindings({ hosts: ['web-1'] })).toHaveLength(1);
  });

  it('keeps nothing in a file that is gone from its place, and goes on once it is back', async () => {
    await store.scans.saveScan(scanRecord({ findings: [currentFinding()] }));
    const away = `${place.path}.away`;
    const again = scanRecord({ host: 'other' });
    const isRefused = async (work: Promise<unknown>) =>
      expect(work).rejects.toThrow('was removed or replaced while Seawall had it open');

    renameSync(place.path, away);
    await isRefused(store.scans.saveScan(again));
    await isRefused(store.scans.listOpenFindings({ hosts: ['web-1'] }));
    copyFileSync(away, place.path);
    await isRefused(store.scans.saveScan(again));
    renameSync(away, place.path);

    expect(await store.scans.listOpenFindings({ hosts: ['web-1'] })).toHaveLength(1);
    await store.scans.saveScan(again);
  });

  it('lets other events run while a large scan is written and read', async () => {
    let ticks = 0;
    let isRunning = true;
    const tick = (): void => {
      ticks += 1;
      if (isRunning) setImmediate(tick);
    };
    setImmediate(tick);

    await store.scans.saveScan(scanRecord(largeHost()));
    const duringSave = ticks;
    await store.scans.listOpenFindings({ hosts: ['web-1'] });
    isRunning = false;

    // 2,000 findings and 200 containers in chunks of 200, written and read.
    expect(duringSave).toBeGreaterThanOrEqual(20);
    expect(ticks - duringSave).toBeGreaterThanOrEqual(9);
  });

  it('keeps unchanged daily scans in so little that 90 take two hundredths of the first', async () => {
    const sizeBytes = (): number =>
      place.withConnection((connection) => {
        connection.pragma('wal_checkpoint(TRUNCATE)');
        const pages = connection.pragma('page_count', { simple: true }) as number;
        return pages * (connection.pragma('page_size', { simple: true }) as number);
      });
    const host = largeHost();
    await store.scans.saveScan(scanRecord({ ...host, startedAt: morning(0) }));
    const first = sizeBytes();

    for (let day = 1; day <= DAYS; day += 1) {
      await store.scans.saveScan(scanRecord({ ...host, startedAt: morning(day) }));
    }

    expect(sizeBytes() / first).toBeLessThanOrEqual(1 + (0.02 * DAYS) / 90);
  });

  it('takes calls that overlap, each whole', async () => {
    const hosts = ['web-1', 'web-2', 'web-3'];

    await Promise.all(
      hosts.map((host) => store.scans.saveScan(scanRecord({ ...largeHost(), host }))),
    );

    expect(await store.scans.listOpenFindings({ hosts })).toHaveLength(6_000);
    expect(await store.scans.listContainers({ hosts })).toHaveLength(600);
  });

  it.each(['postgres:user:hunter2@db', 'mysql://user:hunter2@db', 'sqlite:', ''])(
    'refuses the url %s and does not repeat it',
    async (url) => {
      const failure: unknown = await openStore({ url, now: () => 0 }).catch((error) => error);

      expect(failure).toBeInstanceOf(UserError);
      expect((failure as UserError).hint).toContain('sqlite:');
      expect((failure as UserError).message).not.toContain('hunter2');
    },
  );

  it.each([
    ['SQLITE_BUSY', true],
    ['SQLITE_FULL', true],
    ['SQLITE_CONSTRAINT_UNIQUE', false],
    ['SQLITE_READONLY', false],
  ])('turns %s into an error of its own', (code, isRetryable) => {
    const failure = toStoreError(new SqliteError('text', code));

    expect(failure).toMatchObject({ code: 'store-failed', detail: `${code}: text`, isRetryable });
  });

  it('leaves an error of the program as it is', () => {
    const bug = new TypeError('undefined is not a function');

    expect(toStoreError(bug)).toBe(bug);
  });
});
