import type { JudgedContainer } from '../controls/container-controls.ts';
import { type Reading, read } from '../shared/reading.ts';
import { type Evidence, execInspected, inspected } from '../snapshot/evidence.ts';
import type { ExecSession } from '../snapshot/facts/exec.ts';
import { type JudgeContext, type Judgement, notApplicable, unknown } from './rule.ts';
import { counted } from './words.ts';

interface ExecQuestion {
  /** Whether an exec is one of those that nobody should start; null where nobody knows. */
  isForbidden: (session: ExecSession) => boolean | null;
  /** What such an exec is called, e.g. `privileged command`. */
  noun: string;
  /** Rule that says the same of a container in which no exec has more power than the container. */
  otherwise?: string;
}

/**
 * Fails a container in which a forbidden exec is open. It never passes: an exec is listed only while it
 * runs, so without a watch of the engine's events the past is unknown.
 */
export function judgeExecs(
  container: JudgedContainer,
  { controlsOf, execsOf }: JudgeContext,
  { isForbidden, noun, otherwise }: ExecQuestion,
): Judgement {
  const isAlive = container.state === 'running' || container.state === 'paused';
  const listed = isAlive ? execsOf(container.id) : read<ExecSession[]>([]);
  const open = listed.state === 'read' ? listed.value.filter(isForbidden) : [];
  if (open.length > 0) {
    const evidence = open.flatMap(({ isPrivileged, user }): Evidence[] => [
      execInspected('ProcessConfig.user', user),
      execInspected('ProcessConfig.privileged', isPrivileged),
    ]);
    const isStronger = open.some((session) => controlsOf(container.id).isStronger(session));
    const cause = isStronger ? 'no-stronger-exec' : otherwise;
    return {
      verdict: 'fail',
      message: `has ${counted(open.length, noun)} open`,
      evidence,
      ...(cause === undefined ? {} : { cause }),
    };
  }
  const isOpen = listed.state === 'read' && listed.value.some((one) => isForbidden(one) === null);
  return unwatchedExecs(container, listed, isOpen ? `whether one is a ${noun} is not known` : null);
}

function unwatchedExecs(
  { state, startedAt }: JudgedContainer,
  listed: Reading<ExecSession[]>,
  doubt: string | null,
): Judgement {
  const evidence = [inspected('State.Status', state), inspected('State.StartedAt', startedAt)];
  if (state === 'created' && startedAt === null) {
    return notApplicable('never ran, so nobody could exec into it', evidence);
  }
  const now = listed.state === 'read' ? (doubt ?? 'none is open now') : listed.reason;
  const reason = `${now}; the past needs a live watch of the engine for the time in question, as earlier execs stand in audit logs only`;
  return unknown(reason, evidence);
}
