import { readdirSync } from 'node:fs';
import { getPriority } from 'node:os';
import { openWorkspace, type Workspace } from '../../../demo/workspace/workspace.ts';
import { type GatedEngine, openGatedEngine } from '../../support/gated-engine.ts';
import { patient } from '../../support/patient.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { runHere } from '../../support/run-seawall.ts';
import {
  type SharedPlace,
  type SharedProcess,
  startShared,
  writeSettings,
} from '../../support/shared-processes.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

// A bot and two workers, each a process of its own, on a PostgreSQL of theirs. What one test leaves, the next has.

const WAIT_MS = 240_000;
const folder = makeTemporaryFolder();
let server: PostgresServer;
let database: ReturnType<PostgresServer['create']>;
let workspace: Workspace;
let engine: GatedEngine;
let place: SharedPlace;
let serve: SharedProcess;
let workers: SharedProcess[];

beforeAll(async () => {
  // What was committed has to be there after a crash, which servers of tests do not promise.
  server = startPostgres(['synchronous_commit=on']);
  database = server.create();
  workspace = await openWorkspace({ delivery: { mode: 'socket' }, rateLimits: false });
  engine = await openGatedEngine();
  const hosts = ['web-1', 'web-2'].map((name) => ({
    ...{ ...patient, name, url: engine.url, watch: false },
  }));
  place = { folder, databaseUrl: database.url, workspace, hosts };
  writeSettings(place);
  // All three find an empty database.
  [serve, ...workers] = await Promise.all([
    startShared('serve', place),
    startShared('worker', place),
    startShared('worker', place),
  ]);
});
afterAll(async () => {
  await Promise.all([serve, ...workers].map((one) => one?.end('SIGKILL')));
  await engine.close();
  await workspace.close();
  server.stop();
});

const numberOf = (query: string) => Number(database.run(query));
const scans = (host = 'web-1') =>
  numberOf(`select count(*) from scan join host on host.id = host_id where name = '${host}'`);
const jobs = () => numberOf(`select count(*) from scan_job`);
const answers = () =>
  workspace
    .messages('security')
    .filter((one) => one.isFromApp && one.thread_ts === undefined && /grade/i.test(one.text));
const ask = (line: string) => workspace.sendCommand({ text: line });
const answered = (count: number) => workspace.waitUntil(() => answers().length === count, WAIT_MS);
/** The worker that does the job which has not ended. */
const working = (): SharedProcess | undefined => {
  const pid = numberOf(
    `select coalesce(max(pid), 0) from scan_job join process on process.id = lease_owner where ended_at is null`,
  );
  return workers.find((one) => one.pid === pid);
};
/** What the terminal prints of a scan, without its times. */
const scanInTerminal = async () => {
  const environment = { DATABASE_URL: database.url };
  const words = ['scan', 'on', 'web-1', '--json'];
  const { stdout } = await runHere(words, { cwd: folder, environment });
  const { results, coverage, posture } = JSON.parse(stdout) as {
    results: { verdict: string }[];
  } & {
    [more in 'coverage' | 'posture']: object;
  };
  return { results, coverage, posture };
};
const roleOfNewest = () =>
  database.run(
    `select coalesce(max(role), 'none') from process where id = (select lease_owner from scan_job order by id desc limit 1)`,
  );
let byWorker: Awaited<ReturnType<typeof scanInTerminal>>;
/** Those that threads of a process have; one may end while it is looked at. */
const prioritiesOf = (pid: number) => {
  const threads = readdirSync(`/proc/${pid}/task`);
  const priorities = threads.flatMap((thread) => {
    try {
      return getPriority(Number(thread));
    } catch {
      return [];
    }
  });
  return [...new Set(priorities)];
};
/** Lines of the metrics of all workers together. */
const metricsOfWorkers = async (): Promise<string[]> => {
  const asked = workers.map(async ({ origin }) => (await fetch(`${origin}/metrics`)).text());
  return (await Promise.all(asked)).join('\n').split('\n');
};
const isHeldUp = () => engine.held() > 0 && working() !== undefined;

