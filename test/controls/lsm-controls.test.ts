import { appArmorProtection, selinuxProtection } from '../../src/controls/lsm-labels.ts';
import { running } from '../../src/rules/example-facts.ts';
import { kernelProcess } from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { controlOf, kernelFacts } from '../support/control-facts.ts';
import { withEach } from '../support/example-processes.ts';

const onAppArmor: ExampleHost = {
  engine: { hasAppArmor: true },
  container: { appArmorProfile: 'docker-default' },
};
const onSelinux: ExampleHost = { engine: { hasSelinux: true } };

const labelled = (...labels: (string | null)[]) =>
  kernelFacts({
    processes: labels.map((label, index) => kernelProcess({ pid: 4242 + index, label })),
  });

/** The same host, with a label of the main process that the engine's list shows. */
function listed(host: ExampleHost, label: string): ExampleHost {
  return { ...host, processes: withEach(running(['web', 1000]), () => ({ label })) };
}

it.each([
  ['docker-default (enforce)', 'full'],
  ['docker-default (kill)', 'full'],
  ['docker-default (complain)', 'none'],
  ['flagged (unconfined)', 'none'],
  ['unconfined', 'none'],
  ['my profile (enforce)', 'full'],
  ['odd (enforce) name (complain)', 'none'],
  ['odd (complain) name (enforce)', 'full'],
  ['a//&b (mixed)', null],
  ['a (prompt)', null],
  ['a (user)', null],
  ['a', null],
  ['(enforce)', null],
])('the AppArmor label %s protects %p', (label, held) => {
  expect(appArmorProtection(label).held).toBe(held);
});

it.each([
  ['system_u:system_r:container_t:s0:c1,c2', 'enforcing', 'full'],
  ['system_u:system_r:container_t:s0:c1,c2', 'permissive', 'none'],
  ['system_u:system_r:container_t:s0:c0.c1023', 'permissive', 'none'],
  ['system_u:system_r:container_t:s0:c0.c1023', 'enforcing', 'less'],
  ['system_u:system_r:container_t:s0-s0:c0.c1023', 'enforcing', 'less'],
  ['system_u:system_r:container_t:s0:c1,c2,c3', 'enforcing', 'less'],
  ['system_u:system_r:container_t:s0:c1.c2', 'enforcing', 'full'],
  ['system_u:system_r:container_t:s0', 'enforcing', 'less'],
  ['system_u:system_r:container_t:s0:c5', 'enforcing', 'less'],
  ['system_u:system_r:container_t', 'enforcing', 'full'],
  ['system_u:system_r:container_t', 'enforcing', 'full'],
  ['system_u:system_r:container_t:SystemHigh', 'enforcing', null],
  ['system_u:system_r:container_t:s0:c0.c999999999', 'enforcing', null],
  ['system_u:system_r:container_t:s0:c1,c2', null, null],
  ['system_u:system_r:spc_t:s0', 'enforcing', 'none'],
  ['system_u:system_r:spc_t:s0', null, 'none'],
  ['system_u:system_r:my_own_t:s0', 'enforcing', null],
  ['nonsense', 'enforcing', null],
] as const)('the context %s where SELinux is %s protects %p', (context, mode, held) => {
  expect(selinuxProtection(context, mode).held).toBe(held);
});

it('is as the weakest of all processes and threads', () => {
  const verdict = (...labels: (string | null)[]) =>
    controlOf('apparmor', onAppArmor, labelled(...labels)).verdict;
  const thread = kernelProcess({ label: 'other (complain)' });

  expect(verdict('docker-default (enforce)')).toBe('enforced');
  expect(verdict('docker-default (enforce)', 'unconfined')).toBe('not-enforced');
  expect(verdict('docker-default (enforce)', null)).toBe('unknown');
  expect(verdict('docker-default (enforce)', 'a (mixed)')).toBe('unknown');
  expect(verdict('unconfined', null)).toBe('not-enforced');
  const facts = { ...labelled('docker-default (enforce)'), threads: [thread] };
  expect(controlOf('apparmor', onAppArmor, facts)).toMatchObject({
    verdict: 'not-enforced',
    evidence: '/proc/PID/attr/current',
    note: 'its profile only logs what it would forbid',
  });
});

