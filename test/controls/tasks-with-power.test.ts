import { kernelProcess, withCapabilities } from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import type { IdRange } from '../../src/snapshot/facts/kernel.ts';
import { controlOf, kernelFacts, rootUids } from '../support/control-facts.ts';

const hosts: IdRange[] = [{ inside: 0, outside: 0, count: 4_294_967_295 }];
const own: IdRange[] = [{ inside: 0, outside: 1000, count: 1 }];
const remapped: IdRange[] = [{ inside: 0, outside: 100_000, count: 65_536 }];
const initial = 4_026_531_837;

const mighty = (uidMap: IdRange[] | null, userNamespace: number | null = null) => ({
  ...withCapabilities('CAP_SYS_ADMIN'),
  uidMap,
  userNamespace,
});
const plain = kernelProcess({ uidMap: hosts, userNamespace: initial });

describe('capabilities of a process', () => {
  const verdict = (process: ReturnType<typeof mighty>, host: ExampleHost = {}) =>
    controlOf('cap-effective', host, kernelFacts({ processes: [plain, process] })).verdict;

  it('count in the namespace of the container', () => {
    expect(verdict(mighty(hosts, initial))).toBe('not-enforced');
    expect(verdict(mighty(hosts))).toBe('not-enforced');
    expect(verdict(mighty(null))).toBe('not-enforced');
  });

  it('do not count in one that it made for itself', () => {
    expect(verdict(mighty(own))).toBe('enforced');
    // One that maps everybody to himself shows by its number alone.
    expect(verdict(mighty(hosts, 4_026_532_999))).toBe('enforced');
  });

  it('count where the main process alone made one', () => {
    const tasks = [mighty(own), mighty(hosts, initial)];

    expect(
      controlOf('cap-effective', {}, kernelFacts({ processes: tasks, uidMap: own })),
    ).toMatchObject({
      verdict: 'not-enforced',
      effective: ['CAP_SYS_ADMIN'],
    });
  });

  it('count on a remapping engine in the widest namespace', () => {
    const host: ExampleHost = { engine: { remapsUsers: true } };
    const nested: IdRange[] = [{ inside: 0, outside: 100_000, count: 1 }];
    const of = (process: ReturnType<typeof mighty>) =>
      controlOf(
        'cap-effective',
        host,
        kernelFacts({
          processes: [kernelProcess({ uidMap: remapped }), process],
          uidMap: remapped,
        }),
      ).verdict;

    expect(of(mighty(remapped))).toBe('not-enforced');
    expect(of(mighty(nested))).toBe('enforced');
  });
});

it('takes no container for remapped because its main process made a namespace', () => {
  const sibling = kernelProcess({ pid: 4300, uids: rootUids, uidMap: hosts });
  const main = kernelProcess({ uidMap: own });
  const facts = kernelFacts({ processes: [main, sibling], uidMap: own });
  const host: ExampleHost = { container: { user: { declared: '1000', uid: 1000, reason: null } } };

  expect(controlOf('user-namespace', host, facts).verdict).toBe('off');
  expect(controlOf('user', host, facts).verdict).toBe('not-enforced');
});

it('counts a thread that is root, filters less or has new privileges', () => {
  const thread = {
    ...kernelProcess({ uids: rootUids }),
    seccompMode: 0,
    hasNoNewPrivileges: false,
  };
  const facts = kernelFacts({ threads: [thread] });

  for (const control of ['user', 'seccomp', 'no-new-privileges'] as const) {
    expect([control, controlOf(control, {}, facts).verdict]).toEqual([control, 'not-enforced']);
  }
});
