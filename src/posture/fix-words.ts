import type { Rule } from '../rules/rule.ts';

/** What to do in a few words; `{}` stands for the subject. */
const words: Readonly<Record<string, string>> = {
  'apparmor-profile': 'Run {} under an AppArmor profile',
  'authorization-plugin': 'Guard the API of {} with an authorization plugin',
  'cpu-limit': 'Limit the CPU use of {}',
  'default-bridge-icc-off': 'Cut containers off from each other on the default bridge of {}',
  healthcheck: 'Give {} a health check',
  'image-user-set': 'Set a user in the image {}',
  'live-restore': 'Turn live restore on in {}',
  'memory-limit': 'Limit the memory of {}',
  'no-added-capabilities': 'Take the added capabilities from {}',
  'no-default-bridge': 'Move {} to a network of its own',
  'no-docker-socket-mount': 'Remove the socket mount from {}',
  'no-env-secret': 'Move the secrets out of the environment of {}',
  'no-host-device': 'Take the host devices from {}',
  'no-host-ipc': 'Give {} its own IPC namespace',
  'no-host-network': 'Give {} its own network',
  'no-host-pid': 'Give {} its own PID namespace',
  'no-host-userns': 'Give {} the mapped user namespace',
  'no-host-uts': 'Give {} its own host name',
  'no-mutable-tag': 'Pin the image of {} by its digest',
  'no-new-privileges': 'Set no-new-privileges for {}',
  'no-new-privileges-default': 'Make no-new-privileges the default of {}',
  'no-privileged-container': 'Run {} without --privileged',
  'no-privileged-port': 'Publish {} on a port that needs no privilege',
  'no-public-port': 'Publish the ports of {} on one address only',
  'no-root-user': 'Run {} as a user other than root',
  'no-seccomp-off': 'Turn seccomp on for {}',
  'no-sensitive-mount': 'Remove the mounts of sensitive host paths from {}',
  'no-shared-propagation': 'Make the mounts of {} private',
  'no-sshd': 'Remove the SSH server from {}',
  'no-tcp-without-mtls': 'Demand client certificates from whoever calls {}',
  'pids-limit': 'Limit the number of processes of {}',
  'read-only-rootfs': 'Make the root filesystem of {} read-only',
  'restart-limit': 'Limit the restarts of {}',
  'selinux-label': 'Run {} under an SELinux label',
  'userns-remap': 'Remap users in {}',
};

/** A fix in one clause, e.g. `Remove the socket mount from ci`. `subject` is a stable name. */
export function fixWords(rule: Pick<Rule, 'id' | 'subject'>, subject: string): string {
  const named = rule.subject === 'engine' || rule.subject === 'host' ? `the ${subject}` : subject;
  const phrase = words[rule.id];
  // A replacement function: `$&` in a name is text.
  return phrase ? phrase.replace('{}', () => named) : `Fix ${rule.id} for ${named}`;
}
