import fc from 'fast-check';
import { assess } from '../../src/assessment/assess.ts';
import { pathsByContainer } from '../../src/inspections/paths-by-container.ts';
import type { AttackPath } from '../../src/paths/attack-paths.ts';
import { keptPaths, PATHS_KEPT, waysByContainer } from '../../src/paths/kept-paths.ts';
import { assessHost } from '../../src/posture/assess-host.ts';
import { bind, capabilities, privileged } from '../../src/rules/example-facts.ts';
import { exampleEngine } from '../../src/rules/example-host.ts';
import { read } from '../../src/shared/reading.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { arbitraryHost } from '../support/arbitrary-snapshot.ts';
import { attackPaths } from '../support/attack-paths.ts';

const containersOf = ({ containers }: Snapshot): ContainerFacts[] =>
  containers.state === 'read' ? containers.value.read : [];

/** What is as good as root on the host on an ordinary runtime, alone and whatever else is true. */
const powers: Record<string, Partial<ContainerFacts>> = {
  'runs privileged': privileged,
  'mounts the engine socket': { mounts: [bind('/run/docker.sock')] },
  'mounts the folder of the engine socket': { mounts: [bind('/run')] },
  'may write to the root of the host': { mounts: [bind('/')] },
  'may write to the programs of the host': { mounts: [bind('/usr/bin')] },
  'has a disk of the host': { isPrivileged: false, devices: ['/dev/sda'] },
  'may load modules': {
    ...capabilities(['CAP_SYS_MODULE']),
    isPrivileged: false,
    noNewPrivileges: false,
  },
  'opens files by their handle': {
    ...capabilities(['CAP_DAC_READ_SEARCH']),
    isPrivileged: false,
  },
  'may mount': { ...capabilities(['CAP_SYS_ADMIN']), isPrivileged: false },
  "traces the host's processes": {
    ...capabilities(['CAP_SYS_PTRACE']),
    isPrivileged: false,
    pidNamespace: { mode: 'host', resolved: 'host', via: [] },
  },
  'has the settings of the kernel open': {
    isPrivileged: false,
    hasUnmaskedSystemPaths: true,
    maskedPaths: [],
    readonlyPaths: [],
  },
  'may make and open disks': {
    ...capabilities(['CAP_MKNOD']),
    isPrivileged: false,
    deviceCgroupRules: ['b *:* rwm'],
  },
};
const onRunc = { runtime: 'runc', user: { declared: '', uid: 0, reason: null } };

describe.each(Object.entries(powers))('a container that %s', (_what, power) => {
  it('has a way on any host, beside any others', () => {
    fc.assert(
      fc.property(arbitraryHost, fc.nat(), (snapshot, place) => {
        const others = containersOf(snapshot);
        const chosen = others[place % Math.max(1, others.length)];
        if (!chosen) return;
        const containers = others.map((one) =>
          one === chosen ? { ...one, ...onRunc, ...power } : one,
        );
        const host: Snapshot = {
          ...snapshot,
          engine: read(exampleEngine),
          containers: read({ read: containers, unread: [] }),
        };
        const { ways, paths } = pathsByContainer({ posture: assessHost([], [], assess(host)) })(
          chosen,
        );

        expect(ways.state).toBe('some');
        expect(paths.length).toBeGreaterThan(0);
      }),
      { numRuns: 60 },
    );
  });
});

it('a container that takes over one with such power has a way as well', () => {
  fc.assert(
    fc.property(arbitraryHost, (snapshot) => {
      const [strong, taker, ...others] = containersOf(snapshot);
      if (!strong || !taker) return;
      const own = { mode: '', resolved: 'private' as const, via: [] };
      const joined = { mode: 'container:x', resolved: 'shared' as const, via: [strong.name] };
      const traces = { ...capabilities(['CAP_SYS_PTRACE']), state: 'running' as const };
      const containers = [
        // Who joins one that joined another is in the namespace of that other.
        { ...strong, ...onRunc, ...privileged, pidNamespace: own, state: 'running' as const },
        { ...taker, ...onRunc, ...traces, pidNamespace: joined },
        ...others,
      ];
      const host: Snapshot = {
        ...snapshot,
        engine: read(exampleEngine),
        containers: read({ read: containers, unread: [] }),
      };
      const { ways } = pathsByContainer({ posture: assessHost([], [], assess(host)) })(taker);

      expect(ways.state).toBe('some');
    }),
    { numRuns: 60 },
  );
});

it('every way leads through containers that were read, or is the engine’s own', () => {
  fc.assert(
    fc.property(arbitraryHost, (snapshot) => {
      const ids = containersOf(snapshot).map(({ id }) => id);
      for (const { through = [], container, steps } of attackPaths(assess(snapshot)).paths) {
        expect(container === null).toBe(through.length === 0);
        if (container === null) expect(steps[0]?.to.kind).toBe('engine-api');
        expect(through.filter((id) => !ids.includes(id))).toEqual([]);
      }
    }),
    { numRuns: 100 },
  );
});

describe('what is kept of any number of ways', () => {
  const path = fc
    .record({
      through: fc.uniqueArray(fc.nat(300).map(String), { maxLength: 3 }),
      certainty: fc.constantFrom('direct', 'unproven', 'conditional'),
    })
    .map((one) => ({ ...one, steps: [] }) as unknown as AttackPath);
  const lists = fc.array(path, { maxLength: 700, size: 'max' });
  const ids = Array.from({ length: 301 }, (_, index) => String(index));

  it('is bounded, in the order of all, with the ten worst', () => {
    fc.assert(
      fc.property(lists, (paths) => {
        const kept = keptPaths(paths);

        expect(kept).toHaveLength(Math.min(paths.length, PATHS_KEPT));
        expect(kept.slice(0, 10)).toEqual(paths.slice(0, 10));
        expect(kept).toEqual(paths.filter((one) => kept.includes(one)));
      }),
      { numRuns: 30 },
    );
  });

  it('has the worst way of each container while there is room', () => {
    fc.assert(
      fc.property(lists, (paths) => {
        const kept = keptPaths(paths);
        const withWay = ids.filter((id) => paths.some(({ through }) => through?.includes(id)));
        if (withWay.length > PATHS_KEPT - 11) return;

        expect(
          withWay.filter((id) => {
            const worst = paths.find(({ through }) => through?.includes(id));
            return worst === undefined || !kept.includes(worst);
          }),
        ).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('changes no count', () => {
    fc.assert(
      fc.property(lists, (paths) => {
        const counted = waysByContainer(paths, ids, new Map());

        expect(counted.map(({ id }) => id)).toEqual(ids);
        expect(counted.map(({ count }) => count)).toEqual(
          ids.map((id) => paths.filter(({ through }) => through?.includes(id)).length),
        );
        expect(counted.every(({ count, worst }) => count > 0 === (worst !== null))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
