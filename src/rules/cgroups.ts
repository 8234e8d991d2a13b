import type { Reading } from '../shared/reading.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import { engineInfo } from './evidence.ts';
import type { Evidence, Judgement } from './rule.ts';

/**
 * Evidence that the engine puts containers into no cgroup, so that a configured limit does not hold
 * (a rootless engine on cgroup v1 reports the driver `none` and warns nobody); null otherwise.
 */
export function missingCgroups(engine: EngineFacts): Evidence | null {
  return engine.cgroupDriver === 'none' ? engineInfo('CgroupDriver', 'none') : null;
}

/** A limit that was only asked for passes no more once the control groups could not be asked. */
export function unlessUnread(judged: Judgement, limits: Reading<unknown>): Judgement {
  if (judged.verdict !== 'pass' || limits.state === 'read') return judged;
  return { verdict: 'unknown', reason: `limits: ${limits.reason}`, evidence: judged.evidence };
}
