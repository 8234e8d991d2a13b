import { read } from '../../src/shared/reading.ts';
import type { KernelTarget } from '../../src/snapshot/kernel-targets.ts';
import {
  networksOfThreads,
  outsideHostNetwork,
  threadedProcesses,
  threadPaths,
} from '../../src/snapshot/threaded-processes.ts';

const line = (inode: number, path: string) =>
  `0000000000000000: 00000002 00000000 00010000 0001 01 ${inode} ${path}`;

/** A container with one process of so many threads. */
const many = (threads: number | null, more: object) =>
  ({
    ...{ id: '100', main: { pid: 100, startedAt: '' }, isPrivileged: false, isAdmin: false },
    network: { mode: 'bridge', isAlone: false, inode: 6, isPublishing: false },
    listed: new Map([[100, { threads, namespaces: null }]]),
    ...more,
  }) as unknown as KernelTarget;
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
])('looks at the threads of who %s', (_who, one, count) => {
  expect(outsideHostNetwork(threadedProcesses([one]))).toHaveLength(count);
});

it('reads each thread beside the first one of a process, or none where they are too many', () => {
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
    listed: new Map([[200, { threads: 3, namespaces: null }]]),
  };
  const threads = (pid: number, count: number) => Array.from({ length: count }, (_, n) => pid + n);
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
])('knows whether threads are in the network of the engine, where %s', (_where, tables, known) => {
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
