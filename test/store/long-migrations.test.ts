import { sql } from 'kysely';
import * as migrations from '../../migrations/index.ts';
import type { AnyDatabase } from '../../src/store/columns.ts';
import { openDatabase } from '../../src/store/database.ts';
import { migrateToLatest } from '../../src/store/migrate.ts';
import { isOnPostgres, temporaryDatabase } from '../support/temporary-database.ts';

const limitOf = async (db: AnyDatabase): Promise<string> => {
  if (!isOnPostgres()) return 'none';
  const { rows } = await sql<{ limit: string }>`
    select current_setting('statement_timeout') as limit`.execute(db);
  return rows[0]?.limit ?? '';
};

test('a migration takes as long as it takes, and no other statement does', async () => {
  const place = temporaryDatabase();
  const { db, unhurried, close } = await openDatabase(place.url, () => 0);
  const limits: string[] = [];
  const noting = {
    up: async (any: AnyDatabase) => void limits.push(await limitOf(any)),
    down: async () => {},
  };
  await migrateToLatest(db, { ...migrations, '9999-noting': noting }, unhurried);
  limits.push(await limitOf(db as unknown as AnyDatabase));
  await close();
  place.run("delete from kysely_migration where name = '9999-noting'");
  place.remove();

  expect(limits).toEqual(isOnPostgres() ? ['0', '1min'] : ['none', 'none']);
});