test('a worker does the scan that somebody asks the bot for, and the bot answers', async () => {
  await ask('scan on web-1');
  await answered(1);

  expect(scans()).toBe(1);
  const role = `select role from scan_job join process on process.id = lease_owner`;
  expect(database.run(role)).toBe('worker');
  expect(answers()[0]?.text).toMatch(/web-1/);
  // Who answers people goes first.
  expect([serve, ...workers].map(({ pid }) => prioritiesOf(pid))).toEqual([[0], [5], [5]]);
  expect(await metricsOfWorkers()).toContain('seawall_scan_queue_seconds_count{role="worker"} 1');
  // It counts a scan once that is stored, from when on the bot may answer.
  const counted = 'seawall_scans_total{host="web-1",outcome="good",role="worker"} 1';
  await until(async () => (await metricsOfWorkers()).includes(counted));
});

test('a worker does the scan of a terminal, which prints every result, passes too', async () => {
  byWorker = await scanInTerminal();

  expect(roleOfNewest()).toBe('worker');
  expect(new Set(byWorker.results.map(({ verdict }) => verdict))).toContain('pass');
});

test('two who ask share one scan, and both see how far it is', async () => {
  engine.shut();
  await ask('scan on web-1');
  await until(isHeldUp);
  await workspace.sendCommand({ text: 'scan on web-1', user: 'bob' });
  await until(() => numberOf(`select askers from scan_job order by id desc limit 1`) === 2);
  engine.open();
  await answered(3);

  expect(scans()).toBe(3);
  expect(jobs()).toBe(3);
});

test('a scan whose worker is killed runs again on another, is stored once and answered', async () => {
  const before = { scans: scans(), answers: answers().length };
  engine.shut();
  await ask('scan on web-1');
  await until(isHeldUp);
  const killed = working();
  await killed?.end('SIGKILL');
  workers = workers.filter((one) => one !== killed);
  engine.open();
  await answered(before.answers + 1);

  expect(scans()).toBe(before.scans + 1);
  expect(numberOf('select tries from scan_job order by id desc limit 1')).toBe(2);
});

test.each(['fast', 'immediate'] as const)(
  'PostgreSQL is restarted (%s) in the middle of a scan: it is stored once and answered',
  async (mode) => {
    const before = { scans: scans(), answers: answers().length };
    engine.shut();
    await ask('scan on web-1');
    await until(isHeldUp);
    server.restart(mode);
    engine.open();
    await answered(before.answers + 1);

    expect(scans()).toBe(before.scans + 1);
    for (const { origin } of [serve, ...workers]) {
      expect((await fetch(`${origin}/healthz`)).status).toBe(200);
    }
  },
);

test('a worker that is told to stop ends what it does; without one the bot scans itself', async () => {
  const before = scans('web-2');
  engine.shut();
  await ask('scan on web-2');
  await until(isHeldUp);
  const last = working();
  const ended = last?.end('SIGTERM');
  engine.open();

  expect(await ended).toBe(0);
  await workspace.waitUntil(() => answers().at(-1)?.text.includes('web-2') === true, WAIT_MS);
  expect(scans('web-2')).toBe(before + 1);
  expect(
    numberOf(`select count(*) from process where role = 'worker' and pid = ${last?.pid}`),
  ).toBe(0);
  workers = workers.filter((one) => one !== last);
  await ask('scan on web-2');
  await until(() => scans('web-2') === before + 2);
  expect(roleOfNewest()).toBe('serve');
  const byItself = await scanInTerminal();
  // A terminal is nobody's process.
  expect(roleOfNewest()).toBe('none');
  expect(byItself).toEqual(byWorker);
});

test('a worker refuses an SQLite file, and says what to do', async () => {
  const environment = { DATABASE_URL: `sqlite:${folder}/none.db`, DOCKER_HOST: engine.url };
  const ended = await runHere(['worker'], { cwd: folder, environment });

  expect(ended.status).toBe(2);
  expect(ended.stderr).toContain('A worker shares a PostgreSQL with the bot');
  expect(ended.stderr).toContain('Set DATABASE_URL=postgres://');
});
