import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backUp, backUpInto, restore } from '../../src/store/backup.ts';
import { openStore } from '../../src/store/open-store.ts';
import { currentFinding, observedContainer, scanRecord } from '../support/scan-records.ts';
import { type TemporaryFile, temporaryFile } from '../support/temporary-database.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
let database: TemporaryFile;
let path: string;
beforeEach(() => {
  database = temporaryFile();
  path = database.path;
});
afterEach(() => database.remove());

const newFile = () => join(folder, `${randomUUID()}.db`);
const fill = async (names: readonly string[]) => {
  const store = await database.open();
  await store.scans.saveScan(
    scanRecord({
      findings: names.map((subjectKey) => currentFinding({ subjectKey })),
      containers: names.map((name) => observedContainer(name)),
    }),
  );
  return store;
};
const answersOf = async (url: string) => {
  const store = await openStore({ url, now: () => 1_000 });
  const hosts = ['web-1'];
  const found = {
    findings: await store.scans.listOpenFindings({ hosts }),
    containers: await store.scans.listContainers({ hosts, includeGone: true }),
  };
  await store.close();
  return found;
};

test('a backup that is made while scans are written, restored, answers the same', async () => {
  const store = await fill(['a', 'b']);
  const file = newFile();
  let isDone = false;
  const writing = (async () => {
    for (let index = 0; !isDone; index += 1) {
      const name = `c${index}`;
      const startedAt = new Date(Date.UTC(2026, 1, 1, 0, index)).toISOString();
      await store.scans.saveScan(
        scanRecord({
          startedAt,
          finishedAt: startedAt,
          findings: [currentFinding({ subjectKey: name })],
        }),
      );
    }
  })();
  await backUp(database.url, file);
  isDone = true;
  await writing;
  await store.close();
  const expected = await answersOf(`sqlite:${file}`);
  expect(expected.findings.length).toBeGreaterThan(0);

  const { kept } = await restore(database.url, file, 'before');

  await expect(answersOf(database.url)).resolves.toEqual(expected);
  expect(existsSync(kept ?? '')).toBe(true);
});

test('what was there before a restore comes back by restoring it', async () => {
  await (await fill(['a'])).close();
  const file = newFile();
  await backUp(database.url, file);
  const store = await database.open();
  const later = { startedAt: '2026-02-01T06:00:00.000Z', finishedAt: '2026-02-01T06:00:01.000Z' };
  await store.scans.saveScan(
    scanRecord({ ...later, findings: [currentFinding({ subjectKey: 'z' })] }),
  );
  await store.close();
  const before = await answersOf(database.url);

  const { kept } = await restore(database.url, file, 'before');
  await restore(database.url, kept ?? '', 'again');

  await expect(answersOf(database.url)).resolves.toEqual(before);
});

test('a backup overwrites nothing', async () => {
  await (await fill(['a'])).close();
  const file = newFile();
  writeFileSync(file, 'precious');

  await expect(backUp(database.url, file)).rejects.toThrow('is there already');
  expect(readFileSync(file, 'utf8')).toBe('precious');
});

test('a backup says that the folder is missing, and not that the database is', async () => {
  await (await fill(['a'])).close();

  await expect(backUp(database.url, join(folder, 'nowhere', 'copy.db'))).rejects.toThrow(
    `There is no folder ${join(folder, 'nowhere')} for the backup.`,
  );
});

test('backups of a folder are named after the time, and the newest ones stay', async () => {
  await (await fill(['a'])).close();
  const kept = join(folder, 'backups');
  const at = (day: number) => Date.UTC(2026, 10, day, 2, 30);
  for (const day of [1, 2]) await backUpInto(database.url, kept, { now: at(day), keep: 2 });
  writeFileSync(join(kept, 'notes.db'), 'mine');
  const { made, removed } = await backUpInto(database.url, kept, { now: at(3), keep: 2 });

  expect(made).toBe(join(kept, 'seawall-2026-11-03T02-30-00Z.db'));
  expect(removed).toEqual([join(kept, 'seawall-2026-11-01T02-30-00Z.db')]);
  expect(readdirSync(kept).sort()).toEqual([
    'notes.db',
    'seawall-2026-11-02T02-30-00Z.db',
    'seawall-2026-11-03T02-30-00Z.db',
  ]);
  expect((await answersOf(`sqlite:${made}`)).findings).toHaveLength(1);
});

