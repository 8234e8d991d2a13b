import type { HostJudgements } from '../answers/host-state.ts';
import type { AlertReport, Trace } from '../answers/trace.ts';
import { assess } from '../assessment/assess.ts';
import { evaluateRule } from '../findings/evaluate.ts';
import { isAboutReplica } from '../findings/replica-reason.ts';
import type { StoredAcceptance } from '../ports/acceptance-store.ts';
import type { StoredContainer, StoredFinding } from '../ports/stored.ts';
import { containerKey } from '../rules/container-key.ts';
import { controlEvidence } from '../rules/control-evidence.ts';
import type { Policy } from '../rules/policy.ts';
import { type Rule, severities } from '../rules/rule.ts';
import { read, unread } from '../shared/reading.ts';
import * as collectors from '../snapshot/collectors/index.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isAccepted } from './accepted.ts';
import type { reportingOf } from './find-reporting.ts';

/** What is known of a host, to tell what became of a rule there. */
export interface Known {
  host: HostJudgements;
  findings: readonly StoredFinding[];
  acceptances: readonly StoredAcceptance[];
  scansSeen: (finding: StoredFinding) => Promise<number>;
  reportedIn: Awaited<ReturnType<typeof reportingOf>>;
  alertsAbout: (finding: StoredFinding) => Promise<AlertReport[]>;
}

/** What became of an open finding: reported, or accepted. */
export async function traceFinding(
  rule: Pick<Rule, 'id' | 'title'>,
  finding: StoredFinding,
  { acceptances, scansSeen, reportedIn, alertsAbout }: Known,
): Promise<Trace> {
  const ofFinding = acceptances.filter(
    ({ host, fingerprint }) => host === finding.host && fingerprint === finding.fingerprint,
  );
  return {
    rule: { id: rule.id, title: rule.title },
    state: isAccepted(finding) ? 'accepted' : 'reported',
    severity: finding.severity,
    finding,
    reason: finding.unverifiedReason,
    evidence: finding.evidence,
    scansSeen: await scansSeen(finding),
    acceptances: ofFinding,
    reporting: await reportedIn(finding, ofFinding),
    alerts: await alertsAbout(finding),
  };
}

/**
 * What became of a rule for one container: found, unknown with the reason, or neither. What passed
 * and what does not apply is not stored; it is told from the stored facts where those suffice.
 */
export async function traceContainerRule(
  rule: Rule,
  container: StoredContainer,
  policy: Policy,
  known: Known,
): Promise<Trace> {
  const key = containerKey(container.facts);
  const finding = known.findings.find(
    (one) =>
      one.rule === rule.id && one.subjectKey === key && one.subjects.includes(container.facts.name),
  );
  if (finding !== undefined) return traceFinding(rule, finding, known);
  const undecided = known.host.undecided.find(
    (one) =>
      one.rule === rule.id &&
      (one.subjectKey === null ||
        (one.subjectKey === key && isAboutReplica(one.reason, container.facts.name))),
  );
  const verdict =
    undecided === undefined
      ? judgeAgain(rule, container, policy, known.host)
      : { state: 'unknown' as const, reason: undecided.reason, evidence: [] };
  return {
    rule: { id: rule.id, title: rule.title },
    severity: rule.severity,
    ...verdict,
    finding: null,
    scansSeen: null,
    acceptances: [],
    reporting: [],
    alerts: [],
  };
}

function judgeAgain(
  rule: Rule,
  container: StoredContainer,
  policy: Policy,
  host: HostJudgements,
): Pick<Trace, 'state' | 'reason' | 'evidence'> {
  const { facts, controls, firstSeen } = container;
  const { lastGoodScanAt } = host;
  // A rule that applies to every container passes where a scan found neither a fault nor a doubt.
  const applies = !rule.isOfDocker && (rule.examples['not-applicable'] ?? []).length === 0;
  const isJudged = lastGoodScanAt !== null && firstSeen <= lastGoodScanAt;
  const state = isJudged ? (applies ? 'pass' : 'pass-or-not-applicable') : 'unknown';
  const others = [...rule.needs, ...(rule.consults ?? [])].filter((id) => id !== 'containers');
  const beside = isJudged
    ? `it was judged with other facts too, which are not stored: ${others.map(inWords).join(', ')}`
    : 'no scan has judged it yet';
  const stored = (controls ?? [])
    .filter(({ control }) => rule.shownBy?.includes(control))
    .flatMap(controlEvidence);
  const [result] = evaluateRule(rule, assess(snapshotOf(facts, host)), policy);
  if (result === undefined || result.verdict === 'unknown') {
    const again = `it cannot be judged again from what is stored: ${result?.reason ?? 'no result'}`;
    return { state, reason: others.length > 0 ? beside : again, evidence: stored };
  }
  const { verdict, evidence, message, reason = '' } = result;
  const said = verdict === 'not-applicable' ? reason : message;
  // The scan found no fault with it, so it is no verdict that less than the scan had finds one.
  if (verdict === 'fail') {
    const more =
      others.length > 0 || !isJudged ? beside : 'the scan judged by other rules or settings';
    return { state, reason: `by its stored facts alone it would fail: ${said}; ${more}`, evidence };
  }
  if (others.length === 0) return { state: verdict, reason: said, evidence };
  const all = [...evidence, ...stored];
  return { state, reason: `by its configuration, ${said}; ${beside}`, evidence: all };
}

/** Worst first, and by rule within a severity. */
export const traceOrder = ({ severity, rule }: Trace): string =>
  `${severities.length - severities.indexOf(severity)}\n${rule.id}`;

/** A host of which one container is known. */
function snapshotOf(facts: ContainerFacts, { name, lastGoodScanAt }: HostJudgements): Snapshot {
  const sections = Object.keys(collectors).map((id) => [id, unread('not stored')]);
  return {
    host: name,
    takenAt: lastGoodScanAt ?? '',
    ...Object.fromEntries(sections),
    containers: read({ read: [facts], unread: [] }),
  };
}

/** `mountSources` as `mount sources`. */
const inWords = (section: string): string =>
  section.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
