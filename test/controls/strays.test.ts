import { controlFacts } from '../../src/controls/control-facts.ts';
import { controlsOf } from '../../src/controls/controls-of.ts';
import { moreGiven } from '../../src/controls/more-given.ts';
import { running } from '../../src/rules/example-facts.ts';
import { exampleContainer, exampleSnapshot } from '../../src/rules/example-host.ts';
import { kernelProcess, kernelSays, withCapabilities } from '../../src/rules/example-kernel.ts';
import { type Reading, read, unread } from '../../src/shared/reading.ts';
import type { MountsOfThreads, Strays } from '../../src/snapshot/facts/host-processes.ts';
import type { GroupLimits, IdRange, KernelProcess } from '../../src/snapshot/facts/kernel.ts';
import type { NamespaceIds } from '../../src/snapshot/facts/process.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { containerId, controlOf, kernelFacts, rootUids } from '../support/control-facts.ts';
import { withEach } from '../support/example-processes.ts';

// Processes of a container that are in none of its control groups.

const limits: GroupLimits = {
  ...{ memoryBytes: 1000, pids: 50, isOwnPids: true },
  ...{ cpus: 0.5, realtimeCpus: 0.5, isRealtimeTold: true },
};
const ids = { pid: 1, user: 2, uts: 3, ipc: 4, cgroup: 5, network: 6, mount: 7 };
const container = { memoryLimitBytes: 1000, pidsLimit: 50, nanoCpus: 500_000_000 };

/** Verdicts on the ordinary container beside whose process these stand. */
function verdicts(
  strays: Reading<Strays>,
  of: Pick<Snapshot, 'processes'> | null = null,
  hostUidMap: IdRange[] | null = null,
) {
  const kernel = kernelSays([kernelProcess()], { limits: read(limits) });
  const snapshot = exampleSnapshot({ container, kernel });
  const { hostProcesses, kernel: section } = snapshot;
  if (hostProcesses.state === 'unread' || section.state === 'unread')
    throw new Error('it is read in an example');
  const facts = controlFacts({
    ...snapshot,
    ...of,
    kernel: read({ ...section.value, hostUidMap }),
    hostProcesses: read({ ...hostProcesses.value, strays: [{ containerId, facts: strays }] }),
  });
  if (facts.state === 'unread' || facts.value[0] === undefined) throw new Error('not there');
  return Object.fromEntries(
    controlsOf(facts.value[0]).map(({ control, verdict }) => [control, verdict]),
  );
}

const stray = (more: Partial<KernelProcess>, own: Reading<GroupLimits> | null = read(limits)) =>
  read({ processes: [kernelProcess({ pid: 5000, ...more })], limits: own });
const none = read<Strays>({ processes: [], limits: null });

it('hold what they have for the container, as its other processes do', () => {
  expect(verdicts(none)).toMatchObject({ user: 'enforced', seccomp: 'enforced' });
  expect(verdicts(stray({ uids: rootUids }))).toMatchObject({ user: 'not-enforced' });
  expect(verdicts(stray({ seccompMode: 0 }))).toMatchObject({ seccomp: 'not-enforced' });
  const { capabilities } = withCapabilities('CAP_SYS_ADMIN');
  expect(verdicts(stray({ capabilities }))).toMatchObject({ 'cap-effective': 'not-enforced' });
});

it('are held by no limit but that of the groups that they are in', () => {
  const holds = { 'memory-limit': 'enforced', 'pids-limit': 'enforced', 'cpu-limit': 'enforced' };
  expect(verdicts(none)).toMatchObject(holds);
  expect(verdicts(stray({}))).toMatchObject(holds);
  expect(verdicts(stray({}, read({ ...limits, memoryBytes: null, cpus: 4 })))).toMatchObject({
    'memory-limit': 'not-enforced',
    'pids-limit': 'enforced',
    'cpu-limit': 'not-enforced',
  });
  expect(verdicts(stray({}, unread('not to be read')))).not.toMatchObject(holds);
});

