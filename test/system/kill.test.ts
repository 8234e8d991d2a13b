import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { migrations } from '../../migrations/index.ts';
import { writeFirstDatabase } from '../support/first-database.ts';
import { openRecordedEngine, type RecordedEngine } from '../support/recorded-engine.ts';
import { main, runSeawall, sparingNode } from '../support/run-seawall.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

// Digests and messages that are killed half way: test/schedule/four-hundred-days, test/chat/outbox-kill.
const folder = makeTemporaryFolder();

function look<T>(path: string, work: (database: Database.Database) => T): T {
  const database = new Database(path, { timeout: 5_000 });
  try {
    return work(database);
  } finally {
    database.close();
  }
}
const isWhole = (path: string) =>
  look(path, (database) => database.pragma('integrity_check', { simple: true }));
const environmentOf = (path: string) => ({ ...sparingNode, DATABASE_URL: `sqlite:${path}` });

/** Runs `seawall …` and ends it with SIGKILL once it is due; what it wrote to stderr until then is given. */
async function runAndKill(
  words: readonly string[],
  environment: Record<string, string>,
  isDue: (stderr: string) => boolean,
): Promise<NodeJS.Signals | null> {
  const options = { cwd: folder, env: environment, stdio: ['ignore', 'ignore', 'pipe'] as const };
  const child = spawn(process.execPath, [main, ...words], {
    ...options,
    stdio: [...options.stdio],
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<NodeJS.Signals | null>((done) =>
    child.once('close', (_status, signal) => done(signal)),
  );
  const timer = setInterval(() => {
    if (isDue(stderr)) child.kill('SIGKILL');
  }, 1);
  const signal = await ended;
  clearInterval(timer);
  return signal;
}

describe('a migration that is killed', () => {
  const copies = 30;
  /** Schema and rows, without when a migration ran. */
  const contentOf = (path: string) =>
    look(path, (database) => {
      const tables = database
        .prepare("select name, sql from sqlite_schema where name not like '%kysely%' order by name")
        .all() as { name: string; sql: string | null }[];
      return tables.map(({ name, sql }) => {
        if (!sql?.startsWith('CREATE TABLE') || name === 'migration_checksum') return [name, sql];
        return [name, sql, database.prepare(`select * from "${name}"`).raw().all()];
      });
    });
  const migratedIn = (path: string) =>
    look(path, (database) =>
      database.prepare('select count(*) from migration_checksum').pluck().get(),
    ) as number;

  it('goes on at the next start, and ends as one that nobody disturbed', async () => {
    const undisturbed = join(folder, 'undisturbed.db');
    writeFirstDatabase(undisturbed, { copies });
    const { status } = await runSeawall(['migrate'], {
      cwd: folder,
      environment: environmentOf(undisturbed),
    });
    expect(status).toBe(0);
    const expected = contentOf(undisturbed);
    const stoppedAt = new Set<number>();

    for (const step of [1, 3, 5, 8, 11]) {
      const path = join(folder, 'killed.db');
      for (const ending of ['', '-wal', '-shm']) rmSync(path + ending, { force: true });
      writeFirstDatabase(path, { copies });
      // Asked a thousand times a second, over one connection.
      const asking = new Database(path, { timeout: 5_000 });
      const migrated = asking.prepare('select count(*) from migration_checksum').pluck();
      const isDue = () => Number(migrated.get()) >= step;
      await runAndKill(['migrate'], environmentOf(path), isDue);
      asking.close();
      expect(isWhole(path)).toBe('ok');
      stoppedAt.add(migratedIn(path));

      const again = await runSeawall(['migrate'], {
        cwd: folder,
        environment: environmentOf(path),
      });

      expect(again).toMatchObject({ status: 0, stderr: '' });
      expect(contentOf(path)).toEqual(expected);
    }

    // Several of them were in the middle.
    stoppedAt.delete(Object.keys(migrations).length);
    expect(stoppedAt.size).toBeGreaterThan(1);
  }, 150_000);
});

describe('a scan that is killed', () => {
  let engine: RecordedEngine;
  beforeAll(async () => {
    engine = await openRecordedEngine();
  });
  afterAll(() => engine.close());

  it('is stored whole or not at all, and takes nothing of an earlier one', async () => {
    const path = join(folder, 'scan.db');
    const environment = { ...environmentOf(path), DOCKER_HOST: engine.url };
    const count = (rows: string) =>
      look(path, (database) => database.prepare(`select count(*) from ${rows}`).pluck().get());
    /** Milliseconds from when all sections were read: what follows is judging and storing. */
    const scanAndKill = async (afterMs: number) => {
      let readAt = Number.POSITIVE_INFINITY;
      await runAndKill(['scan'], environment, (stderr) => {
        if (readAt > performance.now() && /(\d+)\/\1 /.test(stderr)) readAt = performance.now();
        return performance.now() - readAt >= afterMs;
      });
      return performance.now() - readAt;
    };
    const wholeMs = await scanAndKill(Number.POSITIVE_INFINITY);
    const found = count('finding where closed_at is null');
    const stored: number[] = [];

    for (const part of [0, 0.2, 0.4, 0.6, 0.8, 2]) {
      const before = Number(count('scan'));
      await scanAndKill(part * wholeMs);
      expect(isWhole(path)).toBe('ok');
      stored.push(Number(count('scan')) - before);
      expect(count('finding where closed_at is null')).toBe(found);
    }

    expect(stored[0]).toBe(0);
    expect(stored.at(-1)).toBe(1);
    const { status } = await runSeawall(['scan'], { cwd: folder, environment });
    expect(status).toBe(0);
    expect(count('finding where closed_at is null')).toBe(found);
  }, 150_000);
});
