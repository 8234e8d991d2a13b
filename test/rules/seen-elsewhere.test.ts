import { assess } from '../../src/assessment/assess.ts';
import { evaluateRule } from '../../src/findings/evaluate.ts';
import { declaredPortsOnly, noHostNetwork } from '../../src/rules/catalogue/index.ts';
import { bind, execsFound, execsUnread } from '../../src/rules/example-facts.ts';
import { examplePolicy, exampleSnapshot } from '../../src/rules/example-host.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { read, unread } from '../../src/shared/reading.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { containerId, kernelFacts } from '../support/control-facts.ts';
import { namespaceIds as ids, inNetworks } from '../support/example-processes.ts';

/** The same processes with these users. */
const withUsers = (facts: ReturnType<typeof inNetworks>[number]['facts'], user: number) =>
  facts.state === 'unread'
    ? facts
    : read(
        facts.value.map((one) => ({
          ...one,
          namespaces: one.namespaces && { ...one.namespaces, user },
        })),
      );

/** What the rule says of a container, a process of which was seen in this network beside one in 6. */
function judged(
  network: number,
  container: NonNullable<ExampleHost['container']> = {},
  kernel: Partial<Pick<Snapshot, 'kernel' | 'hostProcesses'>> = {},
  execs = execsFound(),
) {
  const example = { container, processes: inNetworks([6, network]), execs };
  const snapshot = assess({ ...exampleSnapshot(example), ...kernel });
  return evaluateRule(noHostNetwork, snapshot, examplePolicy(example))[0];
}

it('does not acquit a container with a process in a network of which nobody knows whose it is', () => {
  expect(judged(66)).toMatchObject({
    verdict: 'unknown',
    reason: expect.stringContaining('is in another network namespace than its main process'),
  });
  expect(judged(6)?.verdict).toBe('pass');
});

it.each([
  ['a privileged command runs in it', execsFound({ isPrivileged: true })],
  ['its commands could not be read', execsUnread],
])('acquits it no more where %s', (_title, execs) => {
  expect(judged(66, {}, {}, execs)?.verdict).toBe('unknown');
});

it('acquits by its configuration one that may have processes that nobody listed', () => {
  expect(judged(6, { mounts: [bind('/sys/fs/cgroup')] })?.verdict).toBe('pass');
});

describe('a container that makes networks for others', () => {
  const admin = { configuredCapabilities: ['CAP_SYS_ADMIN'] };
  const hostPids = { pidNamespace: { mode: 'host', resolved: 'host' as const, via: [] } };

  it.each<[string, NonNullable<ExampleHost['container']>, string]>([
    ['passes, as an engine in a container', admin, 'pass'],
    ['may be in that of the host where it sees it', { ...admin, ...hostPids }, 'unknown'],
    ['has by others what it may not enter', hostPids, 'unknown'],
  ])('%s', (_name, container, verdict) => {
    expect(judged(66, container)?.verdict).toBe(verdict);
  });
});

