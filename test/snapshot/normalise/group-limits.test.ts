import type { GroupPath } from '../../../src/snapshot/collector.ts';
import { foreign } from '../../../src/snapshot/foreign.ts';
import {
  actualGroups,
  engineGroups,
  expectedGroup,
  filesOfGroup,
  sameForAll,
} from '../../../src/snapshot/normalise/group-folders.ts';
import { groupLimits } from '../../../src/snapshot/normalise/group-limits.ts';
import { groupPath, isGroupFolder } from '../../../src/snapshot/normalise/probe-output.ts';

const id = 'ab'.repeat(32);
const systemd = { version: '2', isBySystemd: true } as const;
const plain = { version: '2', isBySystemd: false } as const;
const old = { version: '1', isBySystemd: false } as const;
const scope = `/system.slice/docker-${id}.scope`;
const tree = '/sys/fs/cgroup';

it('looks for no slice with a name that systemd does not take', () => {
  const group = expectedGroup(systemd, id, `${'a-'.repeat(2_000)}b.slice`);

  expect(group.length).toBeLessThan(5_000);
  expect(sameForAll(group)).toBeNull();
});

it.each([
  [systemd, '', scope],
  [systemd, 'small.slice', `/small.slice/docker-${id}.scope`],
  [systemd, 'a-b.slice', `/a.slice/a-b.slice/docker-${id}.scope`],
  [plain, '', `/docker/${id}`],
  [plain, '/some/where', `/some/where/${id}`],
  [old, '', `/docker/${id}`],
])('%o with the parent %p puts a container into %s', (groups, parent, folder) => {
  expect(expectedGroup(groups, id, parent)).toBe(folder);
});

it('reads how an engine makes groups', () => {
  const groups = (info: object) => engineGroups(foreign('GET /info', info));

  expect(groups({ CgroupVersion: '2', CgroupDriver: 'systemd' })).toEqual(systemd);
  expect(groups({ CgroupDriver: 'cgroupfs' })).toEqual(old);
});

it('finds the group that names the container, whatever it made below or above', () => {
  const of = (text: string) => actualGroups(systemd, text, id)?.memory;

  expect(of(`0::${scope}`)).toBe(scope);
  expect(of(`0::${scope}/init`)).toBe(scope);
  expect(of(`0::/x.slice${scope}`)).toBe(`/x.slice${scope}`);
  expect(of('0::/')).toBeUndefined();
  expect(of(`0::/../${id}`)).toBeUndefined();
  expect(of(`0::/a b/${id}`)).toBeUndefined();
});

it('finds one for each controller on version 1', () => {
  const text = `4:cpu,cpuacct:/docker/${id}\n3:cpuset:/docker/${id}\n2:pids:/p/${id}\n1:memory:/docker/${id}`;

  expect(actualGroups(old, text, id)).toMatchObject({ cpu: `/docker/${id}`, pids: `/p/${id}` });
  expect(actualGroups(old, `1:memory:/docker/${id}`, id)).toBeNull();
});

it('asks for the groups above as well, and for nothing with a strange name', () => {
  const files = filesOfGroup(systemd, sameForAll('/a.slice/x') as never).map(({ group, file }) =>
    groupPath(group, file),
  );

  expect(files).toEqual([
    `${tree}/a.slice/x/memory.max`,
    `${tree}/a.slice/memory.max`,
    `${tree}/a.slice/x/pids.max`,
    `${tree}/a.slice/pids.max`,
    `${tree}/a.slice/x/cpu.max`,
    `${tree}/a.slice/cpu.max`,
    `${tree}/a.slice/x/cpuset.cpus.effective`,
    `${tree}/a.slice/x/cgroup.controllers`,
  ]);
  for (const folder of ['/a b', '/..', '/a/../b', 'a', '/a;b', '/ä', `/${'a'.repeat(300)}`]) {
    expect([folder, isGroupFolder(folder)]).toEqual([folder, false]);
  }
});

