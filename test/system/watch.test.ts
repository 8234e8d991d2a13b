import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { connect as connectTo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Store } from '../../src/store/open-store.ts';
import { BEATS_A_SECOND, openBeats } from '../support/beats.ts';
import { joinedProgram } from '../support/joined-programs.ts';
import { runs } from '../support/long-run.ts';
import { askEngine, baseImage, openRealEngine, type RealEngine } from '../support/real-engine.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';
import { until } from '../support/until.ts';
import { openWatchRig, type WatchRig } from '../support/watch-rig.ts';

const execute = promisify(execFile);
const HOST = 'watched';
/** More at once are gone sooner than a busy engine lets anybody look (bench/watch.ts on a quiet one). */
const AT_ONCE = runs(12, 20);
const TOGETHER = AT_ONCE * runs(1, 2);
const ALONE = runs(4, 10);
/** That run while a process is dead or the engine starts anew: before it, during it and after it are some of them. */
const DISTURBED = runs(12, 60);
const program = joinedProgram('watch');

/** Dockerd runs itself once more to set up the network of a container, `none` too, unless it is to have nothing of it. */
const NO_NETWORK = { NetworkDisabled: true };

/** Only what is tried here is noted, and no moment in which this machine stands still. */
const timings = { silentMs: 600_000 };

let engine: RealEngine;
let waitBeats: ReturnType<typeof openBeats>;
/** Pipes in it end containers. */
let ends: string;
let place: TemporaryDatabase;
let store: Store;
let rig: WatchRig | null = null;

beforeAll(async () => {
  // Nothing here is about system calls: to put their filter together is half of what a container without a network takes.
  const options = ['--bridge=none', '--seccomp-profile', 'unconfined'];
  engine = await openRealEngine({ options });
  waitBeats = openBeats(engine.socketPath);
  engine.importBaseImage();
  ends = mkdtempSync(join(engine.folder, 'ends-'));
});
afterAll(() => engine.close());

beforeEach(async () => {
  place = temporaryDatabase();
  store = await place.open(Date.now);
});
afterEach(async () => {
  await rig?.close();
  rig = null;
  await store.close();
  place.remove();
});

const isWatched = async () => (await store.watches.listWatches([HOST]))[0]?.since != null;

async function watch(url = engine.url): Promise<void> {
  rig = openWatchRig(store, { [HOST]: url }, { timings });
  await until(isWatched);
}

interface Ran {
  name: string;
  from: number;
  to: number;
}

/** Runs a container that ends so many beats after it has begun. It waits without a program that looks again and again. */
async function runFor(beats: number, name: string): Promise<boolean> {
  const [pipe, begun] = [join(ends, name), join(ends, `${name}.begun`)];
  execFileSync('mkfifo', [pipe]);
  let end: FileHandle | undefined;
  try {
    // Opened for both, it waits for nobody.
    end = await open(pipe, 'r+');
    const script = `: >/ends/${name}.begun; read -r word </ends/${name}`;
    const ended = run(name, ['sh', '-c', script], {}, [`${ends}:/ends`]);
    await Promise.race([ended, until(() => existsSync(begun))]);
    await waitBeats(beats);
    await end.write('end\n');
    return await ended;
  } finally {
    await end?.close();
  }
}

/**
 * Runs containers that end soon, so many side by side; those that the engine really ran, which are
 * in `ran` as soon as they have.
 */
async function runMany(
  prefix: string,
  count: number,
  atOnce: number,
  { beats = 0, ran = [] }: { beats?: number; ran?: Ran[] } = {},
): Promise<Ran[]> {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const name = `${prefix}-${next}`;
      next += 1;
      const from = Date.now();
      const isRun = beats > 0 ? runFor(beats, name) : run(name);
      if (await isRun) ran.push({ name, from, to: Date.now() });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return ran;
}

/**
 * Runs a container of this name that is removed as it ends; true when it did, and well. Asked of the engine itself: its CLI
 * is a process for each.
 */
