import type { ContainerControls, JudgedContainer } from '../../controls/container-controls.ts';
import { type Reading, read } from '../../shared/reading.ts';
import { counted } from '../../shared/text.ts';
import { type Evidence, execInspected, inspected } from '../../snapshot/evidence.ts';
import type { ExecSession } from '../../snapshot/facts/exec.ts';
import { execsFound, namedUser, privileged, running } from '../example-facts.ts';
import {
  defineRule,
  type ExampleHost,
  fail,
  type JudgeContext,
  type Judgement,
  notApplicable,
  type Rule,
  type RuleText,
  unknown,
} from '../rule.ts';

export const forbiddenExecs = [
  execRule({
    id: 'no-privileged-exec',
    title: 'Nobody uses docker exec with --privileged',
    severity: 'high',
    controls: ['cis-1.6:5.23', 'cis-1.8:5.23'],
    rationale: 'A privileged exec has every capability and device, even if the container has not.',
    remediation:
      'Keep `docker exec --privileged` to people on call, and have it refused by an authorization plugin.',
    fix: { words: 'End the privileged commands in {}' },
    consults: ['execs'],
    question: { isForbidden: ({ isPrivileged }) => isPrivileged, noun: 'privileged command' },
    fail: [
      { execs: execsFound({ isPrivileged: true }) },
      { execs: execsFound({}, { isPrivileged: true, user: 'root' }) },
      { container: privileged, execs: execsFound({ isPrivileged: true }) },
      { container: { state: 'paused' }, execs: execsFound({ isPrivileged: true }) },
    ],
    unknown: [{ execs: execsFound({ user: 'root' }) }],
  }),
  execRule({
    id: 'no-root-exec',
    title: 'Nobody uses docker exec as root',
    severity: 'low',
    controls: ['cis-1.6:5.24', 'cis-1.8:5.24'],
    rationale:
      'The container runs as an ordinary user for protection. A root shell in it removes that protection.',
    remediation: 'Run `docker exec --user 1000`, or set the user in the image.',
    fix: { words: 'End the root commands in {}' },
    consults: ['execs', 'processes', 'kernel'],
    question: {
      // Who asked for no user did not ask for root.
      isForbidden: (session, { isRootExec }) => session.user !== '' && isRootExec(session),
      noun: 'root command',
      otherwise: 'no-root-user',
    },
    fail: [
      { execs: execsFound({ user: 'root' }) },
      { execs: execsFound({}, { user: '0:0' }) },
      { execs: execsFound({ user: '+0' }) },
      { execs: execsFound({ user: '-0:1000' }) },
      {
        // A name that nobody looked up, and its process is root.
        execs: execsFound({ user: 'toor', pid: 4243 }),
        processes: running(['web', 1000], ['sh', 0]),
      },
      { container: { user: namedUser('', 0) }, execs: execsFound({ user: 'root' }) },
      { container: { user: namedUser('toor', 0) }, execs: execsFound({ user: 'toor:app' }) },
    ],
    unknown: [
      { execs: execsFound({ user: 'toor' }) },
      { execs: execsFound({ user: '1000' }, { isPrivileged: true }) },
      // The container's own user is not one that somebody asked for.
      { container: { user: namedUser('', 0) }, execs: execsFound({ user: '' }) },
    ],
  }),
] as const;

interface ExecQuestion {
  /** Whether an exec is one of those that nobody should start; null where nobody knows. */
  isForbidden: (session: ExecSession, controls: ContainerControls) => boolean | null;
  /** What such an exec is called, e.g. `privileged command`. */
  noun: string;
  /** Rule that says the same of a container in which no exec has more power than the container. */
  otherwise?: string;
}

interface ExecRule extends Omit<RuleText, 'question'> {
  consults: readonly ('execs' | 'processes' | 'kernel')[];
  question: ExecQuestion;
  fail: readonly ExampleHost[];
  /** Beside those that no such rule can judge. */
  unknown: readonly ExampleHost[];
}

function execRule({
  question,
  fail,
  unknown,
  ...declared
}: ExecRule): Rule<'container', 'containers', 'execs' | 'processes' | 'kernel'> {
  return defineRule({
    ...declared,
    subject: 'container',
    pillar: 'privilege',
    judge: (container, _facts, context) => judgeExecs(container, context, question),
    examples: {
      pass: [],
      fail,
      unknown: [
        {},
        { execs: execsFound() },
        ...unknown,
        { container: { state: 'exited', finishedAt: '2026-01-01T12:00:00Z' } },
        { container: { state: 'paused' } },
      ],
      'not-applicable': [{ container: { state: 'created', startedAt: null, pid: null } }],
    },
  });
}

/**
 * Fails a container in which a forbidden exec is open. It never passes: an exec is listed only while it
 * runs, so without a watch of the engine's events the past is unknown.
 */
function judgeExecs(
  container: JudgedContainer,
  { controlsOf, execsOf }: JudgeContext,
  { isForbidden, noun, otherwise }: ExecQuestion,
): Judgement {
  const controls = controlsOf(container.id);
  const forbids = (session: ExecSession) => isForbidden(session, controls);
  const isAlive = container.state === 'running' || container.state === 'paused';
  const listed = isAlive ? execsOf(container.id) : read<ExecSession[]>([]);
  const open = listed.state === 'read' ? listed.value.filter(forbids) : [];
  if (open.length > 0) {
    const evidence = open.flatMap(({ isPrivileged, user }): Evidence[] => [
      execInspected('ProcessConfig.user', user),
      execInspected('ProcessConfig.privileged', isPrivileged),
    ]);
    const isStronger = open.some((session) => controls.isStronger(session));
    const cause = isStronger ? 'no-stronger-exec' : otherwise;
    const message = `has ${counted(open.length, noun)} open`;
    return fail(message, evidence, cause === undefined ? {} : { cause });
  }
  const isOpen = listed.state === 'read' && listed.value.some((one) => forbids(one) === null);
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
  const now = listed.state === 'read' ? doubt : listed.reason;
  return unknown(now === null ? NONE_NOW : `${now}; ${PAST}`, evidence);
}

const PAST =
  'commands that ran inside and have ended are not judged (“execs” lists those that Seawall heard of; audit logs have the others)';
const NONE_NOW = `${PAST}; none is open now`;
