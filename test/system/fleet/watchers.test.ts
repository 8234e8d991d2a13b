import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore, type Store } from '../../../src/store/open-store.ts';
import { type CutNetwork, openCutNetwork } from '../../support/cut-network.ts';
import { type EventEngine, openEventEngine } from '../../support/event-engine.ts';
import { type FailoverPostgres, openFailoverPostgres } from '../../support/failover-postgres.ts';
import { type Forwarder, openForwarder } from '../../support/forwarder.ts';
import { joinedProgram } from '../../support/joined-programs.ts';
import { isLongRun } from '../../support/long-run.ts';
import { sparingNode } from '../../support/sources.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import type { WatcherOptions } from '../../support/watcher-process.ts';

// Processes that watch six living engines together, with leases of five seconds, over a PostgreSQL with a standby. One
// clock is an hour ahead, one an hour behind. What one test leaves, the next has.

const HOUR_MS = 3_600_000;
const CUT_MS = isLongRun ? 60_000 : 12_000;
/** Five seconds on a machine that has time for it (docs/watching.md); this one has not. */
const WITHIN_MS = 45_000;
/** While a lease runs out some come and go on each host. */
const LIVE_EVERY_MS = isLongRun ? 1_000 : 2_000;
const NAMES = Array.from({ length: 6 }, (_, index) => `web-${index}`);
const program = joinedProgram('watcher');
const folder = makeTemporaryFolder();

interface Watcher {
  id: string;
  child: ChildProcess;
}

let server: FailoverPostgres;
let network: CutNetwork;
let forwarders: Forwarder[];
let engines: EventEngine[];
let store: Store;
let living: NodeJS.Timeout;
/** Of the process on the other side of a cable. */
let farId: string;
/** The host whose engine forgot what happened. */
let forgetful = '';
let watchers: Watcher[];
/** Containers that came and went, by name. */
const ran = new Map<string, { host: string; at: number }>();

const urlOf = (host: string, port: number) =>
  `postgres://postgres@${host === '' ? 'localhost' : host}:${port}/postgres?${
    host === '' ? `host=${encodeURIComponent(folder)}&` : ''
  }idle_in_transaction_session_timeout=2000`;

