import { execsFound, running } from '../../src/rules/example-facts.ts';
import { kernelProcess, withCapabilities } from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { read } from '../../src/shared/reading.ts';
import type { NamespaceIds } from '../../src/snapshot/facts/process.ts';
import { controlOf, kernelFacts } from '../support/control-facts.ts';

// What a process beside the main one says of a container.

const ids = { pid: 1, user: 2, uts: 3, ipc: 4, cgroup: 5, network: 6, mount: 7 };
const ended = { ...ids, network: null, mount: null, ipc: null, uts: null };
const admin = { configuredCapabilities: ['CAP_SYS_ADMIN'] };
const INITIAL_UTS = 4_026_531_838;

/** A process of the ordinary container that is elsewhere than its main one. */
function beside(namespaces: NamespaceIds | null, container: ExampleHost['container'] = {}) {
  const processes = running(['web', 1000], ['tool', 1000]).map((entry) => {
    if (entry.facts.state === 'unread') throw new Error('an example has processes');
    const all = entry.facts.value.map((one, index) => ({
      ...one,
      namespaces: index === 0 ? ids : namespaces,
    }));
    return { ...entry, facts: read(all) };
  });
  return { container, processes, execs: execsFound() };
}

it('puts a container into a namespace of the host', () => {
  const example = beside({ ...ids, uts: INITIAL_UTS });

  expect(controlOf('ns-uts', example)).toMatchObject({
    verdict: 'not-enforced',
    effective: 'host',
    note: expect.stringMatching(/^through its process \d+ \(tool\)$/),
  });
  expect(controlOf('ns-ipc', example).verdict).toBe('enforced');
});

it.each<[string, NamespaceIds | null, ExampleHost['container'], string]>([
  ['the same', ids, admin, 'enforced'],
  ['one that it may have entered', { ...ids, network: 66 }, admin, 'unknown'],
  ['one that it can only have made', { ...ids, network: 66 }, {}, 'enforced'],
  ['one that nobody told', { ...ids, network: null }, admin, 'unknown'],
  ['none of which anything was told', null, admin, 'unknown'],
  ['none any more, having ended', ended, admin, 'enforced'],
])('in %s leaves the network where it may be', (_name, namespaces, container, verdict) => {
  expect(controlOf('ns-net', beside(namespaces, container)).verdict).toBe(verdict);
});

it('may have entered a namespace by a privileged command', () => {
  const example = beside({ ...ids, network: 66 });
  const execs = execsFound({ isPrivileged: true });

  expect(controlOf('ns-net', { ...example, execs }).verdict).toBe('unknown');
});

it('may have entered one by a command that nobody read', () => {
  const example = beside({ ...ids, network: 66 });

  expect(controlOf('ns-net', { ...example, execs: [] }).verdict).toBe('unknown');
});

describe('one with capabilities that nobody is given', () => {
  const whole = [{ inside: 0, outside: 0, count: 4_294_967_295 }];
  const nested = [{ inside: 0, outside: 1000, count: 1 }];
  const mighty = { ...withCapabilities('CAP_SYS_ADMIN'), pid: 4300, uidMap: whole };
  const verdictWith = (one: Partial<typeof mighty>, container: ExampleHost['container'] = {}) =>
    controlOf(
      'exec-sessions',
      { container, execs: execsFound() },
      kernelFacts({ processes: [kernelProcess({ uidMap: whole }), { ...mighty, ...one }] }),
    ).verdict;

  it('was started by a privileged command, whatever the engine still lists', () => {
    expect(verdictWith({})).toBe('not-enforced');
  });

  it.each<[string, Partial<typeof mighty>, ExampleHost['container']]>([
    ['its container gives them', {}, admin],
    ['it has a user namespace of its own', { uidMap: nested }, {}],
    ['nobody read its user namespace', { uidMap: null as never }, {}],
  ])('was not, where %s', (_name, one, container) => {
    expect(verdictWith(one, container)).toBe('enforced');
  });
});

it.each<[string, NonNullable<ExampleHost['container']>, string]>([
  ['a null device', { devices: ['/dev/null'] }, 'unknown'],
  ['a rule for what all have', { deviceCgroupRules: ['c 1:3 rwm', 'b *:* m'] }, 'unknown'],
  ['a rule of every type', { deviceCgroupRules: ['a *:* m'] }, 'off'],
  ['a rule to read memory', { deviceCgroupRules: ['c 1:* r'] }, 'off'],
  ['a rule to write disks', { deviceCgroupRules: ['b 8:* w'] }, 'off'],
])('calls devices handed in by %s what they are', (_name, container, verdict) => {
  expect(controlOf('devices', { container }).verdict).toBe(verdict);
});
