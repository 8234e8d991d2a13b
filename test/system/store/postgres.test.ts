import { execFileSync } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import * as migrations from '../../../migrations/index.ts';
import type { Held } from '../../../src/ports/lease.ts';
import type { Sighting } from '../../../src/ports/watch-store.ts';
import type { Core } from '../../../src/programs/assemble.ts';
import { openOperations } from '../../../src/programs/open-operations.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { migrateDown } from '../../../src/store/migrate.ts';
import { openStore, type Store } from '../../../src/store/open-store.ts';
import { type PostgresDatabase, postgresServer } from '../../support/postgres-server.ts';
import { runHere } from '../../support/run-seawall.ts';
import { currentFinding, scanRecord } from '../../support/scan-records.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const now = () => 1_000;
const names = Object.keys(migrations);
const folder = makeTemporaryFolder();
let database: PostgresDatabase;

beforeEach(() => {
  database = postgresServer().create();
});

/** A container that was heard of and not looked at. */
const foundAt = (containerId: string, at: number): Sighting => ({
  ...{ kind: 'created', containerId, name: containerId, image: 'redis:7' },
  labels: { composeProject: null, composeService: null, owner: null },
  ...{ at: 1_000 + at, timeNano: `${1_000 + at}000001` },
  ...{ observed: null, exitCode: null, exec: null, execId: null },
});

const tables = () =>
  database
    .run("select tablename from pg_tables where schemaname = 'public' order by 1")
    .split('\n')
    .filter((name) => name !== '' && !name.includes('migration'));

test('every migration can be taken back and made again', async () => {
  await (await openStore({ url: database.url, now })).close();
  const made = tables();
  const { db, close } = await openDatabase(database.url, now);
  for (const _name of names) await migrateDown(db, migrations);
  await close();

  expect(tables()).toEqual([]);

  const store = await openStore({ url: database.url, now });
  await store.close();
  expect(store.migrated).toEqual(names);
  expect(tables()).toEqual(made);
});

test('doctor does not call a server well that takes no writes, as a standby', async () => {
  await (await openStore({ url: database.url, now })).close();
  const lineOf = async (DATABASE_URL: string) => {
    const { stdout } = await runHere(['doctor'], { cwd: folder, environment: { DATABASE_URL } });
    return stdout.split('\n').find((line) => line.includes(' database: '));
  };
  const url = new URL(database.url);
  url.searchParams.set('options', '-c default_transaction_read_only=on');

  expect(await lineOf(database.url)).toMatch(/^ok {6}database: opens/);
  expect(await lineOf(url.href)).toMatch(/^wrong {3}database: 25006: cannot execute .* read-only/);
});