async function begin(aheadMs = 0, isFar = false): Promise<Watcher> {
  const databaseUrl = isFar ? urlOf(network.address, forwarders[1]?.port ?? 0) : urlOf('', 5432);
  const hosts = Object.fromEntries(NAMES.map((name, index) => [name, engines[index]?.url ?? '']));
  const options: WatcherOptions = { databaseUrl, hosts, aheadMs };
  const words = [process.execPath, '--disable-warning=ExperimentalWarning', program];
  const [command = '', ...rest] = [...(isFar ? network.prefix : []), ...words];
  const child = spawn(command, [...rest, JSON.stringify(options)], {
    env: { ...sparingNode, PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const [id] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const watcher = { id, child };
  watchers.push(watcher);
  return watcher;
}

async function end({ child, id }: Watcher, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
  watchers = watchers.filter((one) => one.id !== id);
}

/** Runs a container on each engine, and notes it. */
function live(): void {
  for (const [index, engine] of engines.entries()) {
    const name = `c-${ran.size}`;
    ran.set(name, { host: NAMES[index] ?? '', at: Date.now() });
    engine.run(name);
  }
}

interface HeldHost {
  name: string;
  owner: string;
  until: number;
  isHeard: number;
  now: number;
}

const held = () =>
  server.rows<HeldHost>(`
    select host.name, lease_owner as owner, lease_until::float8 as until, is_hearing as "isHeard",
      (extract(epoch from clock_timestamp()) * 1000)::float8 as now
    from watch join host on host.id = host_id order by 1`);
const ascending = (a: number, b: number) => a - b;
const countsOf = (hosts: readonly HeldHost[]) =>
  watchers.map(({ id }) => hosts.filter(({ owner }) => owner === id).length).sort(ascending);
const isWhole = (hosts: readonly HeldHost[]) =>
  hosts.length === NAMES.length &&
  hosts.every(
    ({ owner, until: ends, isHeard, now }) =>
      isHeard === 1 && ends > now && watchers.some(({ id }) => id === owner),
  );
/** Waits until all hosts are heard by the living, so many by each. */
async function shared(...counts: number[]): Promise<void> {
  await until(async () => {
    const hosts = await held().catch(() => []);
    return isWhole(hosts) && String(countsOf(hosts)) === String(counts.toSorted(ascending));
  });
}

/** From the end of the leases of a process until others hear all of its hosts; milliseconds of the database. */
async function takeover(of: Watcher): Promise<number> {
  const before = (await held()).filter(({ owner }) => owner === of.id);
  const ends = Math.max(...before.map((one) => one.until));
  const names = before.map(({ name }) => name);
  for (;;) {
    const hosts = await held();
    const theirs = hosts.filter(({ name }) => names.includes(name));
    if (isWhole(theirs.length === names.length ? hosts : []) && theirs.every(isOfAnother(of))) {
      const [{ now } = { now: Number.NaN }] = hosts;
      process.stderr.write(
        `takeover: ${Math.round(now - ends)} ms after the end of ${names.length} leases\n`,
      );
      return now - ends;
    }
    await sleep(50);
  }
}
const hasForgotten = (name: string) => name === forgetful;
const isOfAnother =
  ({ id }: Watcher) =>
  ({ owner }: HeldHost) =>
    owner !== id;

/** What of the containers that ran until now is stored otherwise than once, or is in no blind time either. */
async function wrong(except: readonly string[] = []): Promise<string[]> {
  const known = new Map(
    (
      await server.rows<{ name: string; count: number }>(`
        select name, count(*)::int from (
          select name, container_id from container where is_gone = 1
          union select name, container_id from glimpse where removed_at is not null) one group by name`)
    ).map(({ name, count }) => [name, count]),
  );
  const blind = await store.scans.listBlindIntervals({ hosts: NAMES, since: 0 });
  const isBlind = ({ host, at }: { host: string; at: number }) =>
    except.includes(host) &&
    blind.some(
      (one) =>
        one.host === host &&
        Date.parse(one.from) <= at &&
        (one.to === null || at <= Date.parse(one.to)),
    );
  return [...ran]
    .filter(([name, one]) => known.get(name) !== 1 && !isBlind(one))
    .map(([name]) => name);
}

/** Ends a test: everything that ran is stored once; only of these hosts something may be in the ledger instead. */
async function settled(...except: string[]): Promise<void> {
  live();
  const soFar = new Set(ran.keys());
  const wrongSoFar = async () => (await wrong(except)).filter((name) => soFar.has(name));
  const deadline = Date.now() + 180_000;
  await until(async () => (await wrongSoFar()).length === 0 || Date.now() > deadline);
  expect((await wrongSoFar()).slice(0, 5)).toEqual([]);
  const events = `select container_id, kind, count(*) from container_event
    group by host_id, container_id, kind having count(*) > 1`;
  expect(await server.rows(events)).toEqual([]);
  // One that changes hands is unheard for a moment, which is no blind time once what happened meanwhile was read.
  const blind = async () =>
    (await store.scans.listBlindIntervals({ hosts: NAMES, since: 0 })).filter(
      ({ host }) => !except.includes(host),
    );
  let unheard: Awaited<ReturnType<typeof blind>> = [];
  await until(async () => {
    unheard = await blind();
    return unheard.length === 0 || Date.now() > deadline;
  });
  expect(unheard).toEqual([]);
}

beforeAll(async () => {
  watchers = [];
  mkdirSync(join(folder, 'engines'));
  server = await openFailoverPostgres();
  network = openCutNetwork();
  const target = () => server.socket();
  forwarders = [
    await openForwarder({ path: join(folder, '.s.PGSQL.5432') }, target),
    await openForwarder({ host: network.address, port: 0 }, target),
  ];
  engines = await Promise.all(
    NAMES.map((name) => openEventEngine(Date.now, join(folder, 'engines', name))),
  );
  // An engine that never told anything has nothing to be known by.
  for (const engine of engines) engine.run('before');
  store = await openStore({ url: urlOf('', 5432), now: Date.now });
  const [, , far] = await Promise.all([begin(HOUR_MS), begin(-HOUR_MS), begin(0, true)]);
  farId = far.id;
  await shared(2, 2, 2);
  living = setInterval(live, LIVE_EVERY_MS);
});
afterAll(async () => {
  clearInterval(living);
  for (const { child } of watchers) child.kill('SIGKILL');
  await store?.close();
  for (const one of forwarders) one.close();
  await Promise.all(engines.map((engine) => engine.close()));
  network.close();
  await server.stop();
});

test('hosts move to one that comes and from one that goes, and nothing is missed', async () => {
  const fourth = await begin();
  await shared(2, 2, 1, 1);
  await end(fourth, 'SIGTERM');
  await shared(2, 2, 2);
  await settled();
});

test('a process that is killed: others watch its hosts soon after the end of its leases', async () => {
  const killed = watchers.find(({ id }) => id !== farId) as Watcher;
  forgetful = (await held()).find(({ owner }) => owner === killed.id)?.name ?? '';
  await end(killed, 'SIGKILL');
  // More than the engine remembers.
  const engine = engines[NAMES.indexOf(forgetful)];
  for (let count = 0; count < 300; count += 1) engine?.emit('pull', 'i', { type: 'image' });

  expect(await takeover(killed)).toBeLessThan(WITHIN_MS);
  const blind = await store.scans.listBlindIntervals({ hosts: [forgetful], since: 0 });
  expect(blind).toContainEqual(
    expect.objectContaining({ cause: expect.stringContaining('more happened') }),
  );
  await begin(HOUR_MS);
  await shared(2, 2, 2);
  await settled(forgetful);
});

test('a process that stands still loses its hosts, and what it writes late changes nothing', async () => {
  const still = watchers.find(({ id }) => id !== farId) as Watcher;
  still.child.kill('SIGSTOP');
  expect(await takeover(still)).toBeLessThan(WITHIN_MS);
  still.child.kill('SIGCONT');
  await shared(2, 2, 2);
  await settled(...NAMES.filter(hasForgotten));
});

test.each(['fast', 'immediate'] as const)(
  'PostgreSQL is restarted (%s): all go on by themselves',
  async (mode) => {
    await server.restart(mode);
    await shared(2, 2, 2);
    await settled(...NAMES.filter(hasForgotten));
  },
);

test('the network between a process and the database is cut: others watch its hosts, and it comes back', async () => {
  const far = watchers.find(({ id }) => id === farId) as Watcher;
  network.cut(true);
  const over = sleep(CUT_MS);
  expect(await takeover(far)).toBeLessThan(WITHIN_MS);
  await over;
  // What it may not have noticed: all that it holds is of others by now.
  expect((await held()).filter(({ owner }) => owner === far.id)).toEqual([]);
  network.cut(false);
  await shared(2, 2, 2);
  await settled(...NAMES.filter(hasForgotten));
}, 900_000);

test('PostgreSQL ends and its standby takes its place: all go on by themselves', async () => {
  await server.failOver('immediate');
  await shared(2, 2, 2);
  await settled(...NAMES.filter(hasForgotten));
});
