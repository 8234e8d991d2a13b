import type { HostState } from '../answers/host-state.ts';
import type { HostScan } from '../answers/scan-answer.ts';
import type { Undecided } from '../findings/result.ts';
import { severitiesIn } from '../findings/severity-counts.ts';
import { isAccepted } from '../inspections/accepted.ts';
import { countOn, essential, unreadSeverities } from '../inspections/count-unread.ts';
import type { UndecidedOnHost } from '../ports/scan-store.ts';
import type { StoredFinding } from '../ports/stored.ts';
import { type Rule, type Severity, severities } from '../rules/rule.ts';
import { counted } from '../shared/text.ts';
import type { Answer } from '../views/answer.ts';

/** 0 answered, 1 findings at or above `--fail-on`, 2 wrong use, 3 the outside failed or nothing is known. */
export type ExitCode = 0 | 1 | 2 | 3;

export interface Exit {
  code: ExitCode;
  /** Why it is not known whether there is such a finding; empty unless `code` is 3 for that. */
  unknown: string[];
}

/** What is judged, and what the newest scans of the hosts of an answer could not judge. */
export interface Judgements {
  rules: readonly Rule[];
  undecided: readonly UndecidedOnHost[];
}

/**
 * What the answer means to a script. A finding that is known wins over what is not known; what nobody
 * could read is never a success, nor is a feed that could not be fetched.
 */
export function exitOf(
  answer: Answer,
  failOn: Severity | null,
  { rules, undecided }: Judgements,
): Exit {
  if (answer.kind === 'problem') {
    const isMisuse = answer.cause === 'mistake' || answer.cause === 'refused';
    return { code: isMisuse ? 2 : 3, unknown: [] };
  }
  // Nothing was run for a question that nobody was sure of.
  if (answer.kind === 'ask') return { code: 2, unknown: [] };
  const isAtLeast = (severity: Severity) =>
    failOn !== null && severities.indexOf(severity) >= severities.indexOf(failOn);
  if (failing(answer).some(isAtLeast)) return { code: 1, unknown: [] };
  const unknown = failOn === null ? [] : unknownOf(answer, { rules, undecided }, isAtLeast);
  const isUnread =
    (answer.kind === 'scan' && answer.scans.some(isScanUnread)) ||
    (answer.kind === 'feeds' && (answer.fetched ?? []).some(({ outcome }) => outcome === 'failed'));
  const isUnknown = isUnread || unknown.length > 0 || isNothingKnown(answer);
  return { code: isUnknown ? 3 : 0, unknown };
}

/** Answers that are known whatever stands on the hosts that they name. */
const knownAnyway: readonly Answer['kind'][] = ['hosts', 'status', 'explain', 'vulnerability'];

/** True where none of the hosts that were asked about was ever read. */
function isNothingKnown(answer: Answer): boolean {
  const hosts = knownAnyway.includes(answer.kind) ? [] : hostsOf(answer);
  return hosts.length > 0 && hosts.every(({ unread }) => unread !== null && unread.since === null);
}

const isScanUnread = ({ unreadSections, storeProblem }: HostScan): boolean =>
  storeProblem !== null || unreadSections.some(({ section }) => essential.includes(section));

/** Severities of what the answer lists; one that lists no finding goes by what is open on its hosts. */
function failing(answer: Answer): Severity[] {
  if (answer.kind === 'findings' || answer.kind === 'inspect') return severitiesOf(answer.findings);
  if (answer.kind === 'scan') return answer.scans.flatMap((one) => severitiesIn(one.counts.open));
  if (answer.kind === 'why')
    return severitiesOf(answer.traces.flatMap(({ finding }) => finding ?? []));
  if (answer.kind === 'diff') {
    return severitiesOf([...answer.new, ...answer.worse.map(({ finding }) => finding)]);
  }
  return hostsOf(answer).flatMap(({ open }) => (open === null ? [] : severitiesIn(open)));
}

const severitiesOf = (findings: readonly StoredFinding[]): Severity[] =>
  findings.filter((finding) => !isAccepted(finding)).map(({ severity }) => severity);

function unknownOf(
  answer: Answer,
  { rules, undecided }: Judgements,
  isAtLeast: (severity: Severity) => boolean,
): string[] {
  if (answer.kind === 'scan') {
    return answer.scans.flatMap((scan) => {
      const missing = scan.unreadSections.find(({ section }) => essential.includes(section));
      if (missing) return [`${scan.host}: ${missing.reason}`];
      return unjudged(scan.host, { ...scan, undecided: undecidedIn(scan) }, rules, isAtLeast);
    });
  }
  const hosts = hostsOf(answer);
  const { past = null, blind = [] } =
    answer.kind === 'findings' || answer.kind === 'containers' ? answer : {};
  const unread = countOn(0, { hosts, past, blind }).unread;
  const asked =
    answer.kind === 'findings' && answer.filter.rule !== null
      ? rules.filter(({ id }) => id === answer.filter.rule)
      : rules;
  return [
    ...unread.map(({ host, reason }) => `${host}: ${reason}`),
    ...(past !== null
      ? []
      : hosts
          .filter((host) => host.unread === null)
          .flatMap((host) => {
            const left = undecided.filter((one) => one.host === host.name);
            const state = { ...host, undecided: forAnswer(answer, left) };
            return unjudged(host.name, state, asked, isAtLeast);
          })),
  ];
}

/** About one container other containers of its host say nothing. */
function forAnswer({ kind }: Answer, undecided: readonly Undecided[]): readonly Undecided[] {
  if (kind !== 'inspect' && kind !== 'why') return undecided;
  return undecided.filter(({ subjectKey }) => subjectKey === null);
}

function unjudged(
  host: string,
  state: Parameters<typeof unreadSeverities>[0],
  rules: readonly Rule[],
  isAtLeast: (severity: Severity) => boolean,
): string[] {
  const count = unreadSeverities(state, rules).filter(isAtLeast).length;
  return count === 0
    ? []
    : [
        `${host}: ${counted(count, 'check')} ${count === 1 ? 'needs' : 'need'} what could not be read`,
      ];
}

const undecidedIn = ({ results }: HostScan): Undecided[] =>
  results
    .filter(({ verdict }) => verdict === 'unknown')
    .map(({ rule, subject, reason = '' }) => {
      const subjectKey = subject.id === '' ? null : subject.id;
      return { rule, subjectKind: subject.kind, subjectKey, reason };
    });

/** Answers that say of hosts how things stand on them. */
type AboutHosts = Extract<Answer, { hosts: HostState[] }>;

const isAboutHosts = (answer: Answer): answer is AboutHosts =>
  'hosts' in answer &&
  answer.hosts !== null &&
  answer.hosts.every((host) => typeof host === 'object' && 'open' in host && 'unread' in host);

const ofFindings: readonly Answer['kind'][] = ['findings', 'inspect', 'scan', 'why', 'diff'];

/** Whether `--fail-on` can mean something: an answer of another kind, such as the audit, would pass whatever is open. Help is no check. */
export const tellsOfFindings = (answer: Answer): boolean =>
  ofFindings.includes(answer.kind) ||
  answer.kind === 'help' ||
  isAboutHosts(answer) ||
  'host' in answer;

/** The hosts that an answer is about, with what is known of them. */
export function hostsOf(answer: Answer): readonly HostState[] {
  if (isAboutHosts(answer)) return answer.hosts;
  return 'host' in answer ? [answer.host] : [];
}
