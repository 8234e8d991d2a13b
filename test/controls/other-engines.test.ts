import fc from 'fast-check';
import { assess } from '../../src/assessment/assess.ts';
import { containerControls } from '../../src/controls/container-controls.ts';
import type { ControlName } from '../../src/controls/control.ts';
import { controlsOf } from '../../src/controls/controls-of.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import { allRules } from '../../src/rules/all-rules.ts';
import { namedUser, privileged, processesUnread, running } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { kernelProcess } from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { OTHER_PROCESSES } from '../../src/snapshot/container-processes.ts';
import type { NamespaceFact } from '../../src/snapshot/facts/container.ts';
import type { ContainerProcesses, ProcessFacts } from '../../src/snapshot/facts/process.ts';
import { controlOf, factsOf, kernelFacts, rootUids } from '../support/control-facts.ts';
import { withEach } from '../support/example-processes.ts';

const runc = { name: 'runc', path: '/usr/bin/runc', runcVersion: null };
const onPodman = { isPodman: true, runtimes: [runc] };
const ownUsers: NamespaceFact = { mode: 'private', resolved: 'private', via: [] };

/** A list of one process as Podman gives it. */
function listed(difference: Partial<ProcessFacts> = {}): ContainerProcesses[] {
  const { capabilities, seccompMode } = kernelProcess();
  const told = { capabilities, seccompMode, ...difference };
  return withEach(running(['web', 1000]), () => told).map((list) => ({
    ...{ ...list, isToldByContainer: true },
  }));
}

const isolationIn = (example: ExampleHost, kernel?: Parameters<typeof factsOf>[1]) => {
  const facts = factsOf(example, kernel);
  return containerControls(facts).isolation;
};

describe('what Podman lists', () => {
  it('turns a control red', () => {
    const processes = listed({ seccompMode: 0, effectiveUid: 0 });
    const example = { engine: onPodman, processes };

    expect(controlOf('seccomp', example)).toMatchObject({
      source: 'measured',
      verdict: 'not-enforced',
      effective: 'off',
    });
    expect(controlOf('user', example)).toMatchObject({
      source: 'measured',
      verdict: 'not-enforced',
    });
  });

  it('turns no control green', () => {
    const capabilities = fc.record(
      Object.fromEntries(
        ['inheritable', 'permitted', 'effective', 'bounding', 'ambient'].map((set) => [
          set,
          fc.subarray(['CAP_CHOWN', 'CAP_SYS_ADMIN']),
        ]),
      ),
    ) as fc.Arbitrary<NonNullable<ProcessFacts['capabilities']>>;
    fc.assert(
      fc.property(capabilities, fc.nat(2), fc.nat(2000), fc.boolean(), (...one) => {
        const [sets, seccompMode, effectiveUid, isPrivileged] = one;
        const processes = listed({ capabilities: sets, seccompMode, effectiveUid });
        const container = isPrivileged ? privileged : {};
        const byProcess = controlsOf(factsOf({ engine: onPodman, processes, container })).filter(
          ({ evidence }) => evidence === 'GET /containers/{id}/top',
        );

        expect(byProcess.map(({ verdict }) => verdict)).not.toContain('enforced');
      }),
    );
  });

  it('gives way to what the kernel says', () => {
    const example = { engine: onPodman, processes: listed({ seccompMode: 0 }) };

    expect(controlOf('seccomp', example, kernelFacts())).toMatchObject({
      source: 'measured',
      verdict: 'enforced',
      evidence: '/proc/PID/status',
    });
  });
});

it('a container that says nothing of its control groups has those of the host', () => {
  const untold = { cgroupNamespace: { mode: '', resolved: 'unknown' as const, via: [] } };

  expect(controlOf('ns-cgroup', { container: untold })).toMatchObject({ effective: 'host' });
});

