import type { Reading } from '../shared/reading.ts';
import { execInspected, inspected } from '../snapshot/evidence.ts';
import type { ExecSession } from '../snapshot/facts/exec.ts';
import type { Condition, Edge } from './graph.ts';
import { asRoot, ifOfHost, isLive, missing, type Power, seccompLimit, stepTo } from './power.ts';

/**
 * What commands that run in a container give it beyond its configuration: a session that somebody
 * opened with `docker exec --privileged` runs the programs of the container with every capability, but
 * under its seccomp profile, its devices and its mounts. Docker's own profile refuses the calls that
 * the capabilities are good for, but for those on the files of processes. Where they were not read there may
 * be one of root.
 */
export function sessionSteps(power: Power, sessions: Reading<ExecSession[]>): Edge[] {
  // A privileged container has all of it itself.
  if (power.container.isPrivileged) return [];
  if (sessions.state === 'unread') return isLive(power.container) ? [unreadStep(power)] : [];
  const open = sessions.value.filter(({ isPrivileged }) => isPrivileged);
  const [worst] = open.toSorted((a, b) => rank(power, b) - rank(power, a));
  if (!worst) return [];
  return [
    sessionStep(power, isRootIn(power, worst), {
      says: 'runs a command that was started with docker exec --privileged, so every kernel setting is open to it',
      conditions: [],
      evidence: () => [
        execInspected('ProcessConfig.privileged', true),
        execInspected('ProcessConfig.user', worst.user),
      ],
    }),
  ];
}

const unreadStep = (power: Power): Edge =>
  sessionStep(power, true, {
    says: 'may run a command that somebody started with docker exec --privileged',
    conditions: [missing('a privileged command runs in it (unknown)')],
    evidence: () => [inspected('State.Status', power.container.state)],
  });

/** By a command that is root or not; `conditions` are those beside what any such command needs. */
const sessionStep = (
  power: Power,
  isRoot: boolean | null,
  { conditions, ...told }: Pick<Edge, 'says' | 'conditions' | 'evidence'>,
): Edge =>
  stepTo(power, {
    ...{ kind: 'privileged', name: 'a privileged exec session', rules: ['no-privileged-exec'] },
    ...told,
    conditions: [...asRoot({ ...power, isRoot }), ...profileLimit(power), ...conditions],
  });

/** Nothing in the way of who sees processes of the host, or may make every call. */
function profileLimit(power: Power): Condition[] {
  const { isHost } = power.namespaces.pid;
  const limit = isHost ? [] : seccompLimit(power, 'CAP_SYS_ADMIN');
  return isHost === null && limit.length > 0 ? [ifOfHost('PID')] : limit;
}

/** Who names no user has that of the container; null where nobody knows. */
const isRootIn = ({ isRoot, controls }: Power, session: ExecSession): boolean | null =>
  session.user === '' ? isRoot : controls.isRootExec(session);

/** Root before a user who may be root. */
function rank(power: Power, session: ExecSession): number {
  const isRoot = isRootIn(power, session);
  return isRoot === null ? 1 : isRoot ? 2 : 0;
}