const folders = sameForAll('/small.slice/x') as never;
const machine = { '/proc/sys/kernel/pid_max': '32768', '/sys/devices/system/cpu/online': '0-3' };

function limits(own: object, above: object = {}, groups: typeof systemd | typeof old = systemd) {
  const below = (group: string, files: object) =>
    Object.entries(files).map(([file, text]) => [
      groupPath(group, file as GroupPath['file']),
      String(text),
    ]);
  const base = groups.version === '2' ? ['', '', '', ''] : ['/memory', '/pids', '/cpu', '/cpuset'];
  const files = new Map<string, string>([
    ...Object.entries(machine),
    ...(base.flatMap((at) => [
      ...below(`${at}/small.slice/x`, own),
      ...below(`${at}/small.slice`, above),
    ]) as [string, string][]),
  ]);
  return groupLimits(groups, folders, files);
}

const none = { 'memory.max': 'max', 'pids.max': 'max', 'cpu.max': 'max 100000' };

it.each([
  ['none', none, {}, { memoryBytes: null, pids: null, cpus: null }],
  [
    'its own',
    { 'memory.max': 67_108_864, 'pids.max': 50, 'cpu.max': '25000 50000' },
    none,
    { memoryBytes: 67_108_864, pids: 50, cpus: 0.5, isOwnPids: true },
  ],
  [
    'those of a group above',
    none,
    { 'memory.max': 1000, 'pids.max': 60, 'cpu.max': '50000 100000' },
    { memoryBytes: 1000, pids: 60, cpus: 0.5, isOwnPids: false },
  ],
  [
    'the tighter one',
    { 'memory.max': 2000, 'pids.max': 2348, 'cpu.max': '150000 100000' },
    { 'memory.max': 1000, 'pids.max': 60, 'cpu.max': 'max 100000' },
    { memoryBytes: 1000, pids: 60, cpus: 1.5, isOwnPids: false },
  ],
  ['a quota of every processor', { ...none, 'cpu.max': '400000 100000' }, {}, { cpus: null }],
  ['a set of every processor', { ...none, 'cpuset.cpus.effective': '0-3' }, {}, { cpus: null }],
  ['a set of some', { ...none, 'cpuset.cpus.effective': '0-1,3' }, {}, { cpus: 3 }],
  ['more processes than there are', { ...none, 'pids.max': 32_768 }, {}, { pids: null }],
  ['a group without a controller', { 'pids.max': 10 }, {}, { memoryBytes: null, pids: 10 }],
])('takes %s as what it is', (_, own, above, expected) => {
  expect(limits(own, above)).toMatchObject(expected);
});

it('reads version 1, where a number near 2^63 is none', () => {
  const own = {
    'memory.limit_in_bytes': '9223372036854771712',
    'pids.max': 'max',
    'cpu.cfs_quota_us': 25_000,
    'cpu.cfs_period_us': 50_000,
    'cpuset.effective_cpus': '0-3',
  };

  expect(limits(own, {}, old)).toEqual({
    memoryBytes: null,
    pids: null,
    isOwnPids: false,
    cpus: 0.5,
    // A kernel that keeps no time for real-time processes by groups holds them by nothing.
    realtimeCpus: null,
    isRealtimeTold: true,
  });
  expect(limits({ ...own, 'cpu.cfs_quota_us': -1 }, {}, old)?.cpus).toBeNull();
  expect(limits(own, { 'memory.limit_in_bytes': 1000 }, old)?.memoryBytes).toBe(1000);
});

