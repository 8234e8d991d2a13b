import type { EngineFacts } from '../snapshot/facts/engine.ts';

/** Security that containers of an engine are given without asking. */
export function engineDefaults(facts: EngineFacts): string[] {
  return [
    ...(facts.hasAppArmor ? ['apparmor'] : []),
    ...(facts.hasNoNewPrivilegesDefault ? ['no-new-privileges'] : []),
    `seccomp=${facts.seccompProfile ?? 'none'}`,
    ...(facts.hasSelinux ? ['selinux'] : []),
    ...(facts.remapsUsers ? ['userns-remap'] : []),
  ];
}
