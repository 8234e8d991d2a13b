import { read } from '../../src/shared/reading.ts';
import {
  networksOfNumbers,
  networksOfThreads,
  networkWitnesses,
  threadedProcesses,
  threadPaths,
} from '../../src/snapshot/engine-network.ts';
import type { KernelTarget } from '../../src/snapshot/kernel-targets.ts';

const line = (inode: number, path: string, flags = '00010000') =>
  `0000000000000000: 00000002 00000000 ${flags} 0001 01 ${inode} ${path}`;
const namespaces = (network: number | null) => ({
  ...{ pid: 1, user: 2, uts: 3, ipc: 4, cgroup: 5, mount: 7 },
  network,
});

/** A container whose main process is the first of these, each in the network of that number. */
function target(networks: Record<number, number | null>, more: object = {}): KernelTarget {
  const pids = Object.keys(networks).map(Number);
  const [pid = 0, ...others] = pids;
  return {
    ...{ id: `${pid}`, main: { pid, startedAt: '' }, isPrivileged: false, isAdmin: false },
    network: { mode: 'bridge', isAlone: false, inode: networks[pid] ?? null, isPublishing: false },
    ...{ makesGroups: true, groups: { version: '1', isBySystemd: false }, group: `/${pid}` },
    ...{ labelFile: null, hasSelinux: false, others: read(others) },
    listed: new Map(
      pids.map((one) => [one, { threads: 1, namespaces: namespaces(networks[one] ?? null) }]),
    ),
    ...more,
  };
}

it('looks once at each network of those that may have left theirs, or joined one', () => {
  const numbersOf = (...targets: KernelTarget[]) =>
    networkWitnesses(targets).map(({ pid, number }) => `${number} by ${pid}`);
  const network = (mode: string) => ({
    network: { mode, isAlone: false, inode: 1, isPublishing: false },
  });

  expect(numbersOf(target({ 100: 6 }))).toEqual([]);
  expect(numbersOf(target({ 100: 6, 101: 8, 102: 6, 103: null }, { isAdmin: true }))).toEqual([
    '6 by 100',
    '8 by 101',
  ]);
  const [one, joined] = [target({ 100: 6 }, { isPrivileged: true }), target({ 200: 6 })];
  expect(numbersOf(one, { ...joined, ...network('container:ab') })).toHaveLength(1);
  expect(numbersOf({ ...joined, ...network('container:ab') })).toEqual(['6 by 200']);
});

it('knows the network of the engine by a socket that listens there', () => {
  const all = networkWitnesses([
    target({ 100: 6, 101: 8, 102: 9, 103: 11 }, { isPrivileged: true }),
  ]);
  const files = new Map([
    ['/proc/10/net/unix', [line(501, '/run/docker.sock'), line(502, '/run/x')].join('\n')],
    ['/proc/100/net/unix', line(700, '/run/docker.sock')],
    ['/proc/101/net/unix', [line(1, '/a'), line(501, '/run/docker.sock')].join('\n')],
    ['/proc/102/net/unix', line(501, '/run/docker.sock', '00000000')],
  ]);
  const output = { readAt: '', files, notes: [] };

  expect(networksOfNumbers(10, all, output)).toEqual([
    { number: 6, isOfEngine: false },
    { number: 8, isOfEngine: true },
    { number: 9, isOfEngine: false },
  ]);
  // Beside one that listens at no path nothing is told.
  expect(networksOfNumbers(11, all, output)).toEqual([]);
});

describe('of processes with several threads', () => {
  const many = (threads: number | null, more: object) => {
    const one = target({ 100: 6 }, more);
    return { ...one, listed: new Map([[100, { threads, namespaces: namespaces(6) }]]) };
  };
  const isAdmin = { isAdmin: true };
  const host = { network: { mode: 'host', isAlone: false, inode: 1, isPublishing: false } };
  const listed = (...threads: number[]) => ({
    found: new Map([[100, threads]]),
    failed: new Map(),
  });

  it.each<[string, KernelTarget, number]>([
    ['may enter another network', many(3, isAdmin), 1],
    ['may, of which nobody told how many they have', many(null, isAdmin), 1],
    ['may, and has one', many(1, isAdmin), 0],
    ['may not', many(3, {}), 0],
    ['is on the network of the host', many(3, { ...isAdmin, ...host }), 0],
  ])('looks at those of who %s', (_who, one, count) => {
    expect(threadedProcesses([one])).toHaveLength(count);
  });

  it('reads each thread beside the first one, or none where they are too many', () => {
    const processes = threadedProcesses([many(3, isAdmin)]);
    const all = Array.from({ length: 1002 }, (_, one) => 100 + one);

    expect(threadPaths(processes, listed(100, 104, 105))).toEqual([
      { pid: 100, thread: 104, file: 'net/unix' },
      { pid: 100, thread: 105, file: 'net/unix' },
    ]);
    expect(threadPaths(processes, listed(...all))).toEqual([]);
  });

  it('counts the threads of each container by itself', () => {
    const one = many(3, isAdmin);
    const other = {
      ...one,
      id: '200',
      listed: new Map([[200, { threads: 3, namespaces: namespaces(6) }]]),
    };
    const threads = (pid: number, count: number) =>
      Array.from({ length: count }, (_, n) => pid + n);
    const found = new Map([
      [100, threads(100, 601)],
      [200, threads(1200, 601)],
    ]);

    const paths = threadPaths(threadedProcesses([one, other]), { found, failed: new Map() });
    expect(paths).toHaveLength(1201);
  });

  it.each<[string, Record<string, string>, boolean[]]>([
    ['none is there', { 104: line(7, '/a'), 105: '' }, [false]],
    ['one is there', { 104: line(7, '/a'), 105: line(501, '/run/docker.sock') }, [true]],
    ['one has ended', { 104: '' }, [false]],
    ['none was read', {}, []],
  ])('knows whether they are in the network of the engine, where %s', (_where, tables, known) => {
    const engine = new Map([['/proc/10/net/unix', line(501, '/run/docker.sock')]]);
    const files = new Map(
      Object.entries(tables).map(([thread, text]) => [`/proc/100/task/${thread}/net/unix`, text]),
    );
    const toldBy = (more: object) =>
      networksOfThreads(
        { pid: 10, output: { readAt: '', files: engine, notes: [] } },
        threadedProcesses([many(3, isAdmin)]),
        listed(100, 104, 105),
        () => read({ readAt: '', files, notes: [], ...more }),
      ).map(({ isOfEngine }) => isOfEngine);

    expect(toldBy({})).toEqual(known);
    expect(toldBy({ lost: new Set(['/proc/100/task/105/net/unix']) })).toEqual([]);
  });
});
