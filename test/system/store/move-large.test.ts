import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import pg from 'pg';
import * as migrations from '../../../migrations/index.ts';
import { fullAccess } from '../../../src/command/access.ts';
import { runLine } from '../../../src/command/run-line.ts';
import { assembleCore } from '../../../src/programs/assemble.ts';
import { defaultPolicy } from '../../../src/rules/policy.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { migrateToLatest } from '../../../src/store/migrate.ts';
import { answerJson } from '../../../src/views/json.ts';
import { main } from '../../support/joined-programs.ts';
import { isLongRun, runs } from '../../support/long-run.ts';
import { type PostgresDatabase, postgresServer } from '../../support/postgres-server.ts';
import { hostName, seedFleet } from '../../support/seed-fleet.ts';
import { type TemporaryFile, temporaryFile } from '../../support/temporary-database.ts';

const HOSTS = runs(20, 1_000);
/** It needs tables that need others, and so comes after most. */
const LATE_TABLE = 'host_summary';
const now = Date.parse('2026-11-25T08:00:00Z');
const actor = { id: 'U1', name: 'alice', place: 'C1' };
const declared = Array.from({ length: HOSTS }, (_, index) => ({
  ...{ name: hostName(index), url: 'tcp://127.0.0.1:1', tls: undefined, labels: {} },
  ...{ isDefault: index === 0, evidence: 'api' as const },
}));
const one = hostName(0);
/** Each command that answers from the database, of the fleet where its answer is not as long as the database. */
const lines = [
  ...[
    'findings on all',
    'findings critical high',
    'findings accepted on all',
    'findings at 30d on all',
  ],
  ...['containers on all', 'containers privileged', 'containers gone since 30d on all'],
  ...['hosts', 'posture on all', 'history since 90d on all', 'surface', 'surface openssl on all'],
  ...[`diff since 7d on ${one}`, 'diff since 1d on all', `inspect shop-service-1-1 on ${one}`],
  ...[`controls on ${one}`, `isolation on ${one}`, `reach shop-service-1-1 on ${one}`],
  ...[
    `why no-root-user shop-service-1-1 on ${one}`,
    `compare ${one} ${hostName(1)}`,
    'explain no-root-user',
  ],
  ...[`export csv on ${one}`, `export sarif on ${one}`, 'audit', 'help'],
  ...['status', 'images on all', `images on ${one}`, 'exposure openssl on all'],
  ...['exposure openssl<1.30 since 30d on all', 'exposure CVE-2026-1234 on all', 'execs on all'],
  ...['digest', 'digest preview', 'alerts', 'feeds'],
  ...['findings expiring on all', 'findings unknown on all', 'controls on all', 'isolation on all'],
];
let file: TemporaryFile;
let target: PostgresDatabase;

beforeAll(async () => {
  file = temporaryFile();
  await seedFleet(file.url, { hosts: HOSTS, days: 90, now });
  target = postgresServer().create();
}, 900_000);
afterAll(() => file.remove());

/** What a command says as JSON, twice: the whole, and the first page of it as in a chat. */
async function* answersOf(url: string) {
  const { context, store } = await assembleCore({
    ...{ hosts: declared, databaseUrl: url, policy: defaultPolicy, now: () => now },
  });
  try {
    for (const text of lines) {
      for (const paging of [undefined, { after: null, scans: null }]) {
        const asked = { text, access: fullAccess, reference: 'a1b2', paging };
        const answer = await runLine({ ...context, actor, onProgress: () => {} }, asked);
        const json = answerJson(answer);
        // How much it takes is each database's own.
        if (answer.kind === 'status') Object.assign(json, { size: null });
        yield { text, paging, kind: answer.kind, json: JSON.stringify(json) };
      }
    }
  } finally {
    await store.close();
  }
}

/** Makes the tables of the target; what it gives lets nobody into the one that is moved after most others. */
async function holdLateTable(): Promise<{ release(): Promise<void> }> {
  const { db, unhurried, close } = await openDatabase(target.url, Date.now);
  await migrateToLatest(db, migrations, unhurried);
  await close();
  const client = new pg.Client({ connectionString: target.url });
  await client.connect();
  await client.query(`begin; lock table ${LATE_TABLE} in access exclusive mode`);
  return { release: () => client.end() };
}

/** Starts the program, and kills it with -9 once a condition on what it has said holds. */
async function killWhen(isTime: (said: readonly string[], sinceMs: number) => boolean) {
  const child = start();
  const ended = once(child, 'exit');
  const said: string[] = [];
  let last = Date.now();
  if (child.stdout === null) throw new Error('the program has no output');
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line);
    last = Date.now();
  });
  const timer = setInterval(() => {
    if (isTime(said, Date.now() - last)) child.kill('SIGKILL');
  }, 5);
  await ended;
  clearInterval(timer);
  return { said, signal: child.signalCode };
}

const start = (): ChildProcess =>
  spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', main, 'move', file.url, target.url],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );

const saysOf = (said: readonly string[], table: string) =>
  said.some((line) => line.startsWith(`${table}: `));

test(`a store of ${isLongRun ? '200,000 rows' : 'some hosts'} moves whole, though it is killed three times`, async () => {
  const began = Date.now();
  // However late this process sees what the program said: that has not moved all of it meanwhile.
  const late = await holdLateTable();
  // As soon as a table is done, in the middle of the next one, and after nearly all.
  const first = await killWhen((said) => saysOf(said, 'host'));
  const second = await killWhen((said, ms) => saysOf(said, 'inventory') && ms > 40);
  const third = await killWhen((said) => saysOf(said, 'finding'));
  expect([first, second, third].map(({ signal }) => signal)).toEqual([
    ...['SIGKILL', 'SIGKILL', 'SIGKILL'],
  ]);
  expect(saysOf(third.said, LATE_TABLE)).toBe(false);
  await late.release();
  const again = Date.now();
  const last = await killWhen(() => false);
  expect(last.signal).toBeNull();
  expect(saysOf(last.said, LATE_TABLE)).toBe(true);
  const rows = last.said.reduce(
    (sum, line) => sum + Number(/: ([\d,]+)/.exec(line)?.[1]?.replaceAll(',', '') ?? 0),
    0,
  );
  if (isLongRun) expect(rows).toBeGreaterThan(200_000);
  process.stderr.write(
    `move: ${rows} rows; killed three times ${(again - began) / 1_000} s, the rest ${(Date.now() - again) / 1_000} s\n`,
  );

  const there = answersOf(target.url);
  for await (const here of answersOf(file.url)) {
    const { value } = await there.next();
    if (here.json !== value?.json) expect(value).toEqual(here);
    expect({ text: here.text, isProblem: here.kind === 'problem' }).toEqual({
      ...{ text: here.text, isProblem: false },
    });
  }
  await there.return();
}, 3_600_000);