async function run(
  name: string,
  command = ['/bin/true'],
  config: object = NO_NETWORK,
  binds: readonly string[] = [],
): Promise<boolean> {
  const ask = async (path: string, body?: object) => {
    const answer = await askEngine(engine.socketPath, 'POST', `/containers/${path}`, body);
    return answer === '' ? {} : JSON.parse(answer);
  };
  try {
    const { Id: id } = await ask(`create?name=${name}`, {
      ...{ Image: baseImage, Cmd: command, ...config },
      HostConfig: { NetworkMode: 'none', AutoRemove: true, Binds: binds },
    });
    const removed = ask(`${id}/wait?condition=removed`);
    const [{ StatusCode }] = await Promise.all([removed, ask(`${id}/start`)]);
    return StatusCode === 0;
  } catch {
    return false;
  }
}

/** Nothing else in this process waits for it. */
const docker = (...words: string[]) => execute('docker', ['--host', engine.url, ...words]);

const stored = async () => {
  const listed = place.rows<{
    id: string;
    name: string;
    facts_json: string;
    is_gone: number;
  }>('select container_id as id, name, facts_json, is_gone from container');
  return new Map(listed.map((row) => [row.name, { ...row, facts: JSON.parse(row.facts_json) }]));
};

const blindTimes = () => store.scans.listBlindIntervals({ hosts: [HOST], since: 0 });

/** Those that are neither recorded nor within a time that the ledger names. */
async function silentlyMissed(ran: readonly Ran[]): Promise<string[]> {
  const known = await stored();
  const glimpsed = await store.watches.listGlimpses({ hosts: [HOST], since: 0 });
  const blind = await blindTimes();
  return ran
    .filter(({ name }) => !known.has(name) && !glimpsed.some((one) => one.name === name))
    .filter(
      ({ from, to }) =>
        !blind.some((one) => Date.parse(one.from) <= to && Date.parse(one.to ?? '9999') >= from),
    )
    .map(({ name }) => name);
}

/**
 * What was heard is stored: the end of a last container came after all of it. On a busy machine a
 * look at what ran takes its time; what is missed for good is told by the test.
 */
async function settle(ran: readonly Ran[]): Promise<void> {
  await until(isWatched);
  const name = `last-${Date.now()}`;
  const last = { name, from: Date.now(), to: 0 };
  await run(name);
  last.to = Date.now();
  const isStillThere = async () => (await stored()).get(name)?.is_gone === 0;
  await until(async () => (await silentlyMissed([last])).length === 0 && !(await isStillThere()));
  const deadline = Date.now() + 120_000;
  await until(async () => (await silentlyMissed(ran)).length === 0 || Date.now() > deadline);
}

it('records every short-lived container with its configuration, its times and its end', async () => {
  await watch();
  const ran = (
    await Promise.all([
      runMany('together', TOGETHER, AT_ONCE, { beats: 8 * BEATS_A_SECOND }),
      runMany('alone', ALONE, 1, { beats: BEATS_A_SECOND }),
    ])
  ).flat();
  await settle(ran);
  // On a busy machine what was heard is stored later, and what is wrong after all is shown below.
  const isGone = (known: Awaited<ReturnType<typeof stored>>, name: string) =>
    known.get(name)?.is_gone === 1;
  const deadline = Date.now() + 120_000;
  await until(async () => {
    const now = await stored();
    // What was heard is stored in any order: its start may come behind its end.
    const areTold = [...now.values()].every(({ facts }) => facts.startedAt !== null);
    return (areTold && ran.every(({ name }) => isGone(now, name))) || Date.now() > deadline;
  });
  const known = await stored();
  const all = await store.watches.listEvents({ hosts: [HOST], since: 0, limit: 10_000 });
  const ended = all.filter(({ kind }) => kind === 'ended');

  expect(ran).toHaveLength(TOGETHER + ALONE);
  expect(ran.filter(({ name }) => !isGone(known, name))).toEqual([]);
  for (const { id, facts } of known.values()) {
    expect(facts.imageReference).toBe(baseImage);
    // A busy engine may have removed it before anybody could look again: its end is told by the event.
    expect(['running', 'exited', 'removing']).toContain(facts.state);
    expect(facts.finishedAt === null).toBe(facts.state === 'running');
    expect(facts.networkNamespace).toMatchObject({ mode: 'none' });
    expect(facts.startedAt).not.toBeNull();
    expect(ended).toContainEqual(
      expect.objectContaining({ containerId: id, detail: { exitCode: 0 } }),
    );
  }
  const glimpses = await store.watches.listGlimpses({ hosts: [HOST], since: 0 });
  expect(glimpses.filter(({ name }) => !name.startsWith('last-'))).toEqual([]);
  expect(await blindTimes()).toEqual([]);
});

