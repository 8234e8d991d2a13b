/** All 41 capabilities of Linux 6 in the kernel's order (include/uapi/linux/capability.h). */
export const allCapabilities: readonly string[] = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_DAC_READ_SEARCH',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETPCAP',
  'CAP_LINUX_IMMUTABLE',
  'CAP_NET_BIND_SERVICE',
  'CAP_NET_BROADCAST',
  'CAP_NET_ADMIN',
  'CAP_NET_RAW',
  'CAP_IPC_LOCK',
  'CAP_IPC_OWNER',
  'CAP_SYS_MODULE',
  'CAP_SYS_RAWIO',
  'CAP_SYS_CHROOT',
  'CAP_SYS_PTRACE',
  'CAP_SYS_PACCT',
  'CAP_SYS_ADMIN',
  'CAP_SYS_BOOT',
  'CAP_SYS_NICE',
  'CAP_SYS_RESOURCE',
  'CAP_SYS_TIME',
  'CAP_SYS_TTY_CONFIG',
  'CAP_MKNOD',
  'CAP_LEASE',
  'CAP_AUDIT_WRITE',
  'CAP_AUDIT_CONTROL',
  'CAP_SETFCAP',
  'CAP_MAC_OVERRIDE',
  'CAP_MAC_ADMIN',
  'CAP_SYSLOG',
  'CAP_WAKE_ALARM',
  'CAP_BLOCK_SUSPEND',
  'CAP_AUDIT_READ',
  'CAP_PERFMON',
  'CAP_BPF',
  'CAP_CHECKPOINT_RESTORE',
];

/** What a container has when nothing is added or dropped (moby `oci/caps/defaults.go`). */
export const defaultCapabilities: readonly string[] = [
  'CAP_AUDIT_WRITE',
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_MKNOD',
  'CAP_NET_BIND_SERVICE',
  'CAP_NET_RAW',
  'CAP_SETFCAP',
  'CAP_SETGID',
  'CAP_SETPCAP',
  'CAP_SETUID',
  'CAP_SYS_CHROOT',
];

/** The same of Podman as it is shipped (containers/common `pkg/config/default.go`). */
export const podmanCapabilities: readonly string[] = defaultCapabilities.filter(
  (name) => !['CAP_AUDIT_WRITE', 'CAP_MKNOD', 'CAP_NET_RAW'].includes(name),
);

/** Names in upper case with `CAP_`, sorted, each once; `ALL` stays `ALL`. */
export const capabilityNames = (names: readonly string[]): string[] => sorted(names.map(fullName));

/**
 * The set a container is given, as the engine computes it (moby `oci/caps/utils.go`,
 * `TweakCapabilities`): privileged ignores both lists; adding ALL wins over dropping ALL and loses
 * only what is dropped by name; otherwise a capability that is both dropped and added stays.
 * Takes lists in the form of `capabilityNames`; the result is sorted.
 */
export function configuredCapabilities(
  isPrivileged: boolean,
  added: readonly string[],
  dropped: readonly string[],
  byDefault: readonly string[] = defaultCapabilities,
): string[] {
  const named = added.filter((name) => name !== 'ALL');
  if (isPrivileged) return sorted(allCapabilities);
  if (added.includes('ALL')) return sorted(allCapabilities.filter((c) => !dropped.includes(c)));
  if (dropped.includes('ALL')) return sorted(named);
  return sorted([...byDefault.filter((c) => !dropped.includes(c)), ...named]);
}

function fullName(name: string): string {
  const upper = name.trim().toUpperCase();
  return upper === 'ALL' || upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
}

const sorted = (names: readonly string[]): string[] => [...new Set(names)].sort();