test('a backup that fails removes none of the older ones', async () => {
  await (await fill(['a'])).close();
  const kept = join(folder, 'kept');
  const now = Date.UTC(2026, 10, 1);
  const { made } = await backUpInto(database.url, kept, { now, keep: 1 });

  await expect(backUpInto(database.url, kept, { now, keep: 1 })).rejects.toThrow(
    'is there already',
  );
  expect(existsSync(made)).toBe(true);
});

test('nothing is restored while a bot uses the database', async () => {
  const store = await fill(['a']);
  const file = newFile();
  await backUp(database.url, file);

  await expect(restore(database.url, file, 'before')).rejects.toThrow('is in use');

  await store.close();
  expect((await answersOf(database.url)).findings).toHaveLength(1);
});

const harms: [string, (bytes: Buffer) => Buffer][] = [
  [
    'damaged',
    (bytes: Buffer) =>
      Buffer.concat([bytes.subarray(0, 8_192), Buffer.alloc(bytes.length - 8_192, 7)]),
  ],
  ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ['no database', () => Buffer.from('hello, this is no database at all'.repeat(40))],
];

test.each(harms)('a backup that is %s changes nothing', async (_what, harm) => {
  await (await fill(['a'])).close();
  const file = newFile();
  await backUp(database.url, file);
  writeFileSync(file, harm(readFileSync(file)));
  const before = await answersOf(database.url);

  await expect(restore(database.url, file, 'before')).rejects.toMatchObject({
    code: 'store-failed',
    detail: expect.stringMatching(/; take another backup: nothing was changed$/),
  });
  await expect(answersOf(database.url)).resolves.toEqual(before);
});

/** As after `kill -9`: what is not in the file yet is in the log beside it. */
const killed = async () => {
  const store = await fill(['late']);
  const files = ['', '-wal'].map((ending) => [ending, readFileSync(path + ending)] as const);
  await store.close();
  for (const [ending, bytes] of files) writeFileSync(path + ending, bytes);
};

test.each(harms)('a backup takes the place of a database that is %s', async (_what, harm) => {
  await (await fill(['a'])).close();
  const file = newFile();
  await backUp(database.url, file);
  await killed();
  writeFileSync(path, harm(readFileSync(path)));

  const { kept } = await restore(database.url, file, 'before');

  expect((await answersOf(database.url)).findings).toHaveLength(1);
  expect(existsSync(kept ?? '')).toBe(true);
});

test('of a database of which nothing can be read the log is kept too', async () => {
  await (await fill(['a'])).close();
  const file = newFile();
  await backUp(database.url, file);
  await killed();
  const log = readFileSync(`${path}-wal`);
  writeFileSync(path, 'no database '.repeat(100));

  const { kept } = await restore(database.url, file, 'before');

  expect(readFileSync(kept ?? '', 'utf8')).toContain('no database');
  expect(readFileSync(`${kept}-wal`).equals(log)).toBe(true);
});

test('the log of a database that was moved away is not played into a backup', async () => {
  await (await fill(['a'])).close();
  const file = newFile();
  await backUp(database.url, file);
  await killed();
  rmSync(path);
  const log = readFileSync(`${path}-wal`);
  writeFileSync(`${path}-journal`, 'of nobody');

  await expect(restore(database.url, file, 'before')).resolves.toMatchObject({ kept: null });

  const before = await answersOf(`sqlite:${file}`);
  await expect(answersOf(database.url)).resolves.toEqual(before);
  expect(readFileSync(`${path}.before-wal`).equals(log)).toBe(true);
  expect(existsSync(`${path}-journal`)).toBe(false);
});
