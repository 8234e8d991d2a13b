/**
 * What a team wants, where facts alone cannot tell right from wrong. `null` means that nobody said:
 * a rule that needs the answer is then unknown.
 */
export interface Policy {
  /** Host paths that no container should see. */
  sensitivePaths: readonly string[];
  /** First port that needs no privilege (`ip_unprivileged_port_start`). */
  firstUnprivilegedPort: number;
  /** Attempts that a restart policy may make. */
  restartAttemptsMax: number;
}

/** The policy of a team that said nothing; every value with its reason. */
export const defaultPolicy: Policy = {
  // Writing there changes how the host boots, authenticates or runs programs.
  sensitivePaths: [
    ...['/', '/boot', '/dev', '/etc', '/lib', '/proc', '/root', '/run', '/sys', '/usr'],
    '/var/lib',
  ],
  // The kernel's own default since 4.11.
  firstUnprivilegedPort: 1024,
  // Enough for a dependency that starts late; more hides a crash loop.
  restartAttemptsMax: 5,
};
