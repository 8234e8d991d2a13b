import { OutsideError } from '../../../src/shared/errors.ts';
import { hostProcesses } from '../../../src/snapshot/collectors/index.ts';
import type { HostProcessFacts } from '../../../src/snapshot/facts/host-processes.ts';
import { type HostEntry, hostDoor } from '../../support/host-door.ts';
import { type HostProcess, type KernelHostOptions, kernelHost } from '../../support/kernel-host.ts';
import {
  answers,
  db,
  type Fields,
  inGroup,
  inspected,
  unreadWith,
  web,
} from '../../support/kernel-section.ts';
import { recordedReader, recording } from '../../support/recorded-reader.ts';
import { runCollector } from '../../support/run-collector.ts';

const ROOT = '/srv/demo/data';
const SHIM = 90;
/** The groups of a container, and those of nobody. */
const groups = (folder: string) =>
  ['memory', 'pids', 'cpu', 'cpuset'].map((name, index) => `${index}:${name}:${folder}`).join('\n');
const own = (id: string): HostProcess => ({ cgroup: groups(`/docker/${id}`) });
const top: HostProcess = { cgroup: groups('/') };
const dockerd = (...words: string[]): HostProcess => ({
  ...top,
  name: 'dockerd',
  command: ['/usr/bin/dockerd', ...words, ''],
  unixSockets: '',
});
const told = dockerd('--data-root', ROOT);
const table = (mounts: string) => `36 35 0:${mounts} / / rw - overlay overlay rw`;
const limits = {
  '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
  '/proc/stat': 'cpu 1 2\nbtime 1700000000\nprocesses 5',
};

/** `web` (100, below its shim) and `db` (200) run beside an engine of the folder of the recording. */
async function collect(
  setting: {
    processes?: Record<number, HostProcess>;
    answers?: Fields;
    host?: KernelHostOptions;
    files?: Record<string, HostEntry>;
  } = {},
) {
  const known: Fields = { ...answers, ...setting.answers };
  const door = kernelHost(
    {
      10: dockerd('--data-root', ROOT),
      [SHIM]: { ...top, name: 'containerd-shim', parent: 1 },
      100: { ...own(web), parent: SHIM, mountinfo: table('40') },
      101: { ...own(web), parent: 100 },
      200: { ...own(db), parent: 91 },
      ...setting.processes,
    },
    {
      inspectAgain: (id) => known[`/containers/${id}/json`],
      files: limits,
      ...setting.host,
    },
  );
  const facts: HostProcessFacts = await runCollector(hostProcesses, {
    engine: recordedReader(known),
    hostFiles: hostDoor(setting.files ?? {}),
    kernelDoor: door,
  });
  const straysOf = (id: string) => {
    const found = facts.strays.find(({ containerId }) => containerId === id)?.facts;
    return found?.state === 'read' ? found.value : found;
  };
  const commands = door.runs.flat().filter(({ file }) => file === 'cmdline');
  return { facts, door, straysOf, commands: commands.map(({ pid }) => pid) };
}

const settings = ({ engine }: HostProcessFacts) => {
  if (engine.state === 'unread') throw new Error(engine.reason);
  return engine.value.settings;
};
const pidsIn = (found: unknown) =>
  (found as { processes: { pid: number }[] }).processes.map(({ pid }) => pid);

