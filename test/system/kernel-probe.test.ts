import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { maskedPaths } from '../../src/controls/covered-paths.ts';
import { type KernelDoorOptions, openKernelDoor } from '../../src/engine/kernel-door.ts';
import { kernelSeccomp } from '../../src/engine/kernel-probe-request.ts';
import { negotiationEndpoints } from '../../src/engine/open-engine.ts';
import { createProbeTurn } from '../../src/engine/probe-turn.ts';
import { collectorEndpoints, createSnapshotTaker } from '../../src/engine/snapshot-taker.ts';
import { read } from '../../src/shared/reading.ts';
import { hostFileCalls, procCalls } from '../../src/snapshot/collector.ts';
import type { KernelFacts, KernelProcess } from '../../src/snapshot/facts/kernel.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { untilRuns } from '../support/commands-in.ts';
import { patient, patientDoor } from '../support/patient.ts';
import { linesOf, maskOf, readAsRoot, statusOf } from '../support/proc-as-root.ts';
import { askEngine, baseImage, type RealEngine } from '../support/real-engine.ts';
import { openRecordingProxy, type RecordingProxy } from '../support/recording-proxy.ts';
import { startContainer } from '../support/run-options.ts';
import { workerEngine } from '../support/worker-engine.ts';

const secret = 'hunter2-5f3a';
let engine: RealEngine;
let proxy: RecordingProxy;
/** What one scan read, the calls that it made, and its probes as the engine inspects them before their start. */
let snapshot: Snapshot;
let calls: readonly string[];
let probes: readonly Probe[];

interface Probe {
  Config: Record<string, unknown>;
  HostConfig: Record<string, unknown>;
}

const start = (name: string, ...options: string[]) =>
  startContainer(
    engine.socketPath,
    name,
    ['--env', `PASSWORD=${secret}`, ...options],
    [baseImage, 'sleep', 'infinity'],
  );

beforeAll(async () => {
  engine = await workerEngine();
  engine.importBaseImage();
  await start('plain', '--network', 'none', '--mount', 'type=tmpfs,dst=/a: b\\c');
  await start('privileged', '--no-network', '--privileged');
  engine.docker('exec', 'privileged', 'busybox', 'ip', 'link', 'add', 'stray', 'type', 'bridge');
  await start(
    'user',
    '--no-network',
    '--user',
    '1000',
    '--cap-add',
    'SYS_ADMIN',
    '--group-add',
    '42',
  );
  await start(
    'no-new-privileges',
    '--no-network',
    '--security-opt',
    'no-new-privileges',
    '--read-only',
  );
  await start('unconfined', '--no-network', '--security-opt', 'seccomp=unconfined');
  await start('cap-drop', '--no-network', '--cap-drop', 'ALL');
  const inside = (...words: string[]) => engine.docker('exec', '--detach', ...words);
  inside('--privileged', '--user', '1000', 'plain', 'sleep', '1234');
  // A name with a newline, which one file of the kernel prints as it is.
  const renamed = 'printf "a\\nSeccomp:\\t0" > /proc/self/comm; sleep 1235; true';
  inside('plain', 'sh', '-c', renamed);
  await untilRuns(engine.root(), 'sleep 1234', 'sleep 1235');
  const started: Probe[] = [];
  proxy = await openRecordingProxy({
    listenOn: join(engine.folder, 'proxy.sock'),
    engineSocket: engine.socketPath,
    async beforeCall(call) {
      const id = /containers\/(\w{64})\/start/.exec(call)?.[1];
      if (!id) return;
      started.push(JSON.parse(await askEngine(engine.socketPath, 'GET', `/containers/${id}/json`)));
    },
  });
  snapshot = await look('kernel');
  [calls, probes] = [[...proxy.calls], [...started]];
});
afterAll(async () => {
  await proxy?.close();
  await engine?.close();
});

async function look(evidence: 'api' | 'files' | 'kernel'): Promise<Snapshot> {
  const hosts = [{ ...patient, name: 'host', url: proxy.url, evidence }];
  return createSnapshotTaker({ hosts, clock: Date.now }).takeSnapshot('host');
}

function factsOf({ kernel }: Snapshot): KernelFacts {
  if (kernel.state === 'unread') throw new Error(kernel.reason);
  return kernel.value;
}

function door(options: Partial<KernelDoorOptions> = {}) {
  return openKernelDoor({
    url: proxy.url,
    allowedEndpoints: procCalls,
    clock: Date.now,
    turn: createProbeTurn(),
    ...patientDoor,
    ...options,
  });
}

