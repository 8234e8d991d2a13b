import fc from 'fast-check';
import { OutsideError } from '../../../src/shared/errors.ts';
import { leftOut, read } from '../../../src/shared/reading.ts';
import * as collectors from '../../../src/snapshot/collectors/index.ts';
import { needsKernelLevel } from '../../../src/snapshot/needed-level.ts';
import { takeSnapshot } from '../../../src/snapshot/take-snapshot.ts';
import { hostDoor } from '../../support/host-door.ts';
import { type HostProcess, kernelHost, readAt } from '../../support/kernel-host.ts';
import {
  answers,
  collect,
  db,
  type Fields,
  fails,
  inGroup,
  inspected,
  listed,
  pidsOf,
  readOf,
  top,
  unreadWith,
  web,
} from '../../support/kernel-section.ts';
import { recordedReader, recording } from '../../support/recorded-reader.ts';
import { runCollector } from '../../support/run-collector.ts';

it('is unread below the level kernel, with what to set', async () => {
  const { kernel } = collectors;
  const at = { host: 'web-1', takenAt: readAt, reader: recordedReader(), door: hostDoor({}) };

  const snapshot = await takeSnapshot({ ...at, collectors: { kernel } });

  expect(snapshot.kernel).toEqual(leftOut(needsKernelLevel));
  expect(needsKernelLevel).toContain('evidence: kernel');
});

it('tells of every process of running containers, the main one first', async () => {
  const { facts, host } = await collect({
    processes: { 99: inGroup(web) },
    answers: { [`/containers/${web}/top`]: top(99, 100, 101) },
  });

  expect(facts.containers.map(({ containerId }) => containerId)).toEqual([db, web]);
  expect(facts.containers[1]?.facts).toEqual(
    readOf({
      startTicks: 4711,
      containerId: web,
      readAt,
      mounts: expect.arrayContaining([
        expect.objectContaining({ target: '/', options: ['ro', 'relatime'] }),
      ]),
      uidMap: [{ inside: 0, outside: 0, count: 4_294_967_295 }],
    }),
  );
  expect(pidsOf(facts.containers[1]?.facts)).toEqual([100, 99, 101]);
  expect(facts.notes).toEqual([]);
  expect(host.runs).toHaveLength(1);
  expect(host.lists()).toBe(0);
});

it.each([
  ['a folder', '36 35 0:40 /jail / rw - ext4 /dev/sda1 rw'],
  ['its own /proc', '36 35 0:40 / / rw - overlay overlay rw\n37 36 0:41 / /proc rw - proc proc rw'],
])(
  'knows no mounts of a container whose main process is rooted in %s',
  async (_what, mountinfo) => {
    const { facts } = await collect({ processes: { 100: { ...inGroup(web), mountinfo } } });

    expect(facts.containers[1]?.facts).toEqual(readOf({ containerId: web, mounts: null }));
  },
);

