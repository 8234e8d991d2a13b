import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KernelDoorOptions, openKernelDoor } from '../../src/engine/kernel-door.ts';
import { createParserPool } from '../../src/engine/parser-pool.ts';
import { createProbeTurn } from '../../src/engine/probe-turn.ts';
import { createSnapshotTaker } from '../../src/engine/snapshot-taker.ts';
import { type ProbeOutput, procCalls } from '../../src/snapshot/collector.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { untilRuns } from '../support/commands-in.ts';
import { elf } from '../support/elf.ts';
import { joinedProgram } from '../support/joined-programs.ts';
import { patient, patientDoor } from '../support/patient.ts';
import { askEngine, baseImage, openRealEngine, type RealEngine } from '../support/real-engine.ts';
import { openRecordingProxy, type RecordingProxy } from '../support/recording-proxy.ts';
import { startContainer, startSleeper } from '../support/run-options.ts';
import { sparingNode } from '../support/sources.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const cwd = makeTemporaryFolder();
/** One for all that opens a door by itself. */
const parsers = createParserPool();
let engine: RealEngine;
let proxy: RecordingProxy;
let beforeCall: (call: string) => Promise<void> | void = () => {};
let before: Awaited<ReturnType<typeof everything>>;

/** What the runtime of this engine refuses: nothing, our seccomp profile, or every container. */
const refuse = (what: 'nothing' | 'ours' | 'all') => writeFileSync(join(cwd, 'refuses'), what);

/** Passes everything on to runc, unless it is told to refuse. Only our profile allows no `clone`. */
const pickyRuntime = `#!/bin/sh
bundle=
previous=
for word in "$@"; do
  test "$previous" = --bundle && bundle="$word"
  previous="$word"
done
refuses="$(cat '${cwd}/refuses')"
if test -n "$bundle"; then
  test "$refuses" = all && { echo 'not this one' >&2; exit 1; }
  test "$refuses" = ours && ! grep -q '"clone"' "$bundle/config.json" && {
    echo 'not with this profile' >&2; exit 1;
  }
fi
exec runc "$@"
`;

beforeAll(async () => {
  const runtime = join(cwd, 'picky');
  writeFileSync(runtime, pickyRuntime, { mode: 0o755 });
  refuse('nothing');
  engine = await openRealEngine({
    options: ['--add-runtime', `picky=${runtime}`, '--default-runtime', 'picky'],
  });
  engine.importBaseImage();
  await startSleeper(engine, 'workload');
  proxy = await openRecordingProxy({
    listenOn: join(engine.folder, 'proxy.sock'),
    engineSocket: engine.socketPath,
    beforeCall: (call) => beforeCall(call),
  });
});
afterAll(async () => {
  parsers.close();
  await proxy?.close();
  await engine?.close();
});
beforeEach(async () => {
  before = await everything();
});
afterEach(() => {
  beforeCall = () => {};
  refuse('nothing');
});

/** Everything that a probe could leave on a host. */
async function everything() {
  const volumes = JSON.parse(await askEngine(engine.socketPath, 'GET', '/volumes'));
  return {
    containers: await listed('containers'),
    images: await listed('images'),
    volumes: (volumes.Volumes ?? []).map(({ Name }: { Name: string }) => Name).sort(),
    layers: readdirSync(join(engine.folder, 'data/overlay2')).length,
    stored: readdirSync(join(engine.folder, 'data/image/overlay2/imagedb/content/sha256')).sort(),
  };
}

/** Ids, by the engine's API: its CLI is a program for each look. */
async function listed(kind: 'containers' | 'images', filters: object = {}): Promise<string[]> {
  const query = new URLSearchParams({ all: '1', filters: JSON.stringify(filters) });
  const answer = await askEngine(engine.socketPath, 'GET', `/${kind}/json?${query.toString()}`);
  return (JSON.parse(answer) as { Id: string }[]).map(({ Id }) => Id).sort();
}

const labelled = (kind: 'containers' | 'images') => listed(kind, { label: ['seawall.probe=1'] });

async function look(evidence: 'files' | 'kernel' = 'kernel'): Promise<Snapshot> {
  const hosts = [{ ...patient, name: 'host', url: proxy.url, evidence }];
  return createSnapshotTaker({ hosts, clock: Date.now }).takeSnapshot('host');
}