test('a process is not ready while its server takes no writes', async () => {
  await (await openStore({ url: database.url, now })).close();
  const url = new URL(database.url);
  const readinessOf = async () => {
    const store = await openStore({ url: url.href, now });
    const parts = { processId: 'worker', cutAnswers: () => new Map(), queue: { hearWaits() {} } };
    const core = { ...parts, store, context: { version: '', now } } as unknown as Core;
    const { operations } = openOperations(core, store.scans, 'worker', async () => []);
    const told: unknown[] = [];
    await new Promise<void>((resolve) => {
      const end = (text: string) => resolve(void told.push(text));
      const writeHead = (status: number) => told.push(status);
      operations('/readyz', { writeHead, end } as unknown as ServerResponse);
    });
    await store.close();
    return told.join(' ');
  };

  expect(await readinessOf()).toMatch(/^200 /);
  url.searchParams.set('options', '-c default_transaction_read_only=on');
  expect(await readinessOf()).toMatch(
    /^503 \{"isReady":false,.*25006: cannot execute .* read-only/,
  );
});

// Which step they meet at, and so which of three errors comes, is the server's choice.
test.each([1, 2, 3, 4])('several that start at once migrate it once, round %d', async () => {
  const stores = await Promise.all(
    Array.from({ length: 8 }, () => openStore({ url: database.url, now })),
  );
  await Promise.all(stores.map((store) => store.close()));

  expect(stores.flatMap(({ migrated }) => migrated).sort()).toEqual(names);
});

test('keys have 64 bits, and text stands in the order of its bytes', async () => {
  await (await openStore({ url: database.url, now })).close();
  const columns = (where: string) =>
    database.run(
      `select table_name, column_name from information_schema.columns
       where table_schema = 'public' and table_name not like '%migration%' and ${where}`,
    );

  expect(columns(`data_type = 'integer' and column_name similar to '(%\\_)?id'`)).toBe('');
  expect(columns(`data_type = 'text' and collation_name is distinct from 'C'`)).toBe('');
});

test('a scan by two connections at once is stored by both, and nothing is open twice', async () => {
  const [one, other] = [
    await openStore({ url: database.url, now }),
    await openStore({ url: database.url, now }),
  ];
  const seen = (hour: number) =>
    scanRecord({
      id: `scan-${hour}`,
      startedAt: new Date(hour * 3_600_000).toISOString(),
      finishedAt: new Date(hour * 3_600_000 + 1).toISOString(),
      findings: [currentFinding()],
    });
  await Promise.all(
    Array.from({ length: 12 }, (_, hour) =>
      (hour % 2 === 0 ? one : other).scans.saveScan(seen(hour)),
    ),
  );

  expect(database.run('select count(*) from scan')).toBe('12');
  expect(database.run('select count(*) from finding where closed_at is null')).toBe('1');
  await Promise.all([one.close(), other.close()]);
});

test('a long batch of the watcher is stored although its lease is renewed meanwhile', async () => {
  const [one, other] = [
    await openStore({ url: database.url, now }),
    await openStore({ url: database.url, now }),
  ];
  const lease = { owner: 'a', leaseMs: 60_000 };
  const held = (await one.watches.claim('web-1', lease))?.held as Held;
  const sightings = Array.from({ length: 200 }, (_, index) => foundAt(`c${index}`, index));
  let isDone = false;
  const renewals = (async () => {
    let times = 0;
    // More often than any process renews, and yet with room for the batch to begin.
    for (; !isDone; times += 1) {
      await other.watches.renew([{ host: 'web-1', held, coveredUntil: null, mark: null }]);
      await sleep(50);
    }
    return times;
  })();
  const batch = { sightings, mark: null, coveredUntil: null };
  const isNews = await one.watches.apply('web-1', batch, held).finally(() => {
    isDone = true;
  });

  expect(isNews).toHaveLength(200);
  expect(await renewals).toBeGreaterThan(0);
  expect(await one.watches.listGlimpses({ hosts: ['web-1'], since: 0 })).toHaveLength(200);
  await Promise.all([one.close(), other.close()]);
});

test('a transaction that stands still loses what it holds', async () => {
  const url = `${database.url}&idle_in_transaction_session_timeout=100`;
  await (await openStore({ url: database.url, now })).close();
  const [still, other] = [await openDatabase(url, now), await openDatabase(database.url, now)];
  const add = sql`insert into host (name) values ('web-1') on conflict (name) do update set name = 'web-1'`;
  const lost = still.write(async (db) => {
    await add.execute(db);
    // As long as it stood still this would wait for it.
    await other.write((its) => add.execute(its));
    await add.execute(db);
  });

  await expect(lost).rejects.toMatchObject({ code: 'store-failed', isRetryable: true });
  await Promise.all([still.close(), other.close()]);
});

test('leases count by the clock of the server, whatever those of the processes say', async () => {
  const year = 365 * 24 * 3_600_000;
  const clocks = [Date.now(), Date.now() + year, Date.now() - year];
  const stores = await Promise.all(
    clocks.map((at) => openStore({ url: database.url, now: () => at })),
  );
  const [first, ...others] = stores as [(typeof stores)[number], ...typeof stores];
  const lease = (owner: string) => ({ owner, leaseMs: 60_000 });
  const plan = { channel: 'C1', day: '2026-11-24', timezone: 'UTC', dueAt: 0, scheduledBy: null };
  await first.watches.claim('web-1', lease('first'));
  await first.digests.claimRun(plan, lease('first'), 0);

  for (const [index, store] of others.entries()) {
    const owner = `other ${index}`;
    expect(await store.watches.claim('web-1', lease(owner))).toBeNull();
    expect(await store.digests.claimRun(plan, lease(owner), 0)).toBe('taken');
  }
  database.run('update watch set lease_until = lease_until - 60000');
  expect(await others[1]?.watches.claim('web-1', lease('other'))).not.toBeNull();
  await Promise.all(stores.map((store) => store.close()));
});

test.each([
  ['an hour ahead', 3_600_000],
  ['an hour behind', -3_600_000],
])(
  'a delivery is its process’s for as long as it holds it, for one that is %s',
  async (_is, ms) => {
    const [one, other] = (await Promise.all(
      [0, ms].map((wrong) => openStore({ url: database.url, now: () => Date.now() + wrong })),
    )) as [Store, Store];
    const delivery = { body: { text: 'scan' }, answerWithinMs: 30 * 60_000 };
    const lease = (owner: string) => ({ owner, leaseMs: 60_000 });
    const pass = (by: number) =>
      database.run(
        `update delivery set lease_until = lease_until - ${by}, answer_until = answer_until - ${by}`,
      );
    const held = await one.deliveries.claim({ ...delivery, key: 'Ev1' }, lease('one'), Date.now());
    await other.deliveries.claim({ ...delivery, key: 'Ev2' }, lease('other'), Date.now() + ms);

    // Neither takes, drops or ends what the other answers.
    expect(await other.deliveries.takeOver(lease('other'), [])).toBeNull();
    expect(await one.deliveries.takeOver(lease('one'), [])).toBeNull();
    const first = { key: 'Ev1', held: held as Held };
    expect(await one.deliveries.renew([first])).toEqual([first]);
    // Once neither says anything more, each is there for the other.
    pass(60_000);
    expect(await other.deliveries.takeOver(lease('other'), [])).toMatchObject({
      key: 'Ev1',
      tries: 2,
    });
    expect(await one.deliveries.takeOver(lease('one'), [])).toMatchObject({ key: 'Ev2', tries: 2 });
    await Promise.all([one.close(), other.close()]);
  },
);

test('its own tools back it up and restore it', async () => {
  const store = await openStore({ url: database.url, now });
  await store.scans.saveScan(scanRecord({ findings: [currentFinding()] }));
  const before = await store.scans.listOpenFindings({ hosts: ['web-1'] });
  await store.close();
  const dump = join(folder, 'seawall.dump');
  execFileSync('pg_dump', ['--format=custom', `--file=${dump}`, database.url]);
  const restored = postgresServer().create();
  execFileSync('pg_restore', ['--clean', '--if-exists', `--dbname=${restored.url}`, dump]);

  const after = await openStore({ url: restored.url, now });
  expect(after.migrated).toEqual([]);
  expect(await after.scans.listOpenFindings({ hosts: ['web-1'] })).toEqual(before);
  await after.close();
});

test.each([
  ['nobody listens', 'postgres://seawall:hunter2@127.0.0.1:1/seawall'],
  ['there is no such database', () => database.url.replace(/seawall_\d+/, 'elsewhere')],
])('a server of which %s is told without the password', async (_what, given) => {
  const url = typeof given === 'string' ? given : given();
  const failure = await openStore({ url, now }).then(
    () => null,
    (error: unknown) => error,
  );

  expect(failure).toMatchObject({ code: 'store-failed' });
  expect(JSON.stringify([failure, String(failure)])).not.toContain('hunter2');
});

test('a server that ends between two statements ends a transaction, and not the program', async () => {
  const { db, read, close } = await openDatabase(database.url, now);
  const failure = await read(async (transaction) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(
      transaction,
    );
    database.run(`select pg_terminate_backend(${rows[0]?.pid}, 60000)`);
    // Nobody asks anything when it breaks.
    await sleep(100);
    await sql`select 1`.execute(transaction);
  }).catch((error: unknown) => error);

  expect(failure).toMatchObject({ code: 'store-failed', isRetryable: true });
  await expect(sql`select 1`.execute(db)).resolves.toBeDefined();
  await close();
});
