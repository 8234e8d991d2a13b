import type { Evidence } from '../snapshot/evidence.ts';
import { engineInfo } from '../snapshot/evidence.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';

/**
 * Evidence that the engine puts containers into no cgroup, so that a configured limit does not hold
 * (a rootless engine on cgroup v1 reports the driver `none` and warns nobody); null otherwise.
 */
export function missingCgroups(engine: EngineFacts): Evidence | null {
  return engine.cgroupDriver === 'none' ? engineInfo('CgroupDriver', 'none') : null;
}