async function readOnce(options: Partial<KernelDoorOptions> = {}): Promise<ProbeOutput> {
  const opened = openKernelDoor({
    url: proxy.url,
    allowedEndpoints: procCalls,
    clock: Date.now,
    turn: createProbeTurn(),
    parsers,
    ...patientDoor,
    ...options,
  });
  try {
    return await opened.read([{ pid: 1, file: 'status' }]);
  } finally {
    await opened.close();
  }
}

/** Reads as whoever thinks that all of another second belongs to a Seawall that died. */
async function removeLeftovers(): Promise<void> {
  const second = () => Math.floor(Date.now() / 1_000);
  const made = second();
  await until(() => second() > made);
  await readOnce({ leftoverSeconds: 0 });
}

/** Reads in a process of its own, which is killed when it makes this call; that never arrives. */
async function dieAt(pattern: RegExp): Promise<void> {
  const held = Promise.withResolvers<void>();
  beforeCall = (call) => {
    if (!pattern.test(call)) return undefined;
    held.resolve();
    return new Promise(() => {});
  };
  const words = [joinedProgram('kernelReader'), proxy.url];
  const child = spawn(process.execPath, words, { cwd, env: sparingNode, stdio: 'ignore' });
  const ended = once(child, 'exit');
  await held.promise;
  child.kill('SIGKILL');
  await ended;
  beforeCall = () => {};
}