describe('the engine that answers', () => {
  it('is found by the folder of its data, and only what is needed of its words is kept', async () => {
    const words = ['--label', 'token=hunter2', '--icc=false', '-H', 'tcp://me:hunter2@0.0.0.0:1'];
    const { facts, commands } = await collect({
      processes: {
        10: dockerd('--data-root', ROOT, '--log-level=error', ...words),
        11: dockerd('--data-root', '/other', '--log-level=debug'),
      },
    });

    expect(facts.engine).toMatchObject({ state: 'read', value: { pid: 10 } });
    expect(facts.engineStartTicks).toBe(4711);
    expect(settings(facts)).toMatchObject({
      logLevel: 'error',
      allowsInterContainerTraffic: false,
      gaps: [],
    });
    expect(JSON.stringify(facts)).not.toContain('hunter2');
    expect(commands).toEqual([10, 11]);
  });

  it('has the mounts of the host, of which those for containers are left out', async () => {
    const lines = [
      '1 0 8:1 / / rw - ext4 /dev/sda1 rw',
      '2 1 0:25 / /run rw - tmpfs tmpfs rw,mode=755',
      '3 2 0:4 net:[4026531840] /run/docker/netns/x rw - nsfs nsfs rw',
      `4 1 0:50 / ${ROOT}/overlay2/x/merged rw - overlay overlay rw,lowerdir=/x`,
      '5 1 8:2 / /boot rw - ext4 /dev/sda2 rw',
      '6 1 8:1 /etc/cron.d /srv/jobs ro - ext4 /dev/sda1 rw',
      '7 1 8:3 / /usr rw - squashfs /dev/sda3 ro',
    ];
    const mountinfo = lines.join('\n');
    const { facts } = await collect({
      processes: { 10: { ...dockerd('--data-root', ROOT), mountinfo } },
    });

    expect(facts.engineMounts).toEqual({
      state: 'read',
      value: [
        { target: '/', root: '/', device: '8:1' },
        { target: '/run', root: '/', device: '0:25' },
        { target: '/boot', root: '/', device: '8:2' },
        { target: '/srv/jobs', root: '/etc/cron.d', device: '8:1', isReadonly: true },
        { target: '/usr', root: '/', device: '8:3', isReadonly: true },
      ],
    });
  });

  it.each([
    ['of another folder', dockerd('--data-root', '/x'), 'unread'],
    [
      'with a line that is cut',
      { ...told, mountinfo: '1 0 8:1 / / rw - ext4 a rw\n2 1 8:2 / /bo' },
      'read',
    ],
    ['with too many of them', { ...told, mountinfo: `${table('40')}\n`.repeat(10_001) }, 'read'],
  ])('%s has no mounts of the host that are known', async (_what, process, engine) => {
    const { facts } = await collect({ processes: { 10: process } });

    expect(facts).toMatchObject({
      engineMounts: { state: 'unread' },
      engine: { state: engine },
      engineSockets: { state: 'read' },
    });
  });

  it('is found below the folder that it was told, where it remaps users', async () => {
    const info = {
      ...(recording('info') as Fields),
      DockerRootDir: `${ROOT}/500000.500000`,
      SecurityOptions: ['name=seccomp,profile=builtin', 'name=userns'],
    };
    const { facts } = await collect({
      answers: { '/info': info },
      processes: { 11: dockerd('--data-root', '/other') },
    });

    expect(facts.engine).toMatchObject({ state: 'read', value: { pid: 10 } });
  });

  it.each<[string, Record<number, HostProcess>, string]>([
    ['none has its name', { 10: { ...dockerd(), name: 'engine' } }, 'none is named dockerd'],
    ['another folder is the only one', { 10: dockerd('--data-root', '/x') }, 'another folder'],
    ['two name none', { 10: dockerd(), 11: dockerd() }, '2 are named dockerd'],
    [
      'it is not the one of root',
      { 10: { ...dockerd('--data-root', ROOT), status: { Uid: '0\t1000\t0\t0' } } },
      'none is named dockerd',
    ],
    [
      'it only calls itself so',
      { 10: { ...dockerd(), command: ['/usr/bin/sleep', '9'] } },
      'none is named dockerd',
    ],
  ])('is not known where %s', async (_, processes, reason) => {
    const { facts } = await collect({ processes });

    expect(facts.engine).toEqual(unreadWith(reason));
  });

  it('is no process that a container started, whatever it calls itself', async () => {
    const { facts, commands } = await collect({
      processes: {
        10: { ...top, name: 'init' },
        // One in its groups, one that left them, and one below that.
        102: { ...dockerd('--data-root', ROOT), ...own(web) },
        103: { ...dockerd('--data-root', ROOT), parent: 101 },
        104: { ...dockerd('--data-root', ROOT), parent: 103 },
      },
    });

    expect(facts.engine).toEqual(unreadWith('none is named dockerd'));
    expect(commands).toEqual([]);
  });

  it('was told what the daemon.json says that it named, if that is older than itself', async () => {
    const json: HostEntry = {
      text: '{"userland-proxy": false, "allow-direct-routing": true}',
      modifiedNs: 1_700_000_000n * 10n ** 9n,
    };
    const late: HostEntry = { ...json, modifiedNs: 1_700_000_100n * 10n ** 9n };
    const processes = { 10: dockerd('--data-root', ROOT, '--config-file', '/srv/d.json') };
    const at = (startTime: string) => ({ 10: { ...processes[10], startTime } as HostProcess });

    const known = await collect({ processes: at('4711'), files: { '/srv/d.json': json } });
    const changed = await collect({ processes: at('4711'), files: { '/srv/d.json': late } });
    const none = await collect({ processes: at('4711') });
    const broken = await collect({
      processes: at('4711'),
      files: { '/srv/d.json': { ...json, text: '{' } },
    });

    expect(settings(known.facts)).toMatchObject({
      ...{ usesUserlandProxy: false, allowsDirectRouting: true, gaps: [] },
    });
    expect(settings(changed.facts)).toMatchObject({
      usesUserlandProxy: null,
      gaps: [expect.stringContaining('was changed after the engine had started')],
    });
    expect(settings(none.facts)).toMatchObject({ usesUserlandProxy: null, gaps: [] });
    expect(settings(broken.facts).gaps).toEqual([expect.stringContaining('/srv/d.json')]);
  });

  it('is told apart from others, whose places are kept as well', async () => {
    const beside = dockerd('--data-root', '/other', '-H', 'unix:///other/api');
    const { facts } = await collect({ processes: { 11: beside } });
    const unclear = await collect({ processes: { 10: dockerd(), 11: beside, 12: dockerd() } });

    expect(facts.engine).toMatchObject({ state: 'read', value: { pid: 10 } });
    expect(facts.otherEngines).toMatchObject([
      {
        pid: 11,
        settings: {
          hosts: ['unix:///other/api'],
          ownPaths: expect.arrayContaining([{ path: '/other', use: 'state' }]),
        },
      },
    ]);
    expect(unclear.facts.engine).toMatchObject({ state: 'unread' });
    expect(unclear.facts.otherEngines?.map(({ pid }) => pid)).toEqual([10, 11, 12]);
    expect((await collect()).facts.otherEngines).toBeUndefined();
  });

  it('shows where engines listen beside it', async () => {
    const line = (path: string, flags: string) =>
      `0000000000000000: 00000002 00000000 ${flags} 0001 01 12345 ${path}`;
    const unixSockets = [
      'Num       RefCount Protocol Flags    Type St Inode Path',
      line('/x/containerd/containerd.sock', '00010000'),
      line('/y/crio.sock', '00010000'),
      line('/x/other.sock', '00010000'),
      line('/x/podman.sock', '00000000'),
    ].join('\n');
    const { facts } = await collect({
      processes: { 10: { ...dockerd('--data-root', ROOT), unixSockets } },
    });

    expect(facts.engineSockets).toEqual({
      state: 'read',
      value: ['/x/containerd/containerd.sock', '/y/crio.sock'],
    });
  });
});

