import { OutsideError } from '../../../src/shared/errors.ts';
import type { ContainerKernelFacts } from '../../../src/snapshot/facts/kernel.ts';
import type { HostProcess } from '../../support/kernel-host.ts';
import { answers, collect, inGroup, unreadWith, web } from '../../support/kernel-section.ts';

const TITLES = ['PID', 'PPID', 'EUID', 'NLWP', 'COMMAND'];
const withThreads = (...rows: [pid: number, threads: number][]) => ({
  [`/containers/${web}/top`]: {
    Titles: TITLES,
    Processes: rows.map(([pid, threads]) => [String(pid), '1', '0', String(threads), 'sleep']),
  },
});
const root = { ...inGroup(web), status: { Uid: '0\t0\t0\t0' } };
const tame = { ...inGroup(web), status: { Uid: '1000\t1000\t1000\t1000' } };
const factsOf = (found: unknown) => (found as { value: ContainerKernelFacts }).value;

async function withProcess(process: HostProcess, threads = 2) {
  const found = await collect({
    answers: withThreads([100, threads], [101, 1]),
    processes: { 100: process },
  });
  return { ...found, facts: factsOf(found.of(web)) };
}

it('tells of a thread that has more than the first of its process', async () => {
  const { facts } = await withProcess({ ...tame, threads: { 105: root, 106: tame } });

  expect(facts.processes.map(({ pid }) => pid)).toEqual([100, 101]);
  expect(facts.threads).toEqual([]);
  // Process 101 is the same as the thread: one of a kind is enough.
  const alone = await collect({
    answers: withThreads([100, 3]),
    processes: { 100: { ...tame, threads: { 105: root, 106: tame } } },
  });
  expect(factsOf(alone.of(web)).threads).toMatchObject([
    { pid: 100, uids: { real: 0, effective: 0, saved: 0, filesystem: 0 } },
  ]);
});

it('asks for the threads of those alone that are not said to have one', async () => {
  const { host } = await withProcess({ ...tame, threads: { 105: root } });
  const threads = host.runs.flat().filter(({ thread }) => thread !== undefined);

  expect(threads).toEqual([{ pid: 100, thread: 105, file: 'status' }]);
  const single = await collect({ answers: withThreads([100, 1], [101, 1]) });
  expect(single.host.runs.flat().filter(({ pid, thread }) => pid === 100 && thread)).toEqual([]);
});

it('reads no container whose threads could not be listed, or that has too many', async () => {
  const failure = new OutsideError('probe-unusable', 'no list');
  const { of } = await collect({
    answers: withThreads([100, 2]),
    host: { listThreads: () => Promise.reject(failure) },
  });
  expect(of(web)).toEqual(unreadWith('its threads were not listed'));

  const without = await collect({
    answers: withThreads([100, 2]),
    host: { listThreads: async () => new Map() },
  });
  expect(without.of(web)).toEqual(unreadWith('the threads of its process 100 were not listed'));

  const threads = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [1000 + i, tame]));
  const many = await collect({
    answers: withThreads([100, 41]),
    processes: { 100: { ...tame, threads } },
    host: { pathsMax: 40 },
  });
  expect(many.of(web)).toEqual(unreadWith('1 processes and 40 threads'));
});

it('reads the label of each where the engine knows such a module', async () => {
  const info = answers['/info'] ?? {};
  const { of, host } = await collect({
    answers: {
      ...withThreads([100, 2], [101, 1]),
      '/info': {
        ...(info as object),
        DefaultRuntime: 'runc',
        Runtimes: { runc: { path: 'runc' } },
        SecurityOptions: ['name=apparmor'],
        KernelVersion: '6.12.1',
      },
    },
    processes: {
      100: {
        ...inGroup(web),
        label: 'docker-default (enforce)',
        threads: { 105: { ...inGroup(web), label: 'other (complain)' } },
      },
    },
  });

  expect(host.runs.flat()).toContainEqual({ pid: 100, thread: 105, file: 'attr/apparmor/current' });
  expect(factsOf(of(web)).processes.map(({ label }) => label)).toEqual([
    'docker-default (enforce)',
    null,
  ]);
  expect(factsOf(of(web)).threads.map(({ label }) => label)).toEqual(['other (complain)']);
});

it('reads limits from the group of a container, and looks again where it is another', async () => {
  const file = (folder: string, name: string) => `/sys/fs/cgroup/${folder}/${name}`;
  const files = {
    [file(`memory/docker/${web}`, 'memory.limit_in_bytes')]: '1000',
    [file(`pids/docker/${web}`, 'pids.max')]: '50',
    '/proc/sys/kernel/pid_max': '32768',
  };
  const { of } = await collect({ host: { files }, processes: { 100: everywhere('docker') } });

  expect(factsOf(of(web)).limits).toMatchObject({
    state: 'read',
    value: { memoryBytes: 1000, pids: 50 },
  });

  const moved = { [file(`memory/other/${web}`, 'memory.limit_in_bytes')]: '2000' };
  const elsewhere = await collect({
    host: { files: moved },
    processes: { 100: everywhere('other') },
  });
  expect(factsOf(elsewhere.of(web)).limits).toMatchObject({
    state: 'read',
    value: { memoryBytes: 2000 },
  });
  expect(elsewhere.host.asked).toHaveLength(2);

  const nothing = await collect({ processes: { 100: everywhere('docker') } });
  expect(factsOf(nothing.of(web)).limits).toEqual(unreadWith('were not to be read'));
});

it('reads the limits of the groups in which somebody put its main process', async () => {
  const { cgroup } = everywhere('docker');
  const files = {
    [`/sys/fs/cgroup/memory/docker/${web}/memory.limit_in_bytes`]: '1000',
    '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
    [`/sys/fs/cgroup/pids/docker/${web}/pids.max`]: '50',
    '/proc/sys/kernel/pid_max': '32768',
  };
  const limitsOf = async (moved: string) => {
    const { of } = await collect({ host: { files }, processes: { 100: { cgroup: moved } } });
    return factsOf(of(web)).limits;
  };
  const limits = (memoryBytes: number | null, pids: number | null) => ({
    state: 'read',
    value: { memoryBytes, pids },
  });

  const outOfOne = cgroup.replace(`memory:/docker/${web}`, 'memory:/');
  expect(await limitsOf(outOfOne)).toMatchObject(limits(null, 50));
  expect(await limitsOf(cgroup.replaceAll(`/docker/${web}`, '/'))).toMatchObject(
    limits(null, null),
  );
});

const everywhere = (parent: string): HostProcess => ({
  cgroup: ['memory', 'pids', 'cpu,cpuacct', 'cpuset']
    .map((names, index) => `${index + 1}:${names}:/${parent}/${web}`)
    .join('\n'),
});
