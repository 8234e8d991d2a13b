import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as migrations from '../../migrations/index.ts';
import { writeFirstDatabase } from '../support/first-database.ts';
import {
  environmentOf,
  integrityOf,
  look,
  runAndKill,
  runUntilSize,
  runUntilStatement,
  stallInserts,
} from '../support/killed-program.ts';
import { isLongRun } from '../support/long-run.ts';
import { openRecordedEngine } from '../support/recorded-engine.ts';
import { runHere } from '../support/run-seawall.ts';
import { temporaryFile } from '../support/temporary-database.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

// Digests and messages that are killed half way: schedule/four-hundred-days and chat/outbox-kill; watching: watch.test.ts.
const folder = makeTemporaryFolder();

describe('a migration that is killed', () => {
  // So much that what is not committed yet is on the disk as well.
  const copies = 150;
  const MEGABYTE = 1024 * 1024;
  /** Before anything is written, in the middle of it, and later than that. */
  const writes = isLongRun ? [0, 1, 3, 5, 8] : [0, 3, 8];
  const MIDDLE_MAX = 5 * MEGABYTE;
  const hashOf = (rows: unknown) => createHash('sha256').update(JSON.stringify(rows)).digest('hex');
  /** Schema and what rows there are, without when a migration ran. */
  const contentOf = (path: string) =>
    look(path, (database) => {
      const tables = database
        .prepare("select name, sql from sqlite_schema where name not like '%kysely%' order by name")
        .all() as { name: string; sql: string | null }[];
      return tables.map(({ name, sql }) => {
        if (!sql?.startsWith('CREATE TABLE')) return [name, sql];
        return [name, sql, hashOf(database.prepare(`select * from "${name}"`).raw().all())];
      });
    });
  const migratedIn = (path: string) =>
    look(path, (database) =>
      database.prepare('select count(*) from kysely_migration').pluck().get(),
    ) as number;

  it('goes on at the next start, and ends as one that nobody disturbed', async () => {
    const first = join(folder, 'first.db');
    writeFirstDatabase(first, { copies });
    const undisturbed = join(folder, 'undisturbed.db');
    copyFileSync(first, undisturbed);
    const { status } = await runHere(['migrate'], {
      cwd: folder,
      environment: environmentOf(undisturbed),
    });
    expect(status).toBe(0);
    const expected = contentOf(undisturbed);
    const stoppedAt = new Set<number>();

    for (const written of writes.map((megabytes) => megabytes * MEGABYTE)) {
      const path = join(folder, 'killed.db');
      for (const ending of ['', '-wal', '-shm']) rmSync(path + ending, { force: true });
      copyFileSync(first, path);
      // It is in the middle of its work for as long as this process may be late; its end writes what is left.
      const isMiddle = written <= MIDDLE_MAX;
      const last = Object.keys(migrations).length - 1;
      const goOn = isMiddle ? stallInserts(path, 'kysely_migration', last) : () => {};
      // Asked a thousand times a second.
      const isDue = () =>
        (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? -1) >= written;
      await runAndKill(['migrate'], { cwd: folder, environment: environmentOf(path) }, isDue);
      expect(integrityOf(path)).toBe('ok');
      goOn();
      stoppedAt.add(migratedIn(path));

      const again = await runHere(['migrate'], {
        cwd: folder,
        environment: environmentOf(path),
      });

      expect(again).toMatchObject({ status: 0, stderr: '' });
      expect(contentOf(path)).toEqual(expected);
    }

    // All of them or none, and none where it was stopped in the middle.
    stoppedAt.delete(Object.keys(migrations).length);
    expect([...stoppedAt]).toEqual([1]);
  });
});

/** A database with so many rows of the audit from long ago, each of some kilobytes. */
function withOldAudit(path: string, rows: number): void {
  const migrated = temporaryFile();
  copyFileSync(migrated.path, path);
  migrated.remove();
  look(path, (database) => {
    const insert = database.prepare(
      "insert into audit (at, who, place, verb, outcome, what) values (?, 'alice', 'C1', 'scan', 'done', ?)",
    );
    database.transaction(() => {
      for (let row = 1; row <= rows; row += 1) insert.run(row, 'x'.repeat(4_000));
    })();
  });
}

