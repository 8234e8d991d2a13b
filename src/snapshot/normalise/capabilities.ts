/** All 41 capabilities of Linux 6 in the kernel's order (include/uapi/linux/capability.h). */
export const allCapabilities: readonly string[] = [
  ...['CHOWN', 'DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER', 'FSETID', 'KILL', 'SETGID'],
  ...['SETUID', 'SETPCAP', 'LINUX_IMMUTABLE', 'NET_BIND_SERVICE', 'NET_BROADCAST', 'NET_ADMIN'],
  ...['NET_RAW', 'IPC_LOCK', 'IPC_OWNER', 'SYS_MODULE', 'SYS_RAWIO', 'SYS_CHROOT'],
  ...['SYS_PTRACE', 'SYS_PACCT', 'SYS_ADMIN', 'SYS_BOOT', 'SYS_NICE', 'SYS_RESOURCE'],
  ...['SYS_TIME', 'SYS_TTY_CONFIG', 'MKNOD', 'LEASE', 'AUDIT_WRITE', 'AUDIT_CONTROL'],
  ...['SETFCAP', 'MAC_OVERRIDE', 'MAC_ADMIN', 'SYSLOG', 'WAKE_ALARM', 'BLOCK_SUSPEND'],
  ...['AUDIT_READ', 'PERFMON', 'BPF', 'CHECKPOINT_RESTORE'],
].map((name) => `CAP_${name}`);

/** What a container has when nothing is added or dropped (moby `oci/caps/defaults.go`). */
export const defaultCapabilities: readonly string[] = [
  ...['CAP_AUDIT_WRITE', 'CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_FOWNER', 'CAP_FSETID'],
  ...['CAP_KILL', 'CAP_MKNOD', 'CAP_NET_BIND_SERVICE', 'CAP_NET_RAW', 'CAP_SETFCAP'],
  ...['CAP_SETGID', 'CAP_SETPCAP', 'CAP_SETUID', 'CAP_SYS_CHROOT'],
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
