import { read, unread } from '../../src/shared/reading.ts';
import type { KernelTarget } from '../../src/snapshot/kernel-targets.ts';
import {
  mountPaths,
  mountsOfThreads,
  type ThreadedProcess,
  threadedProcesses,
} from '../../src/snapshot/threaded-processes.ts';

const target = (pid: number, more: object = {}) =>
  ({
    ...{ id: `${pid}`, main: { pid, startedAt: '' }, isPrivileged: false, isAdmin: true },
    listed: new Map([
      [pid, { threads: 3, namespaces: null }],
      [pid + 1, { threads: 1, namespaces: null }],
      [pid + 2, { threads: null, namespaces: null }],
    ]),
    ...more,
  }) as unknown as KernelTarget;

const mounts = (root: number, at = '/') =>
  `${root} 1 0:50 / ${at} rw - overlay overlay rw\n${root + 1} ${root} 0:51 / /proc rw - proc proc rw\n`;
const ALIVE = 'Name:\tx\nState:\tS (sleeping)\n';

/** Whether the two threads of process 100 are where it is, by the files of theirs. */
function told(files: Record<string, string>, lost: string[] = []): (boolean | null)[] {
  const processes: ThreadedProcess[] = [{ pid: 100, target: target(100) }];
  const threads = { found: new Map([[100, [100, 101, 102]]]), failed: new Map<number, string>() };
  const all = Object.entries(files).map(([name, text]) => [`/proc/100/${name}`, text] as const);
  const output = read({
    ...{ readAt: '', notes: [], files: new Map(all) },
    lost: new Set(lost.map((name) => `/proc/100/${name}`)),
  });
  const found = mountsOfThreads(processes, threads, () => output);
  return found.map(({ areSame }) => areSame);
}

const first = { mountinfo: mounts(500) };
const alike = { 'task/101/mountinfo': mounts(500), 'task/101/status': ALIVE };
const beside = (mountinfo: string, status = ALIVE) => ({
  ...{ ...first, ...alike },
  ...{ 'task/102/mountinfo': mountinfo, 'task/102/status': status },
});

it.each<[string, ReturnType<typeof beside>, boolean]>([
  ['the same mounts', beside(mounts(500)), true],
  ['mounts of its own', beside(mounts(700)), false],
  ['a root within its mounts', beside(mounts(500, '/m')), false],
  ['a root below which nothing is mounted', beside(''), false],
  ['more mounted over its root', beside(mounts(500) + mounts(700)), false],
  ['none any more, since it has ended', beside('', 'State:\tZ (zombie)\n'), true],
])('tells a thread with %s', (_with, files, areSame) => {
  expect(told(files)).toEqual([areSame]);
});

it('takes a thread of which nothing is told for one that has ended', () => {
  expect(told({ ...first, ...alike })).toEqual([true]);
});

it('tells nothing of what was not read', () => {
  expect(told({ ...first, ...alike }, ['task/102/mountinfo'])).toEqual([]);
  expect(told(alike)).toEqual([]);
  const nobody = [{ pid: 100, target: target(100) }];
  const listed = { found: new Map([[100, [100, 101]]]), failed: new Map<number, string>() };
  expect(mountsOfThreads(nobody, listed, () => unread('cut'))).toEqual([]);
  expect(mountsOfThreads(nobody, { ...listed, found: new Map() }, () => undefined)).toEqual([]);
});

it('looks at processes of several threads, where these may leave their mounts', () => {
  const pidsOf = (...targets: KernelTarget[]) => threadedProcesses(targets).map(({ pid }) => pid);

  expect(pidsOf(target(100))).toEqual([100, 102]);
  expect(pidsOf(target(100, { isAdmin: false }))).toEqual([]);
  expect(pidsOf(target(100, { isAdmin: false, isPrivileged: true }))).toEqual([100, 102]);
});

it('reads at most a hundred threads of a container', () => {
  const pathsFor = (count: number) => {
    const threads = Array.from({ length: count + 1 }, (_, index) => 100 + index);
    const found = new Map([[100, threads]]);
    return mountPaths([{ pid: 100, target: target(100) }], { found, failed: new Map() });
  };

  expect(pathsFor(2)).toEqual([
    { pid: 100, file: 'mountinfo' },
    { pid: 100, thread: 101, file: 'mountinfo' },
    { pid: 100, thread: 101, file: 'status' },
    { pid: 100, thread: 102, file: 'mountinfo' },
    { pid: 100, thread: 102, file: 'status' },
  ]);
  expect(pathsFor(100)).toHaveLength(201);
  expect(pathsFor(101)).toEqual([]);
});
