import * as migrations from '../../migrations/index.ts';
import type { AnyDatabase } from '../../src/store/columns.ts';
import { type OpenDatabase, openDatabase } from '../../src/store/database.ts';
import { migrateDown, migrateToLatest } from '../../src/store/migrate.ts';
import { scanRecord } from '../support/scan-records.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

// What this version does on the database of a newer one, as after an upgrade that is undone.

const newest = Object.keys(migrations).at(-1)?.slice(0, 4);
const expanding = {
  async up(any: AnyDatabase) {
    await any.schema.createTable('later').addColumn('a', 'text').execute();
    await any.schema.alterTable('host').addColumn('later', 'text').execute();
  },
  async down(any: AnyDatabase) {
    await any.schema.alterTable('host').dropColumn('later').execute();
    await any.schema.dropTable('later').execute();
  },
};
const contracting = {
  up: (any: AnyDatabase) => any.schema.alterTable('host').dropColumn('later').execute(),
  down: (any: AnyDatabase) => any.schema.alterTable('host').addColumn('later', 'text').execute(),
};
const next = { ...migrations, [`9998-more-since-${newest}`]: expanding };
const last = { ...next, '9999-less-since-9998': contracting };
let place: TemporaryDatabase;
let newer: OpenDatabase;

beforeEach(async () => {
  place = temporaryDatabase();
  newer = await openDatabase(place.url, () => 0);
});
afterEach(async () => {
  const ran = place.values("select name from kysely_migration where name > '9'");
  for (const _migration of ran) await migrateDown(newer.db, last);
  await newer.close();
  place.remove();
});

it('serves an older one that it names, also when that starts again', async () => {
  await migrateToLatest(newer.db, next);
  const scan = scanRecord();

  for (const host of ['web-1', 'web-2']) {
    const older = await place.open();
    expect(older.migrated).toEqual([]);
    await older.scans.saveScan({ ...scan, id: host, host });
    await older.close();
  }

  expect(place.values('select name from host order by name')).toEqual(['web-1', 'web-2']);
  expect(await migrateToLatest(newer.db, next)).toEqual([]);
});

it('refuses an older one once something is gone that it needs', async () => {
  await migrateToLatest(newer.db, last);

  await expect(place.open()).rejects.toMatchObject({
    code: 'store-failed',
    detail: expect.stringContaining('9999-less-since-9998, which this version does not know'),
  });
  expect(await migrateToLatest(newer.db, next)).toEqual([]);
});
