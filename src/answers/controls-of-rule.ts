import type { Control, ControlName, ControlValue } from '../controls/control.ts';
import type { Evidence } from '../rules/rule.ts';

/** Controls of a container that a rule's verdict rests on, as far as they are stored with it. */
export const controlsOfRule: Readonly<Record<string, readonly ControlName[]>> = {
  'apparmor-profile': ['apparmor'],
  'capabilities-in-force': ['cap-effective', 'cap-bounding'],
  'cpu-limit': ['cpu-limit'],
  'limits-in-force': ['memory-limit', 'pids-limit', 'cpu-limit'],
  'lsm-in-force': ['apparmor', 'selinux'],
  'memory-limit': ['memory-limit'],
  'no-added-capabilities': ['cap-effective'],
  'no-host-userns': ['user-namespace'],
  'no-new-privileges': ['no-new-privileges'],
  'no-new-privileges-in-force': ['no-new-privileges'],
  'no-root-user': ['user'],
  'no-seccomp-off': ['seccomp'],
  'no-stronger-exec': ['exec-sessions'],
  'no-unmasked-system-path': ['masked-paths', 'readonly-paths'],
  'pids-limit': ['pids-limit'],
  'read-only-rootfs': ['rootfs'],
  'rootfs-in-force': ['rootfs'],
  'seccomp-in-force': ['seccomp'],
  'selinux-label': ['selinux'],
  'user-in-force': ['user'],
};

/** What is stored of those controls, as configured and as found. */
export function controlFacts(rule: string, controls: readonly Control[] | null): Evidence[] {
  const names = controlsOfRule[rule] ?? [];
  return (controls ?? [])
    .filter(({ control }) => names.includes(control))
    .flatMap(({ control, configured, effective, source, evidence }): Evidence[] => [
      {
        path: `${control}, configured`,
        value: asFact(configured),
        source: 'GET /containers/{id}/json',
      },
      ...(source === 'unknown'
        ? []
        : [{ path: `${control}, in force`, value: asFact(effective), source: evidence ?? source }]),
    ]);
}

const asFact = (value: ControlValue): Evidence['value'] =>
  typeof value === 'object' && value !== null ? value.map(String) : value;