describe('beside another container', () => {
  const admin = { configuredCapabilities: ['CAP_SYS_ADMIN'] };
  const mode = (resolved: 'host' | 'shared', via: string[] = []) => ({ mode: '', resolved, via });
  const seesAll = { ...admin, pidNamespace: mode('host') };
  const onHost = { networkNamespace: mode('host') };
  const joins = { networkNamespace: mode('shared', ['other-0']) };
  type Container = NonNullable<ExampleHost['container']>;

  it.each<[string, [Container, ...number[]], [Container, ...number[]], string]>([
    ['fails in the network of one on the host', [seesAll, 6, 66], [onHost, 66], 'fail'],
    ['fails where others brought it there', [{}, 6, 66], [onHost, 66], 'fail'],
    [
      'is unknown where that one may have left',
      [{}, 6, 66],
      [{ ...admin, ...onHost }, 66],
      'unknown',
    ],
    ['passes in a network of its own of another', [seesAll, 66, 66], [{}, 66], 'pass'],
    ['is unknown where both are somewhere', [{}, 6, 66], [{}, 7, 66], 'unknown'],
    ['passes with all that it shares', [joins, 6, 6], [{}, 6], 'pass'],
    ['is unknown with one more that is elsewhere', [joins, 6, 66], [{}, 6], 'unknown'],
    ['is unknown where what it joined may have gone', [joins, 66], [seesAll, 66], 'unknown'],
    ['passes for who was joined by that', [{}, 66], [{ ...seesAll, ...joins }, 66], 'pass'],
    ['is unknown where what it joined did so and stopped', [joins, 66], [seesAll], 'unknown'],
    ['is unknown where that is somewhere else now', [joins, 66], [seesAll, 7], 'unknown'],
    ['passes where what it joined started anew', [joins, 66], [{}, 7], 'pass'],
    [
      'is unknown where it may enter others itself',
      [{ ...admin, ...joins }, 66],
      [seesAll, 66],
      'unknown',
    ],
    [
      'is unknown where one that began on the host is in what it joined',
      [joins, 66],
      [{ ...admin, ...onHost }, 66],
      'unknown',
    ],
  ])('%s', (_name, own, other, verdict) => {
    expect(judgedBeside(own, other)?.verdict).toBe(verdict);
  });

  it.each<[string, [Container, ...number[]], string]>([
    ['opens ports there', [{}, 6, 66], "shares the host's network, so what it opens"],
    ['may open ports there', [{}, 6, 77], 'may open ports on another network: its process'],
  ])('of which a process is on the host, or may be, %s', (_name, own, reason) => {
    const found = judgedBeside(own, [onHost, 66], ids.user, declaredPortsOnly);

    expect(found).toMatchObject({ verdict: 'unknown', reason: expect.stringContaining(reason) });
    expect(judgedBeside([{}, 6], [onHost, 66], ids.user, declaredPortsOnly)?.verdict).toBe('pass');
  });

  it('names whose number tells that it is on the host', () => {
    const how = "by the number of other-0, which is on the host's";

    expect(judgedBeside([{}, 66], [onHost, 66])).toMatchObject({
      message: `is in the host's network namespace, ${how}`,
      evidence: expect.arrayContaining([expect.objectContaining({ value: how })]),
    });
  });

  it('does not take a network for the host’s that another made for itself, with users of its own', () => {
    expect(judgedBeside([seesAll, 6, 66], [onHost, 66], 888)).toMatchObject({
      verdict: 'unknown',
      reason: expect.stringContaining('is in another network namespace'),
    });
  });

  /** What the rule says of one in these networks beside another in those; of none no list was read. */
  function judgedBeside(
    [container, ...own]: [Container, ...number[]],
    [other, ...others]: [Container, ...number[]],
    users = ids.user,
    rule: typeof noHostNetwork | typeof declaredPortsOnly = noHostNetwork,
  ) {
    const containerId = 'other';
    const theirs = inNetworks(others.length > 0 ? others : [0]);
    const example = {
      container,
      otherContainers: [{ ...other, id: containerId, pid: 4242 }],
      processes: [
        ...inNetworks(own),
        ...theirs.map(({ facts, ...rest }) => ({
          ...rest,
          containerId,
          facts: others.length > 0 ? withUsers(facts, users) : unread('HTTP 500'),
        })),
      ],
      execs: execsFound(),
    };
    const snapshot = assess(exampleSnapshot(example));
    return evaluateRule(rule, snapshot, examplePolicy(example))[0];
  }
});

it('goes by the configuration of what a container joined that started anew', () => {
  const networkNamespace = { mode: 'container:vpn', resolved: 'shared' as const, via: ['vpn'] };

  expect(judged(6, { networkNamespace })?.verdict).toBe('pass');
  const gone = { ...networkNamespace, resolved: 'unknown' as const, via: [] };
  expect(judged(6, { networkNamespace: gone })?.verdict).toBe('unknown');
});

it('does not doubt the network for a process of which no namespace was read', () => {
  const ordinary = exampleSnapshot({});
  const { hostProcesses } = ordinary;
  if (hostProcesses.state === 'unread') throw new Error('an example has them');
  const kernel = read({
    containers: [{ containerId, facts: read(kernelFacts()) }],
    ordinaryMounts: null,
    hostUidMap: null,
    selinuxMode: null,
    notes: [],
  });
  const facts = read({ processes: kernelFacts().processes, limits: unread<never>('not read') });
  const strays = read({ ...hostProcesses.value, strays: [{ containerId, facts }] });

  expect(judged(6, {}, { kernel, hostProcesses: strays })?.verdict).toBe('pass');
});