describe('nothing is left', () => {
  it('after a success', async () => {
    const snapshot = await look();

    expect(snapshot.kernel).toMatchObject({
      state: 'read',
      value: { containers: [{ facts: { state: 'read' } }], notes: [] },
    });
    expect(await everything()).toEqual(before);
  });

  it('when the image goes away under it', async () => {
    beforeCall = async (call) => {
      if (!/containers\/create/.test(call)) return;
      for (const id of await labelled('images')) engine.docker('rmi', id);
    };

    await expect(readOnce()).rejects.toThrow('No such image');
    expect(await everything()).toEqual(before);
  });

  it('when there is no program to make an image of, which names what there is not', async () => {
    proxy.calls.length = 0;

    await expect(readOnce({ busybox: '/nowhere/busybox' })).rejects.toThrow(
      'no static busybox: /nowhere/busybox is not there',
    );
    expect(proxy.calls.filter((call) => !call.startsWith('GET'))).toEqual([]);
  });

  it('when the program cannot run', async () => {
    // Passes for a static program until a kernel is to run it.
    const busybox = join(cwd, 'no-program');
    writeFileSync(busybox, elf({ machine: process.arch === 'arm64' ? 183 : 62 }));

    await expect(readOnce({ busybox })).rejects.toThrow('it ended with 1: exec /busybox');
    expect(await everything()).toEqual(before);
  });

  it('when the engine refuses to start it', async () => {
    refuse('all');

    await expect(readOnce()).rejects.toThrow('OCI runtime create failed');
    expect(await everything()).toEqual(before);
  });

  it('when it runs under the profile of the engine, because ours was refused', async () => {
    refuse('ours');

    const { files, notes } = await readOnce();

    expect(files.get('/proc/1/status')).toContain('Name:');
    expect(notes).toEqual([
      expect.stringMatching(/engine's own seccomp profile.*OCI runtime create failed/),
    ]);
    expect(await everything()).toEqual(before);
  });
});

describe('after the reading process was killed', () => {
  it.each<[string, RegExp, { containers: number; images: number }]>([
    ['before it makes the container', /POST .*containers\/create/, { containers: 0, images: 1 }],
    ['before it starts that', /\/start$/, { containers: 1, images: 1 }],
    ['before it removes that', /DELETE .*containers/, { containers: 0, images: 1 }],
    ['before it removes the image', /DELETE .*images/, { containers: 0, images: 1 }],
  ])('%s, the next start removes what is left', async (_, pattern, left) => {
    await dieAt(pattern);
    const leftNow = async () => ({
      containers: (await labelled('containers')).length,
      images: (await labelled('images')).length,
    });
    expect(await leftNow()).toEqual(left);

    // What another Seawall may be at work with is left alone.
    await readOnce();
    expect(await leftNow()).toEqual(left);
    await removeLeftovers();
    expect(await everything()).toEqual(before);
  });
});

describe('after a restart of the engine', () => {
  it('in the middle of a reading, the next start removes what is left', async () => {
    let restart: Promise<void> | undefined;
    beforeCall = (call) => {
      if (/\/start$/.test(call)) restart ??= engine.restart();
      return restart;
    };

    // The engine has removed the container itself by the time the start arrives.
    await expect(readOnce()).rejects.toThrow();
    await restart;
    await removeLeftovers();

    expect(await everything()).toEqual(before);
  });

  it('that outlived a killed reader, the next start removes what is left', async () => {
    await dieAt(/\/start$/);
    expect(await labelled('images')).toHaveLength(1);
    await engine.restart();
    await removeLeftovers();

    expect(await everything()).toEqual(before);
  });
});

it('is no container and no image of the host, while one that poses as it is', async () => {
  // The last one ended with the engine; without any there is nothing to look at.
  await startSleeper(engine, 'another');
  beforeCall = (call) => {
    if (!/containers\/\w{64}\/start/.test(call)) return;
    beforeCall = () => {};
    const image = engine.docker('images', '--filter', 'label=seawall.probe=1', '--quiet');
    const run = (name: string, ...words: string[]) => {
      const marked = ['--name', `seawall-probe-${name}`, '--label', 'seawall.probe=1'];
      const options = [...marked, '--network', 'none', '--entrypoint', '/busybox'];
      engine.docker('run', '--detach', ...options, image, ...words);
    };
    run('posing', 'sleep', '1000');
    run('twin', 'grep', '-sH', '', '/proc/self/status', '/proc/1/status');
    engine.docker('wait', 'seawall-probe-twin');
  };

  const first = await look();
  const second = await look();
  const below = await look('files');

  const containers = ({ containers: all }: Snapshot) =>
    all.state === 'read'
      ? all.value.read.map(({ name }) => name).filter((name) => name.startsWith('seawall-probe'))
      : [];
  const tags = ({ images }: Snapshot) =>
    images.state === 'read' ? images.value.read.flatMap((image) => image.tags) : [];
  const imageIds = ({ images }: Snapshot) =>
    images.state === 'read' ? images.value.read.map(({ id }) => id) : [];
  expect(containers(first)).toEqual([]);
  expect(tags(first)).toEqual([baseImage]);
  expect(containers(second)).toEqual(['seawall-probe-posing']);
  // What a reported container runs is reported; a later run of the probe has taken its name away.
  const posing = engine.docker('inspect', '--format', '{{.Image}}', 'seawall-probe-posing');
  expect(imageIds(second)).toContain(posing);
  expect(imageIds(second)).toHaveLength(2);
  expect(containers(below)).toEqual(['seawall-probe-posing', 'seawall-probe-twin']);
  engine.docker('rm', '--force', 'seawall-probe-posing', 'seawall-probe-twin');
  const left = engine.docker('images', '--filter', 'label=seawall.probe=1', '--quiet');
  engine.docker('rmi', ...left.split('\n'));
});

it('asks again for what an output has lost that was longer than planned', async () => {
  // Two megabytes of mounts in each, where eight kilobytes are planned: each round doubles them.
  const rounds = Array.from(
    { length: 9 },
    (_, round) => `busybox mkdir /tmp/${round}; busybox mount -o rbind /tmp /tmp/${round}`,
  );
  const mount = `busybox mount -t tmpfs ${'x'.repeat(4000)} /tmp`;
  const mounting = [mount, ...rounds, 'exec sleep 4711'].join('; ');
  const names = ['a', 'b', 'c', 'd', 'e'].map((name) => `crowded-${name}`);
  for (const name of names) {
    const options = ['--privileged', '--no-network'];
    await startContainer(engine.socketPath, name, options, [baseImage, 'sh', '-c', mounting]);
  }
  // What they run once all is mounted.
  await untilRuns(engine.root(), ...names.map(() => 'sleep 4711'));

  const { kernel } = await look();

  engine.docker('rm', '--force', ...names);
  if (kernel.state === 'unread') throw new Error(kernel.reason);
  expect(kernel.value.notes).toContain('the output of the probe was cut at 8 MB');
  const crowded = kernel.value.containers.map(({ facts }) =>
    facts.state === 'read'
      ? facts.value.mounts?.filter(({ target }) => target.startsWith('/tmp')).length
      : facts.reason,
  );
  expect(crowded.filter((count) => count === 512)).toHaveLength(5);
});
