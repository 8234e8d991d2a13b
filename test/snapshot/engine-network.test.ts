import { read } from '../../src/shared/reading.ts';
import { networksOfNumbers, networkWitnesses } from '../../src/snapshot/engine-network.ts';
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