it('reads mounts of main processes alone, and one container after the other', async () => {
  const { host } = await collect();
  const [paths = []] = host.runs;
  const filesOf = (pid: number | 'self') =>
    paths.filter((path) => path.pid === pid).map(({ file }) => file);

  expect(filesOf('self')).toEqual(['status', 'mountinfo', 'uid_map']);
  expect(filesOf(100)).toEqual(['status', 'cgroup', 'stat', 'uid_map', 'mountinfo']);
  expect(filesOf(101)).toEqual(['status', 'cgroup', 'uid_map']);
  expect(paths.at(-1)?.file).toBe('mountinfo');
  const places = [200, 100, 101].map((pid) => paths.findIndex((path) => path.pid === pid));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

describe('a container that was given no network', () => {
  const title = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed`;
  const counts = (bytes: number) => ` ${bytes} ${'0 '.repeat(15)}`.trimEnd();
  const empty = (name: string) => `${name.padStart(6)}:${counts(0)}`;
  const alone = inspected(100, { NetworkMode: 'none' });
  const left = { ...inspected(100, { NetworkMode: 'bridge' }), NetworkSettings: { Networks: {} } };
  const interfacesOf = async (answer: object, interfaces?: string) => {
    const process = { ...inGroup(web), ...(interfaces === undefined ? {} : { interfaces }) };
    const { of, host } = await collect({
      answers: { [`/containers/${web}/json`]: answer },
      processes: { 100: process },
    });
    const asked = host.runs.flat().filter(({ file }) => file === 'net/dev');
    return { found: of(web), asked: asked.map(({ pid }) => pid) };
  };

  it.each([
    ['by its mode', alone],
    ['since it left all of them', left],
    ['by that of another', inspected(100, { NetworkMode: `container:${db}` })],
  ])('%s, is told with the interfaces that it has all the same', async (_how, answer) => {
    const usual = [title, empty('lo'), empty('sit0')];

    const { found, asked } = await interfacesOf(answer, usual.join('\n'));
    expect(found).toEqual(readOf({ interfaces: read([]) }));
    expect(asked).toEqual([100]);
    const more = [...usual, empty('eth1'), `  gre0:${counts(60)}`].join('\n');
    expect((await interfacesOf(answer, more)).found).toEqual(
      readOf({ interfaces: read(['eth1', 'gre0']) }),
    );
  });

  it('is none that has one', async () => {
    const bridged = inspected(100, { NetworkMode: 'bridge' });
    const since = { ...alone, NetworkSettings: { Networks: { bridge: {} } } };

    expect((await interfacesOf(since, `${title}\n${empty('eth0')}`)).asked).toEqual([]);
    expect((await interfacesOf(bridged, `${title}\n${empty('eth0')}`)).asked).toEqual([]);
  });

  it.each([
    [undefined, 'not in the output'],
    ['nonsense', '/proc/100/net/dev'],
    [`${title}\neth1`, 'a line is not an interface'],
  ])('may have any interface where they are read as %j', async (text, reason) => {
    const { found } = await interfacesOf(alone, text);

    expect(found).toMatchObject({ state: 'read', value: { interfaces: unreadWith(reason) } });
  });
});

it('runs no probe on a host where nothing runs', async () => {
  const exited = [listed(web, 'web', 'exited'), listed(db, 'db', 'created')];
  const { facts, host } = await collect({ answers: { '/containers/json': exited } });

  expect(facts).toEqual({
    containers: [],
    ordinaryMounts: null,
    hostUidMap: null,
    selinuxMode: null,
    notes: [],
  });
  expect(host.runs).toEqual([]);
});

describe('a number that was given to another process', () => {
  it.each<[string, HostProcess]>([
    ['of another container', inGroup(db)],
    ['of the host', { cgroup: '0::/system.slice/ssh.service' }],
  ])('%s tells nothing of the container', async (_, process) => {
    const { of } = await collect({ processes: { 100: process } });

    expect(of(web)).toEqual(unreadWith('in no control group of it'));
    expect(of(db)).toMatchObject({ state: 'read' });
  });

  it('is no further process of it', async () => {
    const { of } = await collect({ processes: { 101: inGroup(db) } });

    expect(pidsOf(of(web))).toEqual([100]);
  });

  it('shows in the second look at the container', async () => {
    const again = {
      [web]: inspected(100, {}, '2026-01-01T00:00:02Z'),
      [db]: inspected(201),
    };
    const { facts } = await collect({ host: { inspectAgain: (id) => again[id] } });

    for (const { facts: one } of facts.containers) {
      expect(one).toEqual(unreadWith('ended or was started again'));
    }
  });

  it.each<[string, () => unknown, string]>([
    ['has stopped', () => inspected(0), 'ended or was started again'],
    ['has gone', fails(404), 'was removed while'],
    ['cannot be looked at', fails(500, 'busy'), '500 busy'],
    ['is another thing', () => ({}), 'expected a record at .State'],
  ])('and a container that %s then is unread', async (_, inspectAgain, reason) => {
    const { of } = await collect({ host: { inspectAgain } });

    expect(of(web)).toEqual(unreadWith(reason));
  });
});

describe('processes that end', () => {
  it('are no longer of the container', async () => {
    const { of } = await collect({ answers: { [`/containers/${web}/top`]: top(100, 101, 102) } });

    expect(pidsOf(of(web))).toEqual([100, 101]);
  });

  it('are left out while their parent has not asked for them', async () => {
    const zombie = { ...inGroup(web), status: { State: 'Z (zombie)', Seccomp: '0' } };
    const { of } = await collect({ processes: { 101: zombie } });

    expect(pidsOf(of(web))).toEqual([100]);
  });

  it.each([100, 101])('are not left out where other threads live on: %i', async (pid) => {
    const headless = { ...inGroup(web), status: { State: 'Z (zombie)', Threads: '2' } };
    const { of } = await collect({ processes: { [pid]: headless } });

    expect(of(web)).toEqual(unreadWith(`the first thread of its process ${pid} has ended`));
  });

  it('take the container along when it is the main one', async () => {
    const { of } = await collect({
      host: {
        beforeRun: (_, processes) => {
          delete processes[100];
        },
      },
    });

    expect(of(web)).toEqual(unreadWith('not in the output of the probe'));
  });
});

it('leaves out mounts that were not read, and refuses a file that is malformed', async () => {
  const { of } = await collect({
    processes: {
      100: { ...inGroup(web), status: { Seccomp: 'x' } },
      200: { ...inGroup(db), mountinfo: 'nonsense' },
    },
  });

  expect(of(web)).toEqual(unreadWith('/proc/100/status: Seccomp holds no numbers'));
  expect(of(db)).toEqual(unreadWith('/proc/200/mountinfo'));
});

describe('without a useful list of the engine', () => {
  const useless: [string, unknown][] = [
    ['the engine cannot list them (rootless)', fails(500, 'unable to get all container pids')],
    ['it lists others', top(1)],
  ];

  it.each(useless)('finds the processes by their control groups when %s', async (_, answer) => {
    const { of, host } = await collect({
      answers: { [`/containers/${web}/top`]: answer },
      processes: { 1: { cgroup: '0::/' }, 102: inGroup(web), 300: inGroup('c3'.repeat(32)) },
    });

    expect(pidsOf(of(web))).toEqual([100, 101, 102]);
    expect(pidsOf(of(db))).toEqual([200]);
    expect(host.lists()).toBe(1);
  });

  it('is unread where that fails too, and harms no other', async () => {
    const failure = new OutsideError('probe-unusable', 'no list');
    const { of } = await collect({
      answers: { [`/containers/${web}/top`]: fails(500, 'no pids') },
      host: { listPids: () => Promise.reject(failure) },
    });

    expect(of(web)).toEqual(unreadWith('no pids'));
    expect(of(web)).toEqual(unreadWith('no list'));
    expect(of(db)).toMatchObject({ state: 'read' });
  });
});

describe('where control groups name nobody', () => {
  const nameless = { cgroup: '0::/' };
  const processes = { 100: nameless, 101: nameless };

  it('the main process alone counts when it is the same in a second run', async () => {
    const { facts, of, host } = await collect({ processes });

    expect(pidsOf(of(web))).toEqual([100]);
    expect(host.runs[1]).toEqual([{ pid: 100, file: 'stat' }]);
    expect(facts.notes).toEqual([expect.stringContaining('by who started them')]);
  });

  it('nothing counts when it is not', async () => {
    const { of } = await collect({
      processes,
      host: {
        beforeRun: (run, all) => {
          if (run === 2) all[100] = { ...nameless, startTime: '4712' };
        },
      },
    });

    expect(of(web)).toEqual(unreadWith('not the same in a second run'));
  });
});

it('says why a sandbox tells nothing of its container', async () => {
  const { of, host } = await collect({
    answers: {
      '/info': {
        ...(recording('info') as Fields),
        Runtimes: { runc: { path: 'runc' }, runsc: { path: '/usr/bin/runsc' } },
        DefaultRuntime: 'runc',
      },
      [`/containers/${web}/json`]: inspected(100, { Runtime: 'runsc' }),
      [`/containers/${db}/json`]: inspected(200, { Runtime: '' }),
    },
  });

  expect(of(web)).toEqual(unreadWith('"runsc" may put a sandbox'));
  expect(of(db)).toMatchObject({ state: 'read' });
  expect(host.runs.flat().some(({ pid }) => pid === 100)).toBe(false);
});

it('knows what an ordinary container has mounted by the probe itself', async () => {
  const mountinfo = '30 29 0:5 /null /proc/kcore rw,nosuid - tmpfs tmpfs rw';
  const { facts } = await collect({ host: { selfMounts: mountinfo } });

  expect(facts.ordinaryMounts).toMatchObject([{ target: '/proc/kcore', root: '/null' }]);
  expect((await collect({})).facts.ordinaryMounts).toBeNull();
});

it('says what the probe was given beyond what it asked for, and what the door noted', async () => {
  const self = { CapEff: '0000000000200000', Seccomp: '0', Uid: '0\t0\t0\t0' };
  const { facts } = await collect({ host: { self, notes: ['under another profile'] } });

  expect(facts.notes).toEqual([
    'under another profile',
    'the engine gave the probe more than it asked for: the user 0, CAP_SYS_ADMIN, every system call',
  ]);
});

it('reads in several runs what does not fit in one, and leaves out the largest container', async () => {
  const many = Array.from({ length: 60 }, (_, i) => 1000 + i);
  const { of, host } = await collect({
    answers: {
      [`/containers/${web}/top`]: top(100, ...many),
      [`/containers/${db}/top`]: top(200, 201, 202),
    },
    processes: { 201: inGroup(db), 202: inGroup(db) },
    host: { pathsMax: 40 },
  });

  expect(pidsOf(of(db))).toEqual([200, 201, 202]);
  expect(of(web)).toEqual(unreadWith('it has 61 processes'));
  expect(host.runs.every((paths) => paths.length <= 40)).toBe(true);
});

it.each([
  ['a further process', /^\/proc\/101\/status$/],
  ['its main process', /^\/proc\/100\/cgroup$/],
  ['its mounts', /^\/proc\/100\/mountinfo$/],
])('knows nothing of a container where %s was lost of a cut output', async (_what, lost) => {
  const { of } = await collect({ host: { lost } });

  expect(of(web)).toEqual(unreadWith('the output of the probe was cut'));
  expect(of(db)).toEqual(expect.objectContaining({ state: 'read' }));
});

it('asks again for containers that were lost of an output that was longer than planned', async () => {
  const others = (from: number) => Array.from({ length: 10 }, (_, i) => from + i);
  const long = (id: string, from: number) => {
    const cgroup = `${inGroup(id).cgroup}\n9:x:/${'x'.repeat(2000)}`;
    return others(from).map((pid): [number, HostProcess] => [pid, { cgroup }]);
  };
  const { of, host } = await collect({
    answers: {
      [`/containers/${web}/top`]: top(100, ...others(1000)),
      [`/containers/${db}/top`]: top(200, ...others(2000)),
    },
    processes: Object.fromEntries([...long(web, 1000), ...long(db, 2000)]),
    host: { bytesMax: 40_000 },
  });

  expect(pidsOf(of(web))).toEqual([100, ...others(1000)]);
  expect(pidsOf(of(db))).toEqual([200, ...others(2000)]);
  expect(host.runs).toHaveLength(2);
});

it('keeps what was read where a later run did not happen', async () => {
  const many = (from: number) => Array.from({ length: 1300 }, (_, i) => from + i);
  const { of } = await collect({
    answers: {
      [`/containers/${db}/top`]: top(200, ...many(20_000)),
      [`/containers/${web}/top`]: top(100, ...many(10_000)),
    },
    host: {
      beforeRun: (run) => {
        if (run === 2) throw new OutsideError('engine-timeout', 'the engine is busy');
      },
    },
  });

  expect(of(db)).toEqual(expect.objectContaining({ state: 'read' }));
  expect(of(web)).toEqual(unreadWith('the engine is busy'));
});

it.each([950, 1300])(
  'plans no more of %i processes each than is read of its output',
  async (count) => {
    const many = (from: number) => Array.from({ length: count }, (_, i) => from + i);
    const { of, host } = await collect({
      answers: {
        [`/containers/${web}/top`]: top(100, ...many(10_000)),
        [`/containers/${db}/top`]: top(200, ...many(20_000)),
      },
    });

    expect(host.runs).toHaveLength(2);
    expect(of(web)).toEqual(expect.objectContaining({ state: 'read' }));
  },
);

it('rejects when the probe did not run, since then nothing is known', async () => {
  const host = kernelHost({});
  const failure = new OutsideError('probe-unusable', 'no static busybox');
  const door = { ...host, read: () => Promise.reject(failure) };

  await expect(
    runCollector(collectors.kernel, {
      engine: recordedReader(answers),
      hostFiles: hostDoor({}),
      kernelDoor: door,
    }),
  ).rejects.toBe(failure);
});

it('never falls over whatever a file holds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string(), fc.string(), async (cgroup, name, mountinfo) => {
      const { facts } = await collect({
        processes: { 100: { cgroup, name, mountinfo }, 101: { ...inGroup(web), name } },
      });
      expect(facts.containers).toHaveLength(2);
    }),
    { numRuns: 200 },
  );
});
