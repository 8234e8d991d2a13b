import type { HostJudgements } from '../answers/host-state.ts';
import type { Undecided } from '../findings/result.ts';
import type { StoredFinding } from '../ports/stored.ts';
import type { Severity } from '../rules/rule.ts';
import { visible } from '../shared/text.ts';
import { safeJsonInTurns } from './safe-json.ts';
import type { StoredState } from './stored-state.ts';

export const SARIF_SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

const levels = { critical: 'error', high: 'error', medium: 'warning', low: 'note' } as const;

/**
 * The middle of the ranges by which code-scanning services name a severity: above 9.0 critical, from
 * 7.0 high, from 4.0 medium (GitHub's manual, “SARIF support for code scanning”).
 */
const scores: Record<Severity, string> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
};

/**
 * Findings as SARIF 2.1.0, one run per host. What could not be judged is a result of kind `open`,
 * which SARIF has for just that, so that a reader never takes it for a pass.
 */
export const findingsSarif = (state: StoredState): Promise<string> =>
  safeJsonInTurns({
    $schema: SARIF_SCHEMA,
    version: '2.1.0',
    runs: state.hosts.map((host) => toRun(host, state)),
  });

function toRun(host: HostJudgements, { version, rules, findings }: StoredState) {
  const indexOf = new Map(rules.map(({ id }, index) => [id, index]));
  const ofHost = findings.filter((finding) => finding.host === host.name);
  return {
    tool: {
      driver: { name: 'Seawall', version, semanticVersion: version, rules: rules.map(toRule) },
    },
    automationDetails: { id: `seawall/${uriPath(host.name)}/` },
    invocations: [toInvocation(host)],
    columnKind: 'utf16CodeUnits',
    results: [
      ...ofHost.map((finding) => ({
        ...ruleReference(finding.rule, indexOf),
        ...toResult(finding),
      })),
      ...host.undecided.map((missing) => ({
        ...ruleReference(missing.rule, indexOf),
        ...toOpenResult(host.name, missing),
      })),
    ],
    properties: { host: host.name, coverage: host.coverage, labels: host.labels },
  };
}

function toRule(rule: StoredState['rules'][number]) {
  const text = `${rule.rationale}\n\nFix: ${rule.remediation}`;
  return {
    id: rule.id,
    name: rule.id,
    shortDescription: { text: escaped(rule.title) },
    fullDescription: { text: escaped(rule.rationale) },
    help: { text: escaped(text) },
    defaultConfiguration: { level: levels[rule.severity] },
    properties: {
      tags: ['security', 'containers', ...rule.controls],
      precision: 'high',
      'security-severity': scores[rule.severity],
    },
  };
}

/** A rule of an earlier version may have left findings: such a result has no index. */
function ruleReference(ruleId: string, indexOf: ReadonlyMap<string, number>) {
  const ruleIndex = indexOf.get(ruleId);
  return ruleIndex === undefined ? { ruleId } : { ruleId, ruleIndex };
}

function toResult(finding: StoredFinding) {
  const { acceptance } = finding;
  return {
    kind: 'fail',
    level: levels[finding.severity],
    message: { text: escaped(visible(finding.message)) },
    locations: [toLocation(finding.host, finding.subjectKind, finding.subjectKey)],
    partialFingerprints: { 'hostAndFinding/v1': `${finding.host}/${finding.fingerprint}` },
    baselineState: finding.baselineState,
    // An empty list says that nobody accepted it; leaving it out would say that nobody knows.
    suppressions:
      acceptance?.state === 'in-force'
        ? [
            {
              kind: 'external',
              status: 'accepted',
              justification: visible(acceptance.reason),
              properties: { by: acceptance.by, until: acceptance.until },
            },
          ]
        : [],
    properties: {
      severity: finding.severity,
      'security-severity': scores[finding.severity],
      names: finding.subjects,
      evidence: finding.evidence,
      firstSeen: finding.firstSeen,
      lastSeen: finding.lastSeen,
      ...(finding.unverifiedReason !== null && { unverifiedReason: finding.unverifiedReason }),
    },
  };
}

const toOpenResult = (host: string, { subjectKind, subjectKey, reason }: Undecided) => ({
  kind: 'open',
  level: 'none',
  message: { text: escaped(visible(`Unknown: ${reason}`)) },
  locations: [toLocation(host, subjectKind, subjectKey ?? '*')],
  suppressions: [],
});

/**
 * The subject as what it is, a logical location. Code-scanning services refuse results without an
 * artifact, so it stands there as well, as a relative URI that names the subject and no file.
 */
export function toLocation(host: string, kind: string, key: string) {
  const fullyQualifiedName = `${host}/${kind}/${key}`;
  return {
    physicalLocation: { artifactLocation: { uri: uriPath(fullyQualifiedName) } },
    logicalLocations: [{ name: key, fullyQualifiedName, kind: 'resource' }],
  };
}

function toInvocation({ lastScanAt, lastGoodScanAt, unreadSections }: HostJudgements) {
  const notify = (text: string) => ({
    level: 'warning',
    message: { text: escaped(visible(text)) },
  });
  const isGood = lastScanAt !== null && lastScanAt === lastGoodScanAt;
  return {
    executionSuccessful: isGood,
    ...(lastScanAt !== null && { endTimeUtc: lastScanAt }),
    toolExecutionNotifications: [
      ...(lastScanAt === null ? [notify('The host was never scanned: nothing is known.')] : []),
      ...(lastScanAt !== null && !isGood
        ? [notify(`The last scan could not read the host; good data is of ${lastGoodScanAt}.`)]
        : []),
      ...unreadSections.map(({ section, reason }) => notify(`Not read: ${section}: ${reason}`)),
    ],
  };
}

/**
 * Text as a SARIF message: brackets would be links, braces placeholders (SARIF 2.1.0, 3.11.5 and
 * 3.11.6).
 */
export const escaped = (text: string): string =>
  text
    .replace(/[\\[\]]/g, (char) => `\\${char}`)
    .replaceAll('{', '{{')
    .replaceAll('}', '}}');

/** A relative URI; lone halves of surrogate pairs, which URIs cannot hold, are replaced. */
export const uriPath = (text: string): string =>
  text.toWellFormed().split('/').map(encodeURIComponent).join('/');