describe('networks by their numbers', () => {
  const sockets = (inode: number) =>
    `0000000000000000: 00000002 00000000 00010000 0001 01 ${inode} /run/docker.sock`;
  const Titles = ['PID', 'PPID', 'EUID', 'PIDNS', 'NETNS', 'COMMAND'];
  const top = { Titles, Processes: [['100', '90', '0', '4026532007', '4026532008', 'sleep']] };
  const processes = {
    10: { ...told, unixSockets: sockets(501) },
    100: { ...own(web), parent: SHIM, mountinfo: table('40'), unixSockets: sockets(501) },
  };
  const changed = (...found: object[]) => ({
    [`/containers/${web}/json`]: found[0],
    [`/containers/${web}/top`]: top,
  });
  const privileged = inspected(100, { Privileged: true });

  it('are told of a container that may be in another', async () => {
    const networksOf = async (answer: object) =>
      (await collect({ processes, answers: changed(answer) })).facts.networks;

    expect(await networksOf(privileged)).toEqual([{ number: 4026532008, isOfEngine: true }]);
    expect(await networksOf(inspected(100, { CapAdd: ['sys_admin'] }))).toHaveLength(1);
    expect(await networksOf(inspected(100, { CapAdd: ['NET_ADMIN'] }))).toBeUndefined();
  });

  it('are not told of one that is another by now', async () => {
    const host = { inspectAgain: () => inspected(100, {}, '2026-01-01T00:00:09Z') };
    const { facts } = await collect({ processes, answers: changed(privileged), host });

    expect(facts.networks).toBeUndefined();
  });
});

