import { evaluateRule } from '../findings/evaluate.ts';
import { containerKey } from '../findings/fingerprint.ts';
import type { Policy } from '../rules/policy.ts';
import type { Rule } from '../rules/rule.ts';
import { read, unread } from '../shared/reading.ts';
import * as collectors from '../snapshot/collectors/index.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isAccepted } from './accepted.ts';
import type { Trace } from './decision-answers.ts';
import type { HostState } from './host-state.ts';
import type { StoredAcceptance, StoredContainer, StoredFinding } from './ports.ts';
import type { AlertReport, reportingOf } from './reporting.ts';

/** What is known of a host, to tell what became of a rule there. */
export interface Known {
  host: HostState;
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
    finding,
    reason: finding.unverifiedReason,
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
    (one) => one.rule === rule.id && (one.subjectKey === null || one.subjectKey === key),
  );
  const verdict =
    undecided === undefined
      ? judgeAgain(rule, container.facts, policy, known.host)
      : { state: 'unknown' as const, reason: undecided.reason };
  return {
    rule: { id: rule.id, title: rule.title },
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
  facts: ContainerFacts,
  policy: Policy,
  host: HostState,
): Pick<Trace, 'state' | 'reason'> {
  const untold = { state: 'pass-or-not-applicable', reason: null } as const;
  const others = [...rule.needs, ...(rule.consults ?? [])].filter((id) => id !== 'containers');
  if (others.length > 0) return untold;
  const [result] = evaluateRule(rule, snapshotOf(facts, host), policy);
  if (result?.verdict === 'pass') return { state: 'pass', reason: result.message };
  if (result?.verdict !== 'not-applicable') return untold;
  return { state: 'not-applicable', reason: result.reason ?? null };
}

/** A host of which one container is known. */
function snapshotOf(facts: ContainerFacts, { name, lastGoodScanAt }: HostState): Snapshot {
  const sections = Object.keys(collectors).map((id) => [id, unread('not stored')]);
  return {
    host: name,
    takenAt: lastGoodScanAt ?? '',
    ...Object.fromEntries(sections),
    containers: read({ read: [facts], unread: [] }),
  };
}
