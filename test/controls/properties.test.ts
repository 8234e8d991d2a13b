import fc from 'fast-check';
import type { Control } from '../../src/controls/control.ts';
import { controlFacts } from '../../src/controls/control-facts.ts';
import { controlsOf } from '../../src/controls/controls-of.ts';
import { read, unread } from '../../src/shared/reading.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import type {
  ContainerKernelFacts,
  GroupLimits,
  IdRange,
  KernelMount,
} from '../../src/snapshot/facts/kernel.ts';
import { allCapabilities } from '../../src/snapshot/normalise/capabilities.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { arbitrarySnapshot } from '../support/arbitrary-snapshot.ts';

// What must hold of every control, whatever stands on a host.

const names = fc.subarray([...allCapabilities].sort());
const id = fc.constantFrom(0, 1000, 500_000);
const ids = fc.record({ real: id, effective: id, saved: id, filesystem: id });
const mount: fc.Arbitrary<KernelMount> = fc.record({
  target: fc.constantFrom('/', '/proc', '/proc/kcore', '/proc/sys', '/sys/firmware', '/data'),
  root: fc.constantFrom('/', '/null'),
  device: fc.constant('0:1'),
  filesystem: fc.constantFrom('overlay', 'tmpfs', 'proc'),
  source: fc.constant('x'),
  options: fc.constantFrom<string[]>(['ro'], ['rw']),
  superOptions: fc.constantFrom<string[]>(['ro'], ['rw']),
});
const map = fc.constantFrom<IdRange[]>(
  [{ inside: 0, outside: 0, count: 4_294_967_295 }],
  [{ inside: 0, outside: 500_000, count: 65_536 }],
);
const limits: fc.Arbitrary<GroupLimits> = fc.record({
  memoryBytes: fc.constantFrom(null, 1_000_000),
  pids: fc.constantFrom(null, 50),
  isOwnPids: fc.boolean(),
  cpus: fc.constantFrom(null, 0.5),
  realtimeCpus: fc.constantFrom(null, 0.5),
  isRealtimeTold: fc.boolean(),
});
const unreadLimits = fc.constant(unread<GroupLimits>('x'));
const process = fc.record({
  pid: fc.constant(4242),
  name: fc.constant('web'),
  uids: ids,
  gids: ids,
  groups: fc.constantFrom<number[]>([], [0], [1000]),
  capabilities: fc.record({
    inheritable: names,
    permitted: names,
    effective: names,
    bounding: names,
    ambient: names,
  }),
  hasNoNewPrivileges: fc.boolean(),
  seccompMode: fc.constantFrom(0, 2),
  seccompFilters: fc.constant(1),
  namespacePids: fc.constant<number[]>([4242, 1]),
  label: fc.constantFrom(null, 'docker-default (enforce)', 'x (complain)', 'unconfined'),
  uidMap: fc.option(map),
  userNamespace: fc.constantFrom(null, 4_026_531_837, 4_026_532_000),
});
const kernelFacts = fc.record({
  readAt: fc.constant('2026-01-02T00:00:01Z'),
  processes: fc.array(process, { minLength: 1, maxLength: 3 }),
  threads: fc.array(process, { maxLength: 2 }),
  mounts: fc.option(fc.array(mount, { maxLength: 6 })),
  uidMap: fc.option(map),
  limits: fc.oneof(fc.record({ state: fc.constant('read' as const), value: limits }), unreadLimits),
});
/** A snapshot whose containers each have an id of their own, and what the kernel says of them. */
const cases = fc
  .tuple(arbitrarySnapshot, fc.array(kernelFacts, { minLength: 4, maxLength: 4 }))
  .filter(([{ engine, containers }]) => engine.state === 'read' && containers.state === 'read')
  .map(([snapshot, facts]) => ({ snapshot: withOwnIds(snapshot), facts }));

const containersOf = ({ containers }: Snapshot): ContainerFacts[] =>
  containers.state === 'read' ? containers.value.read : [];

function withContainers(snapshot: Snapshot, kept: readonly ContainerFacts[]): Snapshot {
  return { ...snapshot, containers: read({ read: [...kept], unread: [] }) };
}

const withOwnIds = (snapshot: Snapshot): Snapshot =>
  withContainers(
    snapshot,
    containersOf(snapshot).map((one, index) => ({ ...one, id: `${one.id}-${index}` })),
  );

function withKernel(
  snapshot: Snapshot,
  facts: readonly Omit<ContainerKernelFacts, 'containerId'>[],
): Snapshot {
  const containers = containersOf(snapshot).flatMap(({ id: containerId }, index) => {
    const own = facts[index];
    return own ? [{ containerId, facts: read({ ...own, containerId }) }] : [];
  });
  return {
    ...snapshot,
    kernel: read({
      containers,
      ordinaryMounts: null,
      hostUidMap: [{ inside: 0, outside: 0, count: 4_294_967_295 }],
      selinuxMode: null,
      notes: [],
    }),
  };
}

function controlsById(snapshot: Snapshot): Map<string, Control[]> {
  const facts = controlFacts(snapshot);
  if (facts.state === 'unread') throw new Error(facts.reason);
  return new Map(facts.value.map((one) => [one.container.id, controlsOf(one)]));
}

const isRed = ({ verdict }: Control) => verdict !== 'enforced' && verdict !== 'unknown';
/** A limit binds the container as a whole, whoever set it: it is measured, not only configured. */
const isLimit = ({ control }: Control) => /-limit$/.test(control);

it('is never greener with what the kernel says than without', () => {
  let compared = 0;
  fc.assert(
    fc.property(cases, ({ snapshot, facts }) => {
      const without = controlsById({ ...snapshot, kernel: withKernel(snapshot, []).kernel });
      for (const [container, found] of controlsById(withKernel(snapshot, facts))) {
        found.forEach((control, index) => {
          const before = without.get(container)?.[index];
          if (!before || isLimit(control) || !isRed(before) || before.source !== 'predicted')
            return;
          compared += 1;
          // Of ids without a map it may be unknown whose they are.
          expect([container, control.control, control.verdict]).not.toContain('enforced');
        });
      }
    }),
    { numRuns: 150 },
  );
  expect(compared).toBeGreaterThan(200);
});

it('is decided by the container, those it joins and the engine alone', () => {
  const isJoined = ({ pidNamespace, networkNamespace, ipcNamespace }: ContainerFacts) =>
    [pidNamespace, networkNamespace, ipcNamespace].some(({ mode }) => mode.startsWith('container'));
  let compared = 0;
  fc.assert(
    fc.property(cases, ({ snapshot, facts }) => {
      const whole = withKernel(snapshot, facts);
      const together = controlsById(whole);
      for (const container of containersOf(whole)) {
        if (containersOf(whole).some(isJoined)) return;
        compared += containersOf(whole).length - 1;
        const alone = controlsById(withContainers(whole, [container]));
        const verdicts = (found: Control[] | undefined) =>
          found?.map(({ control, verdict }) => `${control} ${verdict}`);
        expect(verdicts(alone.get(container.id))).toEqual(verdicts(together.get(container.id)));
      }
    }),
    { numRuns: 150 },
  );
  expect(compared).toBeGreaterThan(20);
});