describe('sockets below /tmp', () => {
  const line = (path: string, flags = '00010000') =>
    `0000000000000000: 00000002 00000000 ${flags} 0001 01 12345 ${path}`;
  const init = (...lines: string[]): HostProcess => ({ ...top, unixSockets: lines.join('\n') });

  it('are those that listen in the network of the first process', async () => {
    const { facts } = await collect({
      processes: {
        1: init(line('/tmp/ssh-x/agent.1'), line('/tmp/a', '00000000'), line('/run/b')),
        10: { ...told, unixSockets: line('/tmp/of/another') },
      },
    });

    expect(facts.temporarySockets).toEqual({ state: 'read', value: ['/tmp/ssh-x/agent.1'] });
  });

  it.each([
    ['were not read', top],
    ['are too many', init(...Array.from({ length: 101 }, (_, at) => line(`/tmp/${at}`)))],
  ])('are unread where they %s', async (_what, first) => {
    const { facts } = await collect({ processes: { 1: first } });

    expect(facts.temporarySockets).toMatchObject({ state: 'unread' });
  });
});

describe('second names of files that root believes', () => {
  const mounts = (...Mounts: object[]) => ({
    [`/containers/${web}/json`]: { ...inspected(100), Mounts },
    [`/containers/${db}/json`]: { ...inspected(200), Mounts: [] },
  });
  const mounting = mounts({ Type: 'bind', Source: '/srv/web', Destination: '/x', RW: true });
  const files = { '/etc/passwd': {}, '/etc/shadow': {} };

  it('are told by how many each has', async () => {
    const names = { '/etc/passwd': 2, '/etc/crontab': 7 };
    const { facts } = await collect({ answers: mounting, files, host: { names } });

    expect(facts.manyNamed).toEqual({
      state: 'read',
      value: { files: ['/etc/passwd'], uncounted: [] },
    });
  });

  it('are not known of a file at which the probe was not let look', async () => {
    const countNames = () => Promise.resolve(new Map([['/etc/passwd', 1]]));
    const { facts } = await collect({ answers: mounting, files, host: { countNames } });

    expect(facts.manyNamed).toEqual({
      state: 'read',
      value: { files: [], uncounted: ['/etc/shadow'] },
    });
  });

  it('are unread where the probe did not run', async () => {
    const countNames = () => Promise.reject(new OutsideError('probe-unusable', 'no'));
    const { facts } = await collect({ answers: mounting, files, host: { countNames } });

    expect(facts.manyNamed).toMatchObject({ state: 'unread' });
  });

  it.each([
    ['nothing', mounts()],
    ['what is in memory alone', mounts({ Type: 'tmpfs', Destination: '/x', RW: true })],
  ])('are not asked for where containers mount %s', async (_what, more) => {
    const { facts, door } = await collect({ answers: more, files });

    expect(facts.manyNamed).toBeUndefined();
    expect(door.counted).toEqual([]);
  });
});

