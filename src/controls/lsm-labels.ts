import type { KernelFacts } from '../snapshot/facts/kernel.ts';
import type { Protection } from './control.ts';
import { apartness, clearanceOf } from './selinux-levels.ts';

/** The name in an AppArmor label, without the mode behind it. */
export const profileOf = (label: string): string => label.replace(/ \([a-z]{1,20}\)$/, '');

/** Profiles that engines make by themselves, of which it is known what they forbid. */
const OF_ENGINES = /^(docker-default|containers-default(-[\w.]{1,32})?)$/;

/** True for a profile of somebody's own: its name tells nothing of what it forbids, and nobody read its text. */
export const isUnreadProfile = (name: string): boolean => !OF_ENGINES.test(name);

/** What a label protects; null where its end does not tell. */
export interface Judged {
  held: Protection | null;
  note: string | null;
}

/**
 * The kernel writes the mode behind the name, which may hold blanks and parentheses itself; what nothing
 * confines has no mode (Linux `security/apparmor/label.c`, names of modes in `policy.c`).
 */
export function appArmorProtection(label: string): Judged {
  if (label === 'unconfined') return { held: 'none', note: null };
  const mode = / \(([a-z]{1,20})\)$/.exec(label)?.[1];
  switch (mode) {
    case 'enforce':
    case 'kill':
      return { held: 'full', note: null };
    case 'complain':
      return { held: 'none', note: 'its profile only logs what it would forbid' };
    case 'unconfined':
      return { held: 'none', note: 'its profile is marked as one that confines nothing' };
    case undefined:
      return { held: null, note: 'its label does not end in the mode of a profile' };
    default:
      return { held: null, note: `what the mode "${mode}" of its profile forbids is not known` };
  }
}

/** Types that container policies confine, and types that may do what they like. */
const CONFINED = [
  ...['container_t', 'container_init_t', 'container_kvm_t', 'container_user_t'],
  ...['container_logreader_t', 'svirt_lxc_net_t'],
];
const UNCONFINED = [
  ...['spc_t', 'unconfined_t', 'unconfined_service_t', 'init_t', 'initrc_t', 'kernel_t'],
  ...['dockerd_t', 'docker_t', 'container_runtime_t', 'container_engine_t', 'sysadm_t'],
];

/**
 * A context is `user:role:type:range`; what the policy makes of its type counts only where it is enforced. With more or
 * fewer categories than an engine gives it holds less: it reaches what other containers have, or they what it has.
 */
export function selinuxProtection(context: string, mode: KernelFacts['selinuxMode']): Judged {
  const [, , type = ''] = context.split(':');
  if (mode === 'permissive')
    return { held: 'none', note: 'SELinux only logs what it would forbid' };
  if (UNCONFINED.includes(type)) return { held: 'none', note: null };
  if (mode === null) {
    return { held: null, note: 'whether SELinux refuses or only logs was not read' };
  }
  if (CONFINED.includes(type)) return byLevel(context);
  return { held: null, note: `whether the policy confines the type ${type} was not read` };
}

function byLevel(context: string): Judged {
  const clearance = clearanceOf(context);
  if (clearance === null) return { held: null, note: 'which categories its label has is not told' };
  const note = apartness(context, clearance);
  return { held: note === null ? 'full' : 'less', note };
}