it.each<[string, ControlName, ExampleHost, object]>([
  [
    'a seccomp profile that is a file',
    'seccomp',
    { container: { seccomp: 'custom' } },
    { verdict: 'unknown', effective: 'filter' },
  ],
  [
    'paths of which some are open',
    'masked-paths',
    { container: { maskedPaths: null, hasUnmaskedSystemPaths: true } },
    { configured: [], verdict: 'off' },
  ],
])('on Podman %s', (_, name, example, expected) => {
  const kernel = kernelFacts();

  expect(controlOf(name, { engine: onPodman, ...example }, kernel)).toMatchObject(expected);
});

it.each<[string, ControlName, ExampleHost, object]>([
  [
    'an untold cgroup namespace is unknown',
    'ns-cgroup',
    { container: { cgroupNamespace: { mode: '', resolved: 'unknown', via: [] } } },
    { verdict: 'unknown', source: 'unknown' },
  ],
  [
    'an untold runtime leaves everything unpredicted',
    'seccomp',
    { container: { ...privileged, runtime: 'oci' } },
    { verdict: 'unknown', note: 'Podman does not tell which runtime started it' },
  ],
  [
    'users of its own are asked for, which leaves root unknown',
    'user',
    { container: { userNamespace: ownUsers }, processes: listed({ effectiveUid: 500_000 }) },
    { verdict: 'unknown', effective: [500_000] },
  ],
  [
    'an added capability reaches a user',
    'cap-ambient',
    {
      container: {
        user: namedUser('1000', 1000),
        addedCapabilities: ['CAP_NET_ADMIN'],
        configuredCapabilities: ['CAP_CHOWN', 'CAP_NET_ADMIN'],
      },
    },
    { configured: ['CAP_NET_ADMIN'], effective: ['CAP_NET_ADMIN'] },
  ],
])('on Podman %s', (_, name, example, expected) => {
  expect(controlOf(name, { engine: onPodman, ...example })).toMatchObject(expected);
});

