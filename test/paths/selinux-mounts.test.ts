import { assess } from '../../src/assessment/assess.ts';
import { bind, localVolume } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { kernelProcess, kernelSays } from '../../src/rules/example-kernel.ts';
import { read } from '../../src/shared/reading.ts';
import type { ContainerFacts, MountFact } from '../../src/snapshot/facts/container.ts';
import type { KernelFacts } from '../../src/snapshot/facts/kernel.ts';
import { attackPaths } from '../support/attack-paths.ts';

// A container has what has the label of containers alone, whatever its root may do (container-selinux, `container_domain`).

const label = 'system_u:system_r:container_t:s0:c1,c2';

/** The ways of root, whose processes the kernel shows under this label. */
function waysOf(
  container: Partial<ContainerFacts>,
  selinuxMode: KernelFacts['selinuxMode'] = 'enforcing',
  shown = label,
) {
  const ids = { real: 0, effective: 0, saved: 0, filesystem: 0 };
  const snapshot = exampleSnapshot({
    engine: { hasSelinux: true },
    container: {
      ...{ user: { declared: '', uid: 0, reason: null }, processLabel: label },
      ...container,
    },
    kernel: kernelSays([kernelProcess({ uids: ids, label: shown })]),
  });
  if (snapshot.kernel.state === 'unread') throw new Error(snapshot.kernel.reason);
  const kernel = read({ ...snapshot.kernel.value, selinuxMode });
  return attackPaths(assess({ ...snapshot, kernel })).paths.flatMap(({ certainty, steps }) => ({
    certainty,
    conditions: steps.flatMap(({ conditions }) => conditions),
  }));
}

const certaintiesOf = (...parts: Parameters<typeof waysOf>) =>
  waysOf(...parts).map(({ certainty }) => certainty);

const unread = 'its SELinux label may get at what is mounted, by the label of that (unknown)';
const past = 'a way past its SELinux label';

it.each<[string, MountFact, 'unproven' | 'conditional', string]>([
  ['a folder', bind('/etc'), 'unproven', unread],
  ['a folder for reading', bind('/etc', { isWritable: false }), 'conditional', unread],
  ['a disk', localVolume('ext4', '/dev/sda1'), 'unproven', unread],
  ['the socket of the engine', bind('/run/docker.sock'), 'conditional', past],
  ['the socket of a service', bind('/run/systemd/private'), 'conditional', past],
])('SELinux stands before %s', (_title, mount, certainty, condition) => {
  const [way, ...more] = waysOf({ mounts: [mount] });

  expect(more).toEqual([]);
  expect(way?.certainty).toBe(certainty);
  expect(way?.conditions).toContain(condition);
});

it('is none before what the engine gave the label of containers', () => {
  expect(certaintiesOf({ mounts: [bind('/etc', { isRelabelled: true })] })).toEqual(['direct']);
  // The program behind the socket keeps its own.
  const socket = bind('/run/docker.sock', { isRelabelled: true });
  expect(certaintiesOf({ mounts: [socket] })).toEqual(['conditional']);
});

it('is none where it forbids nothing', () => {
  const mounts = [bind('/run/docker.sock')];

  expect(certaintiesOf({ mounts }, 'permissive')).toEqual(['direct']);
  expect(certaintiesOf({ mounts, isSelinuxLabelDisabled: true })).toEqual(['direct']);
  expect(certaintiesOf({ mounts }, 'enforcing', 'system_u:system_r:spc_t:s0')).toEqual(['direct']);
  expect(certaintiesOf({ mounts }, null)).toEqual(['unproven']);
});

it.each<[string, Partial<ContainerFacts>]>([
  ['the socket of the engine', { mounts: [bind('/run/docker.sock')] }],
  ['a folder', { mounts: [bind('/etc')] }],
])(
  'is none by a type that confines nothing, whether or not its processes were read: %s',
  (_title, facts) => {
    for (const type of ['spc_t', 'unconfined_t']) {
      const processLabel = `system_u:system_r:${type}:s0`;
      const web = { user: { declared: '', uid: 0, reason: null }, processLabel, ...facts };
      const snapshot = exampleSnapshot({ engine: { hasSelinux: true }, container: web });

      expect(attackPaths(assess(snapshot)).paths.map(({ certainty }) => certainty)).toEqual([
        'direct',
      ]);
    }
  },
);

it('lets containers in machines of their own connect to the engine alone', () => {
  const kvm = label.replace('container_t', 'container_kvm_t');
  const ways = (path: string) =>
    certaintiesOf({ mounts: [bind(path)], processLabel: kvm }, 'enforcing', kvm);

  expect(ways('/run/docker.sock')).toEqual(['direct']);
  expect(ways('/run/systemd/private')).toEqual(['conditional']);
});

it('is not known before the socket of another engine, which may run under a type that is open to all', () => {
  const [way] = waysOf({ mounts: [bind('/srv/dind/docker.sock')] });

  expect(way?.certainty).toBe('unproven');
  expect(way?.conditions).toContain(
    'the program behind it has an SELinux type that it may connect to (unknown)',
  );
});
