import { type DatabaseWrite, tellingDatabase } from '../../demo/database-writes.ts';
import { openDatabase } from '../../src/store/database.ts';
import { storeOver } from '../../src/store/open-store.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

let database: TemporaryDatabase;
beforeEach(() => {
  database = temporaryDatabase();
});
afterEach(() => database.remove());

it('tells of every statement that changed rows: the table, the kind and how many', async () => {
  const writes: DatabaseWrite[] = [];
  const now = () => 1_000;
  const opened = await openDatabase(database.url, now);
  const store = await storeOver(
    tellingDatabase(opened, (write) => writes.push(write)),
    now,
  );
  const [token = ''] = await store.tokens.issue(
    ['scan', 'help', 'status'].map((line) => ({ kind: 'run', line, about: null })),
    'C0SECURIT',
  );
  await store.tokens.peek(token);
  await store.tokens.take(token, 'U0ALICE00');
  await store.tokens.take('no such token', 'U0ALICE00');
  await store.close();

  expect(writes.filter(({ table }) => table === 'action_token')).toEqual([
    { table: 'action_token', kind: 'insert', rows: 3, ms: expect.any(Number) },
    { table: 'action_token', kind: 'update', rows: 1, ms: expect.any(Number) },
  ]);
  expect(JSON.stringify(writes)).not.toContain(token);
});