describe('what the kernel tells', () => {
  let facts: KernelFacts;
  let names: Map<string, string>;
  const of = (name: string) => {
    const found = facts.containers.find(({ containerId }) => names.get(containerId) === name);
    if (found?.facts.state !== 'read') throw new Error(`${name}: ${found?.facts.reason}`);
    return found.facts.value;
  };
  const mainOf = (name: string): KernelProcess => {
    const [main] = of(name).processes;
    if (!main) throw new Error(`${name} has no process`);
    return main;
  };

  beforeAll(() => {
    const listed = engine.docker('ps', '--no-trunc', '--format', '{{.ID}} {{.Names}}').split('\n');
    names = new Map(listed.map((line) => line.split(' ') as [string, string]));
    facts = factsOf(snapshot);
  });

  it('is what root reads of every process, mount and map', () => {
    const processes = facts.containers.flatMap(({ facts: one }) =>
      one.state === 'read' ? one.value.processes : [],
    );
    const files = readAsRoot(
      engine,
      processes.map(({ pid }) => pid),
    );

    expect([...names.values()]).toHaveLength(6);
    // Two further ones in `plain`, and what the second of them started.
    expect(processes).toHaveLength(6 + 3);
    for (const process of processes) {
      const status = linesOf(files.get(`${process.pid}/status`) ?? '');
      expect(status).toMatchObject(statusOf(process));
      expect(status.Name).toBe(process.name.replace('\n', '\\n'));
    }
    for (const name of names.values()) {
      const { mounts, uidMap } = of(name);
      const { pid } = mainOf(name);
      const mountinfo = (files.get(`${pid}/mountinfo`) ?? '').split('\n');
      expect(mounts).toHaveLength(mountinfo.length);
      mounts?.forEach(({ device, target, options }, index) => {
        const [, , seenDevice, , seenTarget, seenOptions] = mountinfo[index]?.split(' ') ?? [];
        const written = target.replaceAll('\\', '\\134').replaceAll(' ', '\\040');
        expect([device, written, options.join(',')]).toEqual([seenDevice, seenTarget, seenOptions]);
      });
      const ranges = (files.get(`${pid}/uid_map`) ?? '').trim().split(/\s+/).map(Number);
      expect(uidMap?.flatMap((range) => Object.values(range))).toEqual(ranges);
    }
  });

  it('is the difference between the containers', () => {
    expect(maskOf(mainOf('plain').capabilities.effective)).toBe('00000000a80425fb');
    expect(mainOf('plain')).toMatchObject({ seccompMode: 2, hasNoNewPrivileges: false });
    expect(mainOf('privileged').seccompMode).toBe(0);
    const ordinary = maskedPaths(facts.ordinaryMounts ?? [], { mounts: [] });
    expect(ordinary.paths).toContain('/proc/keys');
    expect(ordinary).toEqual(maskedPaths(of('plain').mounts ?? [], { mounts: [] }));
    expect(mainOf('user')).toMatchObject({ uids: { effective: 1000 }, groups: [42, 1000] });
    expect(mainOf('user').capabilities.effective).toEqual([]);
    expect(mainOf('user').capabilities.bounding).toContain('CAP_SYS_ADMIN');
    expect(mainOf('no-new-privileges').hasNoNewPrivileges).toBe(true);
    const root = of('no-new-privileges').mounts?.find(({ target }) => target === '/');
    expect(root?.options).toContain('ro');
    expect(mainOf('unconfined')).toMatchObject({ seccompMode: 0, seccompFilters: 0 });
    expect(mainOf('cap-drop').capabilities.bounding).toEqual([]);
    expect(of('privileged').interfaces).toEqual(read(['stray']));
    expect(of('plain').interfaces).toEqual(read([]));
    expect(facts.notes).toEqual([]);
  });

  it('shows a process that has more than the main one, and a name that breaks lines', () => {
    const [main, ...others] = of('plain').processes;

    const strong = others.find(({ capabilities }) => capabilities.bounding.length > 14);
    expect(strong).toMatchObject({ name: 'sleep', uids: { effective: 1000 } });
    expect(main?.capabilities.bounding).toHaveLength(14);
    expect(others.find(({ name }) => name === 'a\nSeccomp:\t0')).toMatchObject({ seccompMode: 2 });
    expect(of('plain').mounts?.map(({ target }) => target)).toContain('/a: b\\c');
  });

  it('lists the threads of who is there, whoever has ended meanwhile', async () => {
    const { pid } = mainOf('plain');
    // Numbers that this engine's host has not come to, as those of processes that are gone.
    const ended = Array.from({ length: 100 }, (_, number) => 4_000_000 + number);
    const opened = door();
    expect((await opened.listPids()).filter((one) => one >= 4_000_000)).toEqual([]);
    const threads = await opened.listThreads([...ended, pid]);
    await opened.close();

    expect([...threads]).toEqual([[pid, [pid]]]);
  });

  it('holds no value of an environment variable, and the kernel would not give it', async () => {
    const opened = door();
    const pids = [mainOf('plain').pid, mainOf('cap-drop').pid];
    const paths = pids.flatMap((pid) =>
      (['status', 'uid_map', 'cgroup', 'stat', 'mountinfo'] as const).map((file) => ({
        pid,
        file,
      })),
    );
    const { files } = await opened.read(paths);
    const all = await opened.listPids();
    await opened.close();

    expect(all).toEqual(expect.arrayContaining([1, ...pids]));
    expect(files.size).toBe(10);
    expect(JSON.stringify([...files])).not.toContain(secret);
    expect(JSON.stringify(facts)).not.toContain(secret);
    const asProbe = ['--user', '65534:65534', '--pid', 'host', '--network', 'none', '--read-only'];
    const power = ['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];
    const words = ['busybox', 'grep', '-sH', '', ...pids.map((pid) => `/proc/${pid}/environ`)];
    // 2 from grep: none of them could be opened.
    expect(() => engine.docker('run', '--rm', ...asProbe, ...power, baseImage, ...words)).toThrow();
    expect(engine.docker('exec', 'plain', 'cat', '/proc/1/environ')).toContain(secret);
  });
});

describe('the probe', () => {
  it('has no power in the eyes of the engine', () => {
    expect(probes.length).toBeGreaterThan(1);
    for (const seen of probes) {
      expect([
        ['/busybox', 'grep', '-sH', ''],
        ['/busybox', 'ls'],
      ]).toContainEqual(seen.Config.Entrypoint);
      expect(seen.Config).toMatchObject({
        User: '65534:65534',
        Env: expect.not.arrayContaining([expect.stringContaining(secret)]),
        Volumes: null,
        NetworkDisabled: true,
        Labels: { 'seawall.probe': '1' },
      });
      expect(seen.HostConfig).toMatchObject({
        AutoRemove: true,
        Binds: null,
        CapAdd: null,
        CapDrop: ['ALL'],
        CgroupnsMode: 'host',
        Devices: null,
        DeviceRequests: null,
        GroupAdd: null,
        IpcMode: 'none',
        LogConfig: { Type: 'none' },
        Memory: 33_554_432,
        MemorySwap: 33_554_432,
        NetworkMode: 'none',
        PidMode: 'host',
        PidsLimit: 16,
        PortBindings: null,
        Privileged: false,
        ReadonlyRootfs: true,
        UsernsMode: 'host',
        VolumesFrom: null,
      });
      expect(seen.HostConfig.SecurityOpt).toEqual([
        'no-new-privileges',
        `seccomp=${JSON.stringify(kernelSeccomp)}`,
        // The engine adds this to every container that shares the processes of the host.
        'label=disable',
      ]);
    }
    // Version 1 of control groups shows a container no group but its own.
    const tree = {
      Source: '/sys/fs/cgroup',
      Target: '/sys/fs/cgroup',
      Type: 'bind',
      ReadOnly: true,
    };
    const isVersion2 = existsSync('/sys/fs/cgroup/cgroup.controllers');
    const mounts = probes.map(({ HostConfig }) => HostConfig.Mounts ?? []);
    const shown = mounts.filter((one) => JSON.stringify(one) !== '[]');
    // Where the engine lost what one printed, the same is asked once more.
    expect(shown.length > 0).toBe(!isVersion2);
    for (const one of shown) expect(one).toEqual([tree]);
  });

  it('has no power in the eyes of the kernel', async () => {
    const opened = door();
    const { files, notes } = await opened.read([
      { pid: 'self', file: 'status' },
      { pid: 'self', file: 'net/dev' },
    ]);
    await opened.close();

    const none = '0000000000000000';
    expect(linesOf(files.get('/proc/self/status') ?? '')).toMatchObject({
      Uid: '65534\t65534\t65534\t65534',
      Gid: '65534\t65534\t65534\t65534',
      Groups: '65534',
      CapInh: none,
      CapPrm: none,
      CapEff: none,
      CapBnd: none,
      CapAmb: none,
      NoNewPrivs: '1',
      Seccomp: '2',
    });
    const [, , ...devices] = (files.get('/proc/self/net/dev') ?? '').trim().split('\n');
    expect(devices.map((line) => line.trim().split(':')[0])).toEqual(['lo']);
    expect(notes).toEqual([]);
  });

  it('makes declared calls alone, and writing ones at its own level only', async () => {
    const declared = [...procCalls, ...hostFileCalls, ...collectorEndpoints];
    const patterns = [...declared, ...negotiationEndpoints].map((endpoint) => {
      const [method, path = ''] = endpoint.split(' ');
      return new RegExp(`^${method} (/v1\\.\\d+)?${path.replace('{id}', '[\\w:.-]+')}(\\?.*)?$`);
    });
    expect(calls.filter((call) => !patterns.some((one) => one.test(call)))).toEqual([]);
    const running = /images\/create|attach|wait|start$|DELETE .*images/;
    const made = (what: RegExp) => calls.filter((call) => what.test(call)).length;
    expect([made(/images\/create/), made(/DELETE .*images/)]).toEqual([1, 1]);
    // One run for what holds the containers, three for the processes of the host, and more where the engine lost what
    // one printed.
    const starts = made(/start$/);
    expect(starts).toBeGreaterThanOrEqual(4);
    expect([made(/attach/), made(/wait/)]).toEqual([starts, starts]);

    for (const evidence of ['api', 'files'] as const) {
      proxy.calls.length = 0;
      const { kernel } = await look(evidence);
      expect(kernel).toMatchObject({ reason: expect.stringContaining('set “evidence: kernel”') });
      expect(proxy.calls.filter((call) => running.test(call))).toEqual([]);
    }
  });
});
