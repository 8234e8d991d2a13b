import type { OpenDatabase } from '../../src/store/database.ts';
import { readNewest } from '../../src/store/host-rows.ts';
import { rememberHostScans } from '../../src/store/host-scans.ts';
import { keeping } from '../../src/store/keeping.ts';
import type { Store } from '../../src/store/open-store.ts';
import { rememberPostures } from '../../src/store/posture-rows.ts';
import type { Db } from '../../src/store/schema.ts';
import { hostPosture, morning, scanRecord } from '../support/scan-records.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

// What a scan found is read once and kept. Reads that come between each other, a backup that takes the place of the database
// and a bound must not make one host's posture that of another scan.

let place: TemporaryDatabase;
let store: Store;
let database: OpenDatabase;
beforeEach(async () => {
  place = temporaryDatabase();
  store = await place.open();
  database = await place.openDatabase(() => 0);
});
afterEach(async () => {
  await database.close();
  await store.close();
  place.remove();
});

const scan = (host: string, day: number, score: number) => {
  const at = { startedAt: morning(day), finishedAt: morning(day) };
  return store.scans.saveScan(
    scanRecord({ host, ...at, posture: hostPosture({ score, grade: 'F' }) }),
  );
};

/** The database, which hands each result to `onResult` before whoever asked gets it. */
const watching = (onResult: (columns: string[], rows: number) => Promise<void> | void): Db =>
  database.db.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      await onResult(Object.keys(result.rows[0] ?? {}), result.rows.length);
      return result;
    },
  });

const scoresOf = async (read: ReturnType<typeof rememberPostures>, db: Db, hosts: string[]) =>
  (await read(db, await readNewest(db, hosts))).map(({ host, scannedAt, posture }) => [
    host,
    scannedAt,
    posture?.score,
  ]);

test('a read that waits while another reads a later scan gives what its own scan found', async () => {
  await scan('web-1', 1, 10);
  await scan('web-2', 1, 20);
  const read = rememberPostures();
  await read(database.db, await readNewest(database.db, ['web-1']));

  const later = [
    ['web-1', morning(2), 11],
    ['web-2', morning(2), 21],
  ];
  const between: unknown[] = [];
  const db = watching(async (columns) => {
    // It knows of the scans of the first day, and waits for the posture of one of them.
    if (!columns.includes('posture_json')) return;
    await scan('web-1', 2, 11);
    await scan('web-2', 2, 21);
    between.push(...(await scoresOf(read, database.db, ['web-1', 'web-2'])));
  });

  expect(await scoresOf(read, db, ['web-1', 'web-2'])).toEqual([
    ['web-1', morning(1), 10],
    ['web-2', morning(1), 20],
  ]);
  expect(between).toEqual(later);
  let texts = 0;
  const counting = watching((columns, rows) => {
    if (columns.includes('posture_json')) texts += rows;
  });
  expect(await scoresOf(read, counting, ['web-1', 'web-2'])).toEqual(later);
  expect(texts).toBe(0);
});

test('a scan that has the key of another after a restore is not taken for it', async () => {
  await scan('web-1', 1, 10);
  const read = rememberPostures();
  expect(await scoresOf(read, database.db, ['web-1'])).toEqual([['web-1', morning(1), 10]]);

  const posture = JSON.stringify(hostPosture({ score: 90, grade: 'A' }));
  const at = Date.parse(morning(2));
  place.run(`update scan set posture_json = '${posture}', seen_at = ${at}, finished_at = ${at}`);

  expect(await scoresOf(read, database.db, ['web-1'])).toEqual([['web-1', morning(2), 90]]);
});

test('of more text than is kept what was asked for last stays, and every answer is right', async () => {
  const hosts = ['web-1', 'web-2', 'web-3'];
  for (const [index, host] of hosts.entries()) await scan(host, 1, 10 + index);
  const length = JSON.stringify(hostPosture({ score: 10, grade: 'F' })).length;
  let texts = 0;
  const db = watching((columns, rows) => {
    if (columns.includes('posture_json')) texts += rows;
  });
  const read = rememberPostures(2 * length);
  const readTexts = async (asked: string[]) => {
    texts = 0;
    const scores = asked.map((host) => [host, morning(1), 10 + hosts.indexOf(host)]);
    expect(await scoresOf(read, db, asked)).toEqual(scores);
    return texts;
  };

  expect(await readTexts(hosts)).toBe(3);
  expect(await readTexts(['web-2', 'web-3'])).toBe(0);
  expect(await readTexts(['web-1'])).toBe(1);
  expect(await readTexts(['web-3'])).toBe(0);
  expect(await readTexts(['web-2'])).toBe(1);

  const none = rememberPostures(length - 1);
  expect(await scoresOf(none, db, hosts)).toEqual(await scoresOf(none, db, hosts));
});

test('scans without a posture count too, and those of hosts are kept up to so much as well', async () => {
  const hosts = ['web-1', 'web-2', 'web-3'];
  for (const host of hosts) await scan(host, 1, 10);
  place.run('update scan set posture_json = null');
  let rows = 0;
  const db = watching((columns, count) => {
    if (columns.includes('graded') || columns.includes('graded_id')) rows += count;
  });
  for (const read of [rememberPostures(450), rememberHostScans(900)]) {
    const readRows = async (asked: string[]) => {
      rows = 0;
      expect((await read(db, await readNewest(db, asked), 0)).map(({ host }) => host)).toEqual(
        asked,
      );
      return rows;
    };
    expect(await readRows(hosts)).toBe(3);
    expect(await readRows(['web-3'])).toBe(0);
    expect(await readRows(['web-1'])).toBe(1);
  }
});

test('what another kept meanwhile stays', () => {
  const kept = keeping<string>(1_000, ({ length }) => length);
  const [early, late] = [kept.of([1, 2]), kept.of([1, 2])];
  kept.keep(new Map([[1, 'new']]), late);
  kept.keep(
    new Map([
      [1, 'old'],
      [2, 'old'],
    ]),
    early,
  );
  expect([...kept.of([1, 2, 3])]).toEqual([
    [1, 'new'],
    [2, 'old'],
  ]);
});