describe('the processors of real-time processes', () => {
  const quota = { 'cpu.cfs_quota_us': 50_000, 'cpu.cfs_period_us': 100_000 };
  const realtime = (runtime: number) => ({
    ...{ 'cpu.rt_runtime_us': runtime, 'cpu.rt_period_us': 1_000_000 },
  });
  const cpusOf = (own: object, above: object = {}) => limits(own, above, old)?.realtimeCpus;

  it.each<[string, object, object, number | null]>([
    ['none, where its group has no time for them', { ...quota, ...realtime(0) }, {}, 0.5],
    ['its time on each', { ...quota, ...realtime(500_000) }, {}, 2.5],
    ['the time of a group above', { ...quota, ...realtime(500_000) }, realtime(250_000), 1.5],
    ['all of them', { ...quota, ...realtime(950_000) }, {}, null],
    ['all of them, without a limit', { ...quota, ...realtime(-1) }, {}, null],
    ['those of its set', { ...quota, 'cpuset.effective_cpus': '0' }, {}, 1],
    [
      'its time on each of its set',
      { ...quota, ...realtime(250_000), 'cpuset.effective_cpus': '0-1' },
      {},
      1,
    ],
  ])('are %s', (_, own, above, expected) => {
    expect(cpusOf(own, above)).toBe(expected);
  });

  it('are not told by version 2', () => {
    const own = { ...none, 'cpu.max': '50000 100000' };

    expect(limits(own)).toMatchObject({ cpus: 0.5, realtimeCpus: null, isRealtimeTold: false });
    expect(limits({ ...own, 'cpuset.cpus.effective': '0' })?.realtimeCpus).toBe(1);
  });

  it('are not guessed from what is no time', () => {
    expect(() => cpusOf({ ...quota, 'cpu.rt_runtime_us': '1' })).toThrow('not a limit');
    expect(() => cpusOf({ ...quota, ...realtime(0), 'cpu.rt_period_us': '0' })).toThrow();
  });
});

it('takes a group of version 2 without controllers for one without limits of its own', () => {
  const none = { memoryBytes: null, pids: null, cpus: null };
  expect(limits({ 'cgroup.controllers': '' })).toMatchObject(none);
  expect(limits({ 'cgroup.controllers': '' }, { 'pids.max': '50' })).toMatchObject({ pids: 50 });
  expect(limits({ 'cgroup.controllers': 'memory', 'memory.max': '1000' })).toMatchObject({
    memoryBytes: 1000,
  });
});

it('takes no group that was not read for one without limits', () => {
  expect(limits({})).toBeNull();
  expect(limits({}, { 'memory.max': 'max' })).toBeNull();
});

it.each([{ 'memory.max': '' }, { 'pids.max': '-1' }, { 'cpu.max': '1' }, { 'cpu.max': '1 0' }])(
  'refuses %o',
  (wrong) => {
    expect(() => limits({ ...none, ...wrong })).toThrow('it is not a limit');
  },
);

describe('devices', () => {
  const folders = sameForAll(`/docker/${id}`) as never;
  const limits = (text?: string) => {
    const files = new Map([[`${tree}/memory/docker/${id}/memory.limit_in_bytes`, '1000']]);
    if (text !== undefined) files.set(`${tree}/devices/docker/${id}/devices.list`, text);
    return groupLimits(old, folders, files)?.devices;
  };

  it('are those of the list of version 1, each as a rule', () => {
    expect(limits('b *:* m\nc 1:3 rwm\n')).toEqual(['b *:* m', 'c 1:3 rwm']);
    expect(limits('a *:* rwm')).toEqual(['a *:* rwm']);
    expect(limits('')).toEqual([]);
    expect(limits()).toBeUndefined();
    expect(() => limits('everything')).toThrow('devices.list: it is not a limit');
  });

  it('are those of the group at the top where the kernel groups nothing by them', () => {
    const text = ['memory', 'pids', 'cpu', 'cpuset'].map((one) => `1:${one}:/docker/${id}`);
    expect(actualGroups(old, text.join('\n'), id)?.devices).toBe('');
    expect(actualGroups(old, [...text, '1:devices:/a b'].join('\n'), id)).toBeNull();
  });
});
