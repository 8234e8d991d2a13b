import { assess } from '../../src/assessment/assess.ts';
import { port, privileged } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import {
  kernelMount,
  kernelProcess,
  kernelSays,
  noLimits,
} from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { read, unread } from '../../src/shared/reading.ts';
import { looserLimits } from '../../src/snapshot/normalise/group-limits.ts';
import { attackPaths } from '../support/attack-paths.ts';
import { controlOf, kernelFacts } from '../support/control-facts.ts';

// Which devices the control groups of version 1 open, whatever was asked for: root of the host writes `devices.allow`.

/** As runc 1.1 leaves it. */
const usual = [
  ...['b *:* m', 'c *:* m', 'c 1:3 rwm', 'c 1:5 rwm', 'c 1:7 rwm', 'c 1:8 rwm', 'c 1:9 rwm'],
  ...['c 5:0 rwm', 'c 5:1 rwm', 'c 5:2 rwm', 'c 10:200 rwm', 'c 136:* rwm'],
];
const opening = (...more: string[]) => read({ ...noLimits, devices: [...usual, ...more] });

const devicesOf = (container: NonNullable<ExampleHost['container']>, ...more: string[]) =>
  controlOf('devices', { container }, kernelFacts({ limits: opening(...more) }));

it('holds a container by what its groups open, and names what nobody asked for', () => {
  expect(devicesOf({})).toMatchObject({
    ...{ source: 'measured', verdict: 'enforced', effective: [] },
    evidence: '/sys/fs/cgroup/devices',
  });
  expect(devicesOf({}, 'b 8:0 rwm')).toMatchObject({
    ...{ source: 'measured', verdict: 'not-enforced', effective: ['rule b 8:0 rwm'] },
  });
});

it.each<[string, NonNullable<ExampleHost['container']>, string[], string]>([
  ['all that every container has', { devices: ['/dev/net/tun'] }, [], 'enforced'],
  ['a device with its number', { devices: ['/dev/fuse'] }, ['c 10:229 rwm'], 'off'],
  ['a rule as the kernel joins it', { deviceCgroupRules: ['b 7:* r'] }, ['b 7:* rwm'], 'off'],
  ['everything', privileged, ['a *:* rwm'], 'off'],
])('takes for asked for %s', (_name, container, more, verdict) => {
  const control = devicesOf(container, ...more);
  expect(control.verdict).toBe(verdict);
  expect(control.effective).toEqual(control.configured);
});

it('takes many devices for more, whatever else was asked for', () => {
  expect(devicesOf({ devices: ['/dev/fuse'] }, 'c 10:229 rwm', 'b *:* rwm').effective).toEqual([
    '/dev/fuse',
    'rule b *:* rwm',
  ]);
});

describe('with control groups of its own that it may write', () => {
  const id = 'c0ffee000001';
  const verdictIn = (root: string, container: NonNullable<ExampleHost['container']> = {}) => {
    const groups = kernelMount('/sys/fs/cgroup/devices', {
      ...{ root, filesystem: 'cgroup', options: ['rw'] },
    });
    const mounts = [kernelMount('/'), groups];
    const userNamespace = { mode: 'host', resolved: 'host' as const, via: [] };
    const host = { engine: { remapsUsers: true }, container: { userNamespace, ...container } };
    return controlOf('devices', host, kernelFacts({ limits: opening(), mounts })).verdict;
  };

  it('is held, as opening takes CAP_SYS_ADMIN and leaving another group', () => {
    expect(verdictIn(`/docker/${id}`)).toBe('enforced');
    expect(verdictIn(`/system.slice/docker-${id}.scope`)).toBe('enforced');
    expect(verdictIn('/docker')).toBe('unknown');
    const admin = { configuredCapabilities: ['CAP_SYS_ADMIN'] };
    expect(verdictIn(`/docker/${id}`, admin)).toBe('unknown');
  });
});

it('is not held by what it may write itself', () => {
  const mounts = [kernelMount('/'), kernelMount('/x', { filesystem: 'cgroup', options: ['rw'] })];
  const limits = opening();
  expect(controlOf('devices', {}, kernelFacts({ limits, mounts })).verdict).toBe('unknown');
});

it.each<[string, '1' | '2', Parameters<typeof controlOf>[2], RegExp]>([
  ['at a level that reads none', '1', undefined, /needs evidence: kernel/],
  [
    'where its list was not read',
    '1',
    kernelFacts({ limits: unread('it ended') }),
    /was not read: it ended$/,
  ],
  ['on version 2', '2', kernelFacts({ limits: read(noLimits) }), /no level reads/],
])('says why nobody knows %s', (_name, cgroupVersion, kernel, note) => {
  const control = controlOf('devices', { engine: { cgroupVersion } }, kernel);
  expect(control.verdict).toBe('unknown');
  expect(control.note).toMatch(note);
});

it('counts what any of its processes may open', () => {
  const [own, other] = [opening(), opening('a *:* rwm')];
  const loosest = looserLimits([own, other]);
  expect(loosest).toMatchObject({ value: { devices: [...usual, 'a *:* rwm'] } });
  expect(looserLimits([own, read(noLimits)])).toEqual(read(noLimits));
  expect(looserLimits([own, unread('gone')]).state).toBe('unread');
});

it('is a way to the host where a disk was opened since', () => {
  const pathsWith = (...more: string[]) => {
    const kernel = kernelSays([kernelProcess()], { limits: opening(...more) });
    const user = { declared: '', uid: 0, reason: null };
    const configuredCapabilities = ['CAP_MKNOD'];
    const container = { user, configuredCapabilities, ports: [port('0.0.0.0', 80)] };
    return attackPaths(assess(exampleSnapshot({ container, kernel }))).paths;
  };
  const [path] = pathsWith('b 8:* rwm');

  expect(pathsWith()).toEqual([]);
  expect(path?.certainty).toBe('direct');
  expect(path?.steps.map(({ says }) => says)).toContain('may make and open the devices b 8:* rwm');
});