it('leave open in which namespaces a container is', () => {
  const [listed] = running(['web', 1000]);
  if (listed?.facts.state !== 'read') throw new Error('it is read in an example');
  const facts = read(listed.facts.value.map((one) => ({ ...one, namespaces: ids })));
  const processes = read([{ ...listed, facts }]);

  expect(verdicts(none, { processes })).toMatchObject({ 'ns-mnt': 'enforced' });
  expect(verdicts(stray({}), { processes })).toMatchObject({ 'ns-mnt': 'unknown' });
});

it('leave all open where nobody looked for them', () => {
  const found = verdicts(unread('there were too many'));

  expect(found).toMatchObject({ seccomp: 'unknown', 'cap-effective': 'unknown' });
});

it('holds no mounts for a process that has others than the main one, unless they are locked', () => {
  const verdictWith = (difference: Partial<NamespaceIds> | null) => {
    const namespaces = difference && { ...ids, ...difference };
    const processes = withEach(running(['web', 1000], ['tool', 1000]), (_one, index) => ({
      namespaces: index === 0 ? ids : namespaces,
    }));
    return controlOf('rootfs', { processes }, kernelFacts()).verdict;
  };

  expect(verdictWith({})).toBe('enforced');
  expect(verdictWith({ mount: 33 })).toBe('unknown');
  expect(verdictWith({ mount: null })).toBe('enforced');
  expect(verdictWith({ mount: null, user: null })).toBe('unknown');
  expect(verdictWith(null)).toBe('unknown');
  expect(verdictWith({ mount: 33, user: 44 })).toBe('enforced');
});

it('holds no mounts for a helper that stayed above the user namespace of the main process', () => {
  const above = { ...ids, mount: 33, user: 4_026_531_837 };
  const tasks = [
    kernelProcess({ userNamespace: ids.user }),
    kernelProcess({ pid: 4243, userNamespace: above.user }),
  ];
  const processes = withEach(running(['web', 1000], ['tool', 1000]), (_one, index) => ({
    namespaces: index === 0 ? ids : above,
  }));

  expect(controlOf('rootfs', { processes }, kernelFacts({ processes: tasks })).verdict).toBe(
    'unknown',
  );
});

it('holds no mounts for one that left the control groups, unless they are locked', () => {
  const whole = [{ inside: 0, outside: 0, count: 4_294_967_295 }];
  const below = [{ inside: 0, outside: 1000, count: 1 }];

  expect(verdicts(none)).toMatchObject({ rootfs: 'enforced' });
  expect(verdicts(stray({ uidMap: whole }))).toMatchObject({ rootfs: 'unknown' });
  expect(verdicts(stray({ uidMap: below }), null, whole)).toMatchObject({ rootfs: 'enforced' });
});

describe('of the mounts', () => {
  const apartOf = (facts: Reading<Strays>, threadMounts: MountsOfThreads[] = []) => {
    const processes = running(['web', 1000]);
    const example = { container, processes, kernel: kernelSays([]) };
    const { hostProcesses, ...snapshot } = exampleSnapshot(example);
    if (hostProcesses.state === 'unread') throw new Error('it is read in an example');
    const own = [{ containerId, facts }];
    const strays = read({ ...hostProcesses.value, threadMounts, strays: own });
    const found = controlFacts({ ...snapshot, hostProcesses: strays });
    if (found.state === 'unread' || found.value[0] === undefined) throw new Error('not there');
    return moreGiven(found.value[0])('mounts');
  };

  it('nobody knows what one has that left the control groups, unless it is where the main one is', () => {
    expect(apartOf(none)).toBeNull();
    expect(apartOf(stray({}))).toMatch(/the mounts of its process 5000 .* were not read/);
    const beside = read({
      processes: [kernelProcess({ pid: 5000 })],
      limits: null,
      beside: [5000],
    });
    expect(apartOf(beside)).toBeNull();
    expect(verdicts(beside)).toMatchObject({ rootfs: 'enforced' });
  });

  it('nobody knows what a thread has that left those of its process', () => {
    const pid = exampleContainer.pid ?? 0;
    expect(apartOf(none, [{ pid, areSame: true }])).toBeNull();
    expect(apartOf(none, [{ pid, areSame: false }])).toMatch(/^a thread of its process/);
  });

  it('nobody knows what some have for which nobody looked', () => {
    expect(apartOf(unread('there were too many'))).toMatch(/was not read: there were too many$/);
  });
});
