import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { migrations } from '../../migrations/index.ts';
import { writeFirstDatabase } from '../support/first-database.ts';
import { environmentOf, integrityOf, look, runAndKill } from '../support/killed-program.ts';
import { runSeawall } from '../support/run-seawall.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

// Digests and messages that are killed half way: schedule/four-hundred-days and chat/outbox-kill; a scan: test/timed.
const folder = makeTemporaryFolder();

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
      await runAndKill(['migrate'], { cwd: folder, environment: environmentOf(path) }, isDue);
      asking.close();
      expect(integrityOf(path)).toBe('ok');
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
