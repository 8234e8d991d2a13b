import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { moveStore } from '../../../src/store/move.ts';
import { openStore, type Store } from '../../../src/store/open-store.ts';
import { main } from '../../support/joined-programs.ts';
import { type PostgresDatabase, postgresServer } from '../../support/postgres-server.ts';
import { runHere } from '../../support/run-seawall.ts';
import { currentFinding, scanRecord } from '../../support/scan-records.ts';
import { seedHistory } from '../../support/seed-history.ts';
import { type TemporaryFile, temporaryFile } from '../../support/temporary-database.ts';

const now = Date.parse('2026-11-25T08:00:00Z');
const hosts = ['web-1', 'odd'];
const seeded = temporaryFile();
let file: TemporaryFile;
let target: PostgresDatabase;

beforeAll(async () => {
  await seedHistory(seeded, { now, days: 60, down: [7] });
  const odd = {
    ...currentFinding(),
    subjectKey: 'a\0b \ud83d "\\u0000"',
    message: '\ufdd0 \u202e',
  };
  const store = await seeded.open(() => now);
  await store.scans.saveScan(scanRecord({ host: 'odd', findings: [odd] }));
  await store.close();
});
afterAll(() => seeded.remove());
beforeEach(() => {
  file = temporaryFile();
  copyFileSync(seeded.path, file.path);
  target = postgresServer().create();
});
afterEach(() => file.remove());

const urls = () => ({ from: file.url, to: target.url });

/** What commands read, of now and of before. */
async function everythingOf(store: Store) {
  return {
    findings: await store.scans.listOpenFindings({ hosts }),
    changes: await store.scans.listFindingChanges({ hosts, since: now - 30 * 86_400_000 }),
    containers: await store.scans.listContainers({ hosts, includeGone: true }),
    blind: await store.scans.listBlindIntervals({ hosts, since: 0 }),
    last: await store.scans.findLastScan('web-1'),
    good: await store.scans.findLastGoodScan('odd'),
    history: await store.scans.listScanHistory({
      hosts,
      since: now - 60 * 86_400_000,
      stretchMs: 86_400_000,
    }),
    audit: await store.audit.list({}, 100),
  };
}

async function read(open: () => Promise<Store>) {
  const store = await open();
  try {
    return await everythingOf(store);
  } finally {
    await store.close();
  }
}

const moved = async () => {
  return read(() => openStore({ url: target.url, now: () => now }));
};

test('a file of an older version is brought to this one first', async () => {
  const actor = { id: 'U1', name: 'alice', place: 'C1' };
  const plan = { channel: 'C1', day: '2026-11-24', timezone: 'UTC', dueAt: now, scheduledBy: null };
  const store = await file.open(() => now);
  await store.digests.requestRun(plan, { actor, at: now });
  await store.close();
  await file.migrateDownTo('0018-wide-keys');
  await moveStore(
    urls(),
    () => now,
    () => {},
  );

  expect(target.run('select local_day, state, lease_token from digest_run')).toBe(
    '2026-11-24|running|0',
  );
});

test('everything is there afterwards, and the next scan goes on with it', async () => {
  const tables: string[] = [];
  await moveStore(
    urls(),
    () => now,
    ({ table }) => tables.push(table),
  );

  expect(new Set(tables).size).toBe(tables.length);
  expect(tables).toEqual(
    expect.arrayContaining(['finding', 'scan', 'host', 'container', 'outbox']),
  );
  expect(await moved()).toEqual(await read(() => file.open(() => now)));

  const store = await openStore({ url: target.url, now: () => now });
  const at = new Date(now + 1_000).toISOString();
  const saved = await store.scans.saveScan(
    scanRecord({ host: 'odd', startedAt: at, finishedAt: at }),
  );
  await store.close();
  expect(saved.closed).toHaveLength(1);
});

test('a second run finds everything there, and changes nothing', async () => {
  await moveStore(
    urls(),
    () => now,
    () => {},
  );
  const { from, to } = urls();
  const { stdout, status } = await runHere(['move', from, to, '--json'], {
    cwd: dirname(file.path),
    environment: {},
  });
  const { tables, ...told } = JSON.parse(stdout) as {
    tables: { table: string; rows: number; wasThere: boolean }[];
  };

  expect(status).toBe(0);
  expect(tables.length).toBeGreaterThan(20);
  expect(tables.every(({ wasThere }) => wasThere)).toBe(true);
  expect(told).toEqual({
    ...{ answer: 'move', takenAt: expect.any(String) },
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
  });
});

test('one that is killed goes on when it is run again', async () => {
  for (const point of ['host', 'scan', 'finding']) await killAfter(point);
  await moveStore(
    urls(),
    () => now,
    () => {},
  );

  expect(await moved()).toEqual(await read(() => file.open(() => now)));
});

test('a table that takes longer to read than PostgreSQL lets a transaction stand still', async () => {
  // Each page takes a while to read, and all of them together longer than the limit.
  file.run('alter table missed_day add column slow as (length(hex(zeroblob(60000 + count % 7))))');
  let rows = 0;
  const insertTo = (last: number) => {
    file.run(`with recursive each(i) as (select ${rows + 1} union all select i + 1 from each where i < ${last})
      insert into missed_day (key, count) select 'day ' || i, i from each`);
    rows = last;
  };
  const readMs = () => {
    const began = performance.now();
    file.run('select sum(slow) from missed_day');
    return performance.now() - began;
  };
  insertTo(5_000);
  // As many as the first ones tell, and more where they were slower to read than others.
  let took = readMs();
  while (took < 2_000) {
    insertTo(Math.ceil((rows * 2_200) / took));
    took = readMs();
  }
  const limitMs = Math.round(took / 2);
  const separator = target.url.includes('?') ? '&' : '?';
  const to = `${target.url}${separator}idle_in_transaction_session_timeout=${limitMs}`;

  await moveStore(
    { from: file.url, to },
    () => now,
    () => {},
  );

  expect(target.run('select count(*) from missed_day')).toBe(String(rows));
});

test('other rows are left alone, and it says in which table', async () => {
  await moveStore(
    urls(),
    () => now,
    () => {},
  );
  target.run("update finding set message = 'of somebody else' where id = 1");

  await expect(
    moveStore(
      urls(),
      () => now,
      () => {},
    ),
  ).rejects.toThrow('other rows in finding');
});

test('a file that a bot uses is refused', async () => {
  const store = await file.open(() => now);
  await store.audit.list({}, 1);

  await expect(
    moveStore(
      urls(),
      () => now,
      () => {},
    ),
  ).rejects.toThrow('in use');
  await store.close();
});

/** Kills the program as soon as it says that a table is done. */
async function killAfter(table: string): Promise<void> {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', main, 'move', file.url, target.url],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'exit');
  let said = '';
  child.stdout?.on('data', (text: Buffer) => {
    said += text;
    if (said.includes(`${table}: `)) child.kill('SIGKILL');
  });
  await ended;
  expect(said).toContain(`${table}: `);
}