describe('isolation', () => {
  const gvisor = { name: 'runsc', path: '/usr/bin/runsc', runcVersion: null };
  const sandboxed = { container: { runtime: 'runsc' }, engine: { runtimes: [gvisor] } };

  it('is not that of mapped users when the map is the host’s', () => {
    expect(isolationIn({}, kernelFacts())).toMatchObject({ level: 'shared-kernel' });
    // A namespace of its own, and still root of the host.
    const uidMap = [{ inside: 0, outside: 0, count: 1 }];
    expect(isolationIn({}, kernelFacts({ uidMap }))).toMatchObject({ level: 'shared-kernel' });
    expect(controlOf('user-namespace', {}, kernelFacts({ uidMap })).verdict).toBe('off');
  });

  it.each([
    ['a user inside who is root of the host', {}, 'not-enforced'],
    // Who runs a rootless engine is root where it stands.
    ['the user of a rootless engine', { isRootless: true }, 'enforced'],
  ] as const)('of a namespace with %s', (_title, engine, verdict) => {
    const uidMap = [
      { inside: 0, outside: 1, count: 1000 },
      { inside: 1000, outside: 0, count: 1 },
    ];
    const kernel = kernelFacts({ uidMap });
    const example = { container: { userNamespace: ownUsers }, engine: { ...onPodman, ...engine } };

    expect(controlOf('user-namespace', example, kernel).verdict).toBe(verdict);
  });

  it('is that of mapped users when root is another outside', () => {
    const uidMap = [{ inside: 0, outside: 500_000, count: 65_536 }];
    const example = { container: { userNamespace: ownUsers }, engine: onPodman };

    expect(isolationIn(example, kernelFacts({ uidMap }))).toMatchObject({
      level: 'user-namespace',
      source: 'measured',
    });
  });

  it('of a container that does not run is what it starts with', () => {
    const stopped = { state: 'exited', pid: null } as const;
    const host: NamespaceFact = { mode: 'host', resolved: 'host', via: [] };
    const through: NamespaceFact = { mode: 'container:a', resolved: 'host', via: ['a'] };

    for (const container of [{ ipcNamespace: host }, { networkNamespace: through }]) {
      expect(isolationIn({ container: { ...stopped, ...container } })).toMatchObject({
        level: 'on-the-host',
        source: 'predicted',
      });
    }
    expect(isolationIn({ container: stopped, engine: { remapsUsers: true } })?.level).toBe(
      'user-namespace',
    );
    expect(isolationIn({ container: stopped })?.level).toBe('shared-kernel');
  });

  it('of a running container that nobody looked into is predicted, and never measured', () => {
    const processes = processesUnread('the engine did not answer');

    expect(isolationIn({ processes })).toMatchObject({
      level: 'shared-kernel',
      source: 'predicted',
    });
    expect(isolationIn({ processes, engine: { remapsUsers: true } })).toMatchObject({
      level: 'user-namespace',
      source: 'predicted',
    });
    expect(isolationIn({ processes, container: { runtime: 'gone' } })).toMatchObject({
      level: null,
      source: 'unknown',
    });
  });

  it('of gVisor is measured by the list that is false, and by no other failure', () => {
    const withReason = (reason: string) => ({ ...sandboxed, processes: processesUnread(reason) });

    expect(isolationIn(withReason(OTHER_PROCESSES))).toMatchObject({
      level: 'sandbox',
      source: 'measured',
    });
    expect(isolationIn(withReason('the engine did not answer'))).toMatchObject({
      level: 'sandbox',
      source: 'declared',
    });
  });

  it('of gVisor stays, whatever is given to the sandbox', () => {
    const container = { ...privileged, runtime: 'runsc' };

    expect(isolationIn({ ...sandboxed, container })).toMatchObject({ level: 'sandbox' });
  });

  it('of a path in place of a name is that of its program', () => {
    const container = { runtime: '/usr/bin/runsc' };

    expect(isolationIn({ container, engine: onPodman })).toMatchObject({ level: 'sandbox' });
  });

  it('of a rootless engine is never on the host', () => {
    const engine = { isRootless: true };

    expect(isolationIn({ container: privileged, engine })).toMatchObject({ level: 'rootless' });
  });

  it('of an engine that calls itself rootless, and whose root is that of the host, is on the host', () => {
    const engine = { isRootless: true };
    const seenAs = (outside: number) => {
      const uidMap = [{ inside: 0, outside, count: 65_536 }];
      return isolationIn({ container: privileged, engine }, kernelFacts({ uidMap }))?.level;
    };

    expect(seenAs(0)).toBe('on-the-host');
    expect(seenAs(1000)).toBe('rootless');
  });

  it('of Podman without a runtime is unknown', () => {
    expect(isolationIn({ container: { runtime: 'oci' }, engine: onPodman })).toMatchObject({
      level: null,
      source: 'unknown',
    });
  });
});

it('sees root of a rootless engine by the number that it has inside', () => {
  const example = { engine: { isRootless: true }, container: { user: namedUser('', 0) } };
  const uidMap = [
    { inside: 0, outside: 1, count: 1 },
    { inside: 1, outside: 500_000, count: 65_536 },
  ];
  const processes = [kernelProcess({ uids: rootUids })];

  expect(controlOf('user', example, kernelFacts({ uidMap, processes }))).toMatchObject({
    source: 'measured',
    verdict: 'off',
    effective: [0],
  });
  expect(controlOf('user', example)).toMatchObject({ verdict: 'off', effective: null });
});

it('applies no rule about Docker’s own engine to Podman', () => {
  const all = allRules;
  const verdicts = (example: ExampleHost) =>
    evaluate(
      all.filter(({ isOfDocker }) => isOfDocker),
      assess(exampleSnapshot(example)),
    ).map(({ verdict }) => verdict);

  expect(new Set(verdicts({ engine: onPodman }))).toEqual(new Set(['not-applicable']));
  expect(verdicts({})).toContain('pass');
});
