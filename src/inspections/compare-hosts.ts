import type { AnswerBase } from '../answers/answer-base.ts';
import type { HostJudgements, HostState } from '../answers/host-state.ts';
import { indexUndecided } from '../findings/compare.ts';
import type { StoredScan } from '../ports/scan-store.ts';
import type { StoredContainer, StoredFinding } from '../ports/stored.ts';
import { containerKey } from '../rules/container-key.ts';
import type { Rule, Severity } from '../rules/rule.ts';

/** What differs between two hosts. */
export interface CompareAnswer extends AnswerBase {
  kind: 'compare';
  /** The two hosts, in the order they were named. */
  hosts: HostState[];
  /** False when one of them was never read: then nothing is known of differences. */
  isComparable: boolean;
  /** Facts and judgements of the two engines that differ; null for unknown. */
  engine: { fact: string; values: (string | null)[] }[];
  /** Open on one host and not on the other, except findings of the engine. */
  findings: {
    finding: StoredFinding;
    /** On the other host: judged and fine, not judged, or the container is not there at all. */
    other: 'absent' | 'unknown' | 'no-container';
  }[];
  /** Open on both, with another severity. */
  severities: { rule: string; subject: string; values: Severity[] }[];
  /** Containers (by service, else by name) that exist on one host alone. */
  containers: { host: string; name: string }[];
}

/** One of the two hosts, with what the store knows of it. */
export interface ComparedHost {
  state: HostJudgements;
  /** The last good scan; null before the first. */
  scan: StoredScan | null;
  open: readonly StoredFinding[];
  containers: readonly StoredContainer[];
}

type Differences = Pick<
  CompareAnswer,
  'isComparable' | 'engine' | 'findings' | 'severities' | 'containers'
>;

const nothing = { engine: [], findings: [], severities: [], containers: [] };

/**
 * What differs between two hosts, by rule and stable subject. Nothing is said to differ when one of
 * them was never read, and what one could not judge is unknown there, not fine.
 */
export function compareHosts(
  left: ComparedHost,
  right: ComparedHost,
  rules: readonly Rule[],
): Differences {
  if (left.scan === null || right.scan === null) return { isComparable: false, ...nothing };
  return {
    isComparable: true,
    engine: [...engineFacts(left.scan, right.scan), ...engineJudgements(left, right, rules)],
    findings: [...onlyOn(left, right), ...onlyOn(right, left)],
    severities: severityDifferences(left, right),
    containers: [...containersOnlyOn(left, right), ...containersOnlyOn(right, left)],
  };
}

function engineFacts(left: StoredScan, right: StoredScan): CompareAnswer['engine'] {
  const rows = [
    { fact: 'engine version', values: [left.engine?.version, right.engine?.version] },
    { fact: 'API version', values: [left.engine?.apiVersion, right.engine?.apiVersion] },
  ];
  return rows
    .map(({ fact, values }) => ({ fact, values: values.map((value) => value ?? null) }))
    .filter(({ values: [a, b] }) => a !== b);
}

const engineJudgements = (
  left: ComparedHost,
  right: ComparedHost,
  rules: readonly Rule[],
): CompareAnswer['engine'] =>
  rules
    .filter(({ subject }) => subject !== 'container' && subject !== 'image')
    .map(({ id, title }) => ({
      fact: `${id} (${title})`,
      values: [judgementOf(id, left), judgementOf(id, right)],
    }))
    .filter(({ values: [a, b] }) => a !== b);

/** `fail`, `no finding` (passed or not applicable), or null for unknown. */
function judgementOf(rule: string, { open, state }: ComparedHost): string | null {
  if (state.undecided.some((missing) => missing.rule === rule)) return null;
  return open.some((finding) => finding.rule === rule) ? 'fail' : 'no finding';
}

const keyOf = ({ rule, subjectKind, subjectKey }: StoredFinding) =>
  JSON.stringify([rule, subjectKind, subjectKey]);
const isOfPart = ({ subjectKind }: StoredFinding) =>
  subjectKind === 'container' || subjectKind === 'image';

function onlyOn(host: ComparedHost, other: ComparedHost): CompareAnswer['findings'] {
  const there = new Set(other.open.map(keyOf));
  const findReason = indexUndecided(other.state.undecided);
  const keys = containerKeys(other);
  return host.open
    .filter((finding) => isOfPart(finding) && !there.has(keyOf(finding)))
    .map((finding) => {
      if (findReason(finding) !== null) return { finding, other: 'unknown' };
      const isThere = finding.subjectKind !== 'container' || keys.has(finding.subjectKey);
      return { finding, other: isThere ? 'absent' : 'no-container' };
    });
}

function severityDifferences(left: ComparedHost, right: ComparedHost): CompareAnswer['severities'] {
  const there = new Map(right.open.map((finding) => [keyOf(finding), finding]));
  return left.open.flatMap((finding) => {
    const other = there.get(keyOf(finding));
    if (other === undefined || other.severity === finding.severity) return [];
    const { rule, subjectKey: subject } = finding;
    return [{ rule, subject, values: [finding.severity, other.severity] }];
  });
}

const containerKeys = ({ containers }: ComparedHost) =>
  new Set(containers.map(({ facts }) => containerKey(facts)));

function containersOnlyOn(host: ComparedHost, other: ComparedHost): CompareAnswer['containers'] {
  const there = containerKeys(other);
  return [...containerKeys(host)]
    .filter((name) => !there.has(name))
    .map((name) => ({ host: host.state.name, name }));
}
