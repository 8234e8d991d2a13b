import { type Evidence, engineInfo } from '../snapshot/evidence.ts';
import type { SwarmFacts } from '../snapshot/facts/swarm.ts';
import { type Judgement, notApplicable, unknown } from './rule.ts';

/** The node's own state as evidence. */
export const swarmState = ({ state }: SwarmFacts): Evidence =>
  engineInfo('Swarm.LocalNodeState', state);

/** What to say where swarm is off; null where it is not. A pending or locked node is not off. */
export function swarmOff(swarm: SwarmFacts): Judgement | null {
  if (swarm.state !== 'inactive') return null;
  return notApplicable('swarm is off', [swarmState(swarm)]);
}

/**
 * What to say on a node that cannot answer for the swarm: it is no member, it is locked or not yet
 * joined, or it is a worker, so that its managers are judged instead. Null on a manager.
 */
export function notManaging(swarm: SwarmFacts): Judgement | null {
  const evidence = [swarmState(swarm), engineInfo('Swarm.ControlAvailable', swarm.isManager)];
  if (swarm.isManager) return null;
  if (swarm.state === 'active') {
    return notApplicable('this node is a worker; the managers answer for the swarm', evidence);
  }
  const reason = `the node is ${swarm.state} and answers nothing about its swarm`;
  return swarmOff(swarm) ?? unknown(reason, evidence);
}