it('says that the next process of a privileged container has no profile', () => {
  const host: ExampleHost = {
    engine: { hasAppArmor: true },
    container: {
      isPrivileged: true,
      askedAppArmorProfile: 'docker-default',
      appArmorProfile: 'unconfined',
    },
  };

  expect(controlOf('apparmor', host, labelled('docker-default (enforce)')).verdict).toBe(
    'not-enforced',
  );
});

it('takes the engine’s list for what a process cannot write', () => {
  const verdict = (host: ExampleHost, label: string) =>
    controlOf(host === onSelinux ? 'selinux' : 'apparmor', listed(host, label)).verdict;

  expect(verdict(onAppArmor, 'docker-default (enforce)')).toBe('enforced');
  expect(verdict(onAppArmor, 'docker-default')).toBe('unknown');
  // The beginning of a profile that is named `odd (enforce) name` and only complains.
  expect(verdict(onAppArmor, 'odd (enforce)')).toBe('unknown');
  expect(verdict(onAppArmor, 'odd (complain)')).toBe('not-enforced');
  expect(verdict(onAppArmor, 'unconfined')).toBe('not-enforced');
  expect(verdict(onAppArmor, '')).toBe('unknown');
  // Whether it refuses is not told below the level kernel.
  expect(verdict(onSelinux, 'system_u:system_r:container_t:s0:c1,c2')).toBe('unknown');
  expect(verdict(onSelinux, 'system_u:system_r:spc_t:s0')).toBe('not-enforced');
});

it('follows the mode of SELinux at the level kernel', () => {
  const context = 'system_u:system_r:container_t:s0:c1,c2';
  const verdict = (selinuxMode: 'enforcing' | 'permissive' | null) =>
    controlOf('selinux', onSelinux, labelled(context), { selinuxMode }).verdict;

  expect(verdict('enforcing')).toBe('enforced');
  expect(verdict('permissive')).toBe('not-enforced');
  expect(verdict(null)).toBe('unknown');
});

it('is less where the categories include those of others, asked for or not', () => {
  const wide = 'system_u:system_r:container_t:s0:c0.c1023';
  const own = 'system_u:system_r:container_t:s0:c1,c2';
  const selinuxMode = 'enforcing';
  const control = (processLabel: string, ...labels: string[]) =>
    controlOf('selinux', { ...onSelinux, container: { processLabel } }, labelled(...labels), {
      selinuxMode,
    });

  expect(control(wide, wide)).toMatchObject({
    verdict: 'weakened',
    note: expect.stringContaining('not kept from containers whose two are among them'),
  });
  expect(control(own, own, wide).verdict).toBe('not-enforced');
  expect(control(own, own)).toMatchObject({ verdict: 'enforced', note: null });
  const lowest = 'system_u:system_r:container_t:s0';
  expect(control(lowest, lowest)).toMatchObject({
    verdict: 'weakened',
    note: expect.stringContaining('has no categories'),
  });
});

it.each([
  ['docker-default (enforce)', 'enforced'],
  ['allow-all (enforce)', 'unknown'],
  ['allow-all (complain)', 'not-enforced'],
])('of %s nobody says more than its text: %s', (label, verdict) => {
  const [appArmorProfile = ''] = label.split(' ');
  const host = { ...onAppArmor, container: { appArmorProfile } };
  const seen = [
    controlOf('apparmor', host, labelled(label)),
    controlOf('apparmor', listed(host, label)),
  ];

  expect(seen.map((control) => control.verdict)).toEqual([verdict, verdict]);
  if (verdict === 'unknown') expect(seen[0]?.note).toContain('allow-all was not read');
});

it('tells of SELinux by its labels where the engine was not told to use it', () => {
  const control = (label: string) => controlOf('selinux', listed({}, label));

  expect(control('system_u:system_r:spc_t:s0')).toMatchObject({
    verdict: 'off',
    effective: 'system_u:system_r:spc_t:s0',
    note: 'the kernel has SELinux, and the engine was not told to use it',
  });
  expect(control('system_u:system_r:our_own_t:s0').verdict).toBe('unknown');
  expect(control('docker-default (enforce)')).toMatchObject({ verdict: 'off', effective: null });
});
