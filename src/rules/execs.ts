import type { ContainerFacts } from '../snapshot/facts/container.ts';
import { inspected } from './evidence.ts';
import type { Judgement } from './rule.ts';

/**
 * What a snapshot says of execs in a container: an exec is seen only while it runs and shortly
 * after, so without a watch of the engine's events the past is unknown.
 */
export function unwatchedExecs({ state, startedAt }: ContainerFacts): Judgement {
  const evidence = [inspected('State.Status', state), inspected('State.StartedAt', startedAt)];
  if (state === 'created' && startedAt === null) {
    const reason = 'never ran, so nobody could exec into it';
    return { verdict: 'not-applicable', reason, evidence };
  }
  const reason =
    'needs a live watch of the engine for the time in question; earlier execs stand in audit logs only';
  return { verdict: 'unknown', reason, evidence };
}