describe('a backup that is killed', () => {
  it('leaves nothing that looks like one, and the next goes over what it left', async () => {
    const path = join(folder, 'large.db');
    withOldAudit(path, 8_000);
    const place = { cwd: folder, environment: environmentOf(path) };
    const file = join(folder, 'backup.db');

    const signal = await runUntilSize(['backup', file], place, {
      ...{ file: `${file}.part`, bytes: 100_000 },
    });
    expect(signal).toBe('SIGKILL');
    expect(existsSync(file)).toBe(false);
    expect(integrityOf(path)).toBe('ok');

    expect(await runHere(['backup', file], place)).toMatchObject({ status: 0 });
    expect(integrityOf(file)).toBe('ok');
    expect(look(file, (copy) => copy.prepare('select count(*) from audit').pluck().get())).toBe(
      8_000,
    );
    expect(readdirSync(folder).filter((name) => name.startsWith('backup'))).toEqual(['backup.db']);
  });
});

describe('an audit that is killed on its way to its file', () => {
  it('has each row once, in the database or in the file', async () => {
    const path = join(folder, 'audit.db');
    const file = `${path}.audit.jsonl`;
    withOldAudit(path, 2_000);
    // There is no engine: the scan finds so, and what is old is put away after it.
    const environment = { ...environmentOf(path), DOCKER_HOST: `unix://${join(folder, 'none')}` };
    const place = { cwd: folder, environment };
    const idsIn = (text: string) =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as { id: number }).id);
    const left = () =>
      look(path, (database) =>
        database.prepare('select count(*) from audit where at <= 2000').pluck().get(),
      ) as number;
    const stoppedAt: number[] = [];

    for (const part of [0.2, 0.6]) {
      await runUntilSize(['scan'], place, { file, bytes: part * 2_000 * 4_000 });
      expect(integrityOf(path)).toBe('ok');
      stoppedAt.push(left());
    }
    expect(new Set(stoppedAt).size).toBeGreaterThan(1);
    expect(stoppedAt.at(-1)).toBeGreaterThan(0);
    // Each scan gives it two seconds.
    await until(async () => {
      await runHere(['scan'], place);
      return left() === 0;
    });

    const ids = idsIn(readFileSync(file, 'utf8'));
    expect(ids).toEqual(Array.from({ length: 2_000 }, (_, index) => index + 1));
  });
});

describe('a scan that is killed', () => {
  it('is stored whole or not at all, and takes nothing of an earlier one', async () => {
    const engine = await openRecordedEngine({ containers: 8 });
    const path = join(folder, 'scan.db');
    const place = { cwd: folder, environment: { ...environmentOf(path), DOCKER_HOST: engine.url } };
    const count = (rows: string) =>
      look(path, (database) =>
        database.prepare(`select count(*) from ${rows}`).pluck().get(),
      ) as number;
    const open = () => count('finding where closed_at is null');
    const scanTable = 'insert into "scan" ';
    try {
      expect(await runHere(['scan'], place)).toMatchObject({ status: 0 });
      const found = open();
      // As if half of what is open had ended: the next scan opens it again.
      const half = 'finding where closed_at is null and id % 2 = 0';
      const ended = count(half);
      const end = `update finding set closed_at = opened_at where id in (select id from ${half})`;
      look(path, (database) => database.exec(end));
      expect([ended > 10, open()]).toEqual([true, found - ended]);

      // Nothing of it is stored yet, the findings and the scan are, all but its end, and all of it.
      for (const [from, end, expected] of [
        ['insert into "finding"', 0, [1, found - ended]],
        [scanTable, 1, [1, found - ended]],
        [scanTable, 'commit', [1, found - ended]],
        [scanTable, 'committed', [2, found]],
      ] as const) {
        expect(await runUntilStatement(['scan'], place, { from, end })).toBe('SIGKILL');
        expect(integrityOf(path)).toBe('ok');
        expect([from, end, count('scan'), open()]).toEqual([from, end, ...expected]);
      }

      expect(await runHere(['scan'], place)).toMatchObject({ status: 0 });
      expect([count('scan'), open()]).toEqual([3, found]);
    } finally {
      await engine.close();
    }
  });
});