it('keeps exit codes, and the power of commands that are begun but not their words', async () => {
  await watch();
  const sleeper = ['--network', 'none', baseImage, 'sleep', '1000'];
  await docker('run', '--detach', '--name', 'host-of-execs', ...sleeper);
  await docker('exec', '--privileged', '--user', 'www', 'host-of-execs', 'echo', 'a-secret-word');
  const events = () => store.watches.listEvents({ hosts: [HOST], since: 0, limit: 1_000 });
  const has = (wanted: string) => async () => (await events()).some(({ kind }) => kind === wanted);
  await until(has('exec-ended'));
  await docker('rm', '--force', 'host-of-execs');
  await until(has('gone'));
  const told = await events();

  expect(told.map(({ kind }) => kind)).toEqual([
    ...['created', 'started', 'exec', 'exec-ended', 'ended', 'gone'],
  ]);
  expect(told.map(({ detail }) => detail)).toEqual([
    {},
    {},
    { exec: { state: 'read', value: { user: 'www', isPrivileged: true } } },
    { exitCode: 0 },
    { exitCode: 137 },
    {},
  ]);
  expect(place.holds(HOST)).toBe(true);
  expect(place.holds('a-secret-word')).toBe(false);
});

it('names the time in which its process was dead, or knows everything of it', async () => {
  const start = async () => {
    const child = spawn(process.execPath, [program, place.url, HOST, engine.url]);
    await once(child.stdout, 'data');
    return child;
  };
  const kill = async (child: ChildProcess) => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  const first = await start();
  await until(isWatched);
  const ran: Ran[] = [];
  const burst = runMany('killed', DISTURBED, 4, { ran });
  await until(() => ran.length >= DISTURBED / 6);
  await kill(first);
  await until(() => ran.length >= DISTURBED / 2);
  const second = await start();
  await burst;
  await settle(ran);
  await kill(second);

  expect(ran).toHaveLength(DISTURBED);
  expect(await silentlyMissed(ran)).toEqual([]);
});

it('names the time in which the engine was started anew', async () => {
  await watch();
  const before = await runMany('before', 3, 1);
  const during: Ran[] = [];
  const burst = runMany('during', DISTURBED / 2, 3, { ran: during });
  await until(() => during.length >= 3);
  await engine.restart();
  await burst;
  const ran = [...before, ...during, ...(await runMany('after', 3, 1))];
  await settle(ran);

  expect(await silentlyMissed(ran)).toEqual([]);
  expect((await blindTimes()).map(({ cause }) => cause)).toEqual([
    expect.stringContaining('started anew'),
  ]);
});

it('misses nothing when a proxy cuts the stream', async () => {
  const sockets = new Set<Socket>();
  const path = join(engine.folder, 'cutting.sock');
  const proxy = createServer((near) => {
    const far = connectTo(engine.socketPath);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(socket);
          near.destroy();
          far.destroy();
        });
    }
  }).listen(path);
  try {
    await watch(`unix://${path}`);
    const ran: Ran[] = [];
    const burst = runMany('cut', 12, 2, { ran });
    for (const count of [2, 5, 8]) {
      await until(() => ran.length >= count);
      for (const socket of sockets) socket.destroy();
    }
    await burst;
    await settle(ran);
    const known = await stored();
    const glimpsed = await store.watches.listGlimpses({ hosts: [HOST], since: 0 });

    expect(ran).toHaveLength(12);
    expect([...known.keys(), ...glimpsed.map(({ name }) => name)]).toEqual(
      expect.arrayContaining(ran.map(({ name }) => name)),
    );
    expect(await blindTimes()).toEqual([]);
  } finally {
    await rig?.close();
    rig = null;
    proxy.close();
    for (const socket of sockets) socket.destroy();
  }
});