describe('a process in none of the control groups', () => {
  it('of a container is found by who started it, with its power and its threads', async () => {
    const threads = { 111: { ...top, status: { Seccomp: '0' } } };
    const { straysOf } = await collect({
      processes: {
        110: { ...top, parent: 101, threads },
        // Its parent has ended, so that the first process took it.
        112: { ...top, parent: 100 },
        113: { ...top, parent: 110 },
      },
    });

    expect(pidsIn(straysOf(web))).toEqual([110, 110, 112, 113]);
    expect(straysOf(web)).toMatchObject({
      processes: [{ seccompMode: 2 }, { seccompMode: 0 }, {}, {}],
      limits: { state: 'read', value: { memoryBytes: null, pids: null } },
    });
    expect(straysOf(db)).toEqual({ processes: [], limits: null });
  });

  it('of its container may be in those of another, to which it then counts as well', async () => {
    const mover = { ...own(db), parent: 101 };
    const inNamespace = (...pids: number[]) => ({
      Titles: ['PID', 'PIDNS', 'COMMAND'],
      Processes: pids.map((pid) => [String(pid), '77', 'web']),
    });
    const shared = {
      [`/containers/${web}/top`]: inNamespace(100, 101),
      [`/containers/${db}/top`]: inNamespace(200, 130),
    };

    const apart = await collect({ processes: { 130: mover } });
    // Where they share the processes, the first one takes the orphans of both.
    const together = await collect({ processes: { 130: mover }, answers: shared });

    expect(pidsIn(apart.straysOf(web))).toEqual([130]);
    expect(pidsIn(apart.straysOf(db))).toEqual([]);
    expect(pidsIn(together.straysOf(web))).toEqual([]);
  });

  it('is none in a container whose groups lie in those of another', async () => {
    const nested: HostProcess = { cgroup: groups(`/docker/${web}/${db}`) };
    const { straysOf } = await collect({
      processes: { 200: { ...nested, parent: 91 }, 201: { ...nested, parent: 200 } },
    });

    for (const id of [web, db]) expect(straysOf(id)).toEqual({ processes: [], limits: null });
  });

  it('beside its main process counts where it has its mounts: else it is a helper', async () => {
    const { straysOf } = await collect({
      processes: {
        120: { ...top, parent: SHIM, mountinfo: table('40') },
        121: { ...top, parent: SHIM, name: 'runc', mountinfo: table('1') },
        122: { ...top, parent: 1, mountinfo: table('40') },
      },
    });

    expect(pidsIn(straysOf(web))).toEqual([120]);
  });

  it('is every process but the main one where the engine makes no groups, and has no limits', async () => {
    const info = { ...(recording('info') as Fields), CgroupDriver: 'none', CgroupVersion: '1' };
    const { straysOf } = await collect({
      answers: { '/info': info },
      processes: {
        100: { ...top, parent: SHIM, mountinfo: table('40') },
        101: { ...top, parent: 100 },
        120: { ...top, parent: SHIM, mountinfo: table('40') },
        200: { ...top, parent: 91 },
      },
    });

    expect(pidsIn(straysOf(web))).toEqual([101, 120]);
    expect(straysOf(web)).toMatchObject({ limits: null });
    expect(straysOf(db)).toEqual({ processes: [], limits: null });
  });

  it('is none that ended or became another in the meantime', async () => {
    const ended = await collect({
      processes: { 110: { ...top, parent: 100 }, 111: { ...top, parent: 100 } },
      host: {
        beforeRun: (run, all) => {
          if (run !== 2) return;
          delete all[110];
          all[111] = { ...top, parent: 100, startTime: '9999' };
        },
      },
    });

    expect(pidsIn(ended.straysOf(web))).toEqual([]);
  });

  it('has the mounts of the main one where it has the same root mounted, and no other thread', async () => {
    const at = (number: number) => `${number} 35 0:40 / / rw - overlay overlay rw`;
    const { straysOf } = await collect({
      processes: {
        100: { ...own(web), parent: SHIM, mountinfo: at(36) },
        110: { ...top, parent: 101, mountinfo: at(36) },
        111: { ...top, parent: 101, mountinfo: at(37) },
        112: { ...top, parent: 101, mountinfo: at(36), threads: { 113: top } },
      },
    });

    expect(straysOf(web)).toMatchObject({ beside: [110] });
  });

  it('of some controllers alone loosens limits and is counted once', async () => {
    const cgroup = groups(`/docker/${web}`).replace(`memory:/docker/${web}`, 'memory:/');
    const { straysOf } = await collect({ processes: { 101: { cgroup, parent: 100 } } });

    expect(straysOf(web)).toMatchObject({ processes: [], limits: { state: 'read' } });
  });

  it('of some controllers alone counts where the engine, which looks into one, did not list it', async () => {
    const cgroup = groups(`/docker/${web}`).replace(`memory:/docker/${web}`, 'memory:/');
    const { straysOf } = await collect({ processes: { 110: { cgroup, parent: 100 } } });

    expect(pidsIn(straysOf(web))).toEqual([110]);
  });

  it('leaves open whose it is where a container ended while it was read', async () => {
    let asked = 0;
    const { straysOf } = await collect({
      processes: { 110: { ...top, parent: 100 } },
      host: {
        inspectAgain: () => {
          asked += 1;
          return inspected(999);
        },
      },
    });

    expect(asked).toBe(1);
    expect(straysOf(web)).toEqual(unreadWith('ended or was started again'));
  });

  it('leaves open what its container has where it was lost of a cut output, or has too much', async () => {
    const threads = Object.fromEntries(
      Array.from({ length: 30 }, (_, i): [number, HostProcess] => [1000 + i, top]),
    );
    const processes = { 110: { ...top, parent: 100, threads } };
    const cut = await collect({ processes, host: { lost: /^\/proc\/110\/status$/ } });
    const crowded = await collect({ processes, host: { pathsMax: 20 } });

    for (const { straysOf } of [cut, crowded]) {
      expect(straysOf(web)).toEqual(unreadWith('the output of the probe was cut'));
      expect(straysOf(db)).toEqual({ processes: [], limits: null });
    }
  });

  it('is found however many of its parents are outside too', async () => {
    const chain = Array.from({ length: 400 }, (_, i): [number, HostProcess] => [
      1000 + i,
      { ...top, parent: i === 0 ? 100 : 999 + i },
    ]);
    const circle = { 3000: { ...top, parent: 3001 }, 3001: { ...top, parent: 3000 } };
    const { straysOf } = await collect({ processes: { ...Object.fromEntries(chain), ...circle } });

    expect(pidsIn(straysOf(web))).toEqual(chain.map(([pid]) => pid));
  });

  it('takes neither another nor the engine along where it has more than an output takes', async () => {
    const processes = {
      110: { ...top, parent: 100, status: { Groups: '0 '.repeat(10_000) } },
      210: { ...top, parent: 200 },
    };
    const { facts, straysOf } = await collect({ processes, host: { bytesMax: 16_000 } });

    expect(straysOf(web)).toEqual(unreadWith('the output of the probe was cut'));
    expect(pidsIn(straysOf(db))).toEqual([210]);
    expect(facts.engine.state).toBe('read');
  });

  it('takes neither another nor the engine along where it has more threads than a list takes', async () => {
    const threads = Object.fromEntries(
      Array.from({ length: 30 }, (_, i): [number, HostProcess] => [1000 + i, top]),
    );
    const processes = {
      110: { ...top, parent: 100, threads },
      210: { ...top, parent: 200 },
    };
    const { facts, straysOf } = await collect({ processes, host: { threadsMax: 20 } });

    expect(straysOf(web)).toEqual(unreadWith('threads were not listed'));
    expect(pidsIn(straysOf(db))).toEqual([210]);
    expect(facts.engine.state).toBe('read');
  });

  it('leaves open what a process has whose threads nobody listed', async () => {
    const host = { listThreads: async () => new Map() };
    const { straysOf } = await collect({ processes: { 110: { ...top, parent: 100 } }, host });

    expect(straysOf(web)).toEqual(unreadWith('the threads of its process 110 were not listed'));
  });

  it('takes no other along where it has more than are read in one scan', async () => {
    const crowd = Array.from({ length: 501 }, (_, i): [number, HostProcess] => [
      1000 + i,
      { ...top, parent: 100 },
    ]);
    const { straysOf } = await collect({
      processes: { ...Object.fromEntries(crowd), 2000: { ...top, parent: 200 } },
    });

    expect(straysOf(web)).toEqual(unreadWith('of 502 processes outside of their groups 500'));
    expect(pidsIn(straysOf(db))).toEqual([2000]);
  });

  it('is not sought where the list of all processes was cut', async () => {
    const lost = /^\/proc\/200\/stat$/;

    await expect(collect({ host: { lost } })).rejects.toThrow('was cut');
  });

  it('is not sought among more processes than there is room for', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 50 }, (_, index): [number, HostProcess] => [1000 + index, inGroup(web)]),
    );

    await expect(collect({ processes: many, host: { pathsMax: 20 } })).rejects.toThrow(
      '55 processes',
    );
  });
});
