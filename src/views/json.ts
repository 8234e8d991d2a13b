import type { AskedPast } from '../answers/container-past.ts';
import type { HostScan } from '../answers/scan-answer.ts';
import { isCertain } from '../inspections/describe-past.ts';
import { isSelf } from '../inspections/self-among.ts';
import type { StoredContainer, StoredFinding } from '../ports/stored.ts';
import type { Answer } from './answer.ts';
import { exposureOf } from './time-exposed.ts';

/**
 * An answer as plain data for programs; fields are only ever added. `answer` is its kind. A scan of
 * one host stands at the top level, several stand in `scans`.
 */
export function answerJson(answer: Answer): Record<string, unknown> {
  const { kind, takenAt } = answer;
  const rest = dataOf(answer);
  const { understood } = answer;
  const common = { answer: kind, takenAt, ...(understood && { understood }) };
  if (answer.kind === 'scan') {
    const [only, second] = answer.scans;
    if (only && !second) return { ...common, ...scanJson(only) };
    return { ...common, scans: answer.scans.map(scanJson) };
  }
  if (answer.kind === 'containers') {
    return {
      ...common,
      facets: answer.facets,
      ...answer.total,
      containers: answer.containers.map((one) => ({
        ...containerJson(one, answer.past),
        isSelf: isSelf(one, answer.self),
      })),
      unverified: answer.unverified.map((one) => containerJson(one, answer.past)),
      unverifiedCount: answer.unverifiedCount,
      glimpses: answer.glimpses,
      past: answer.past,
      blind: answer.blind,
      self: answer.self,
    };
  }
  if (answer.kind === 'findings') {
    const { total, findings, ...more } = answer;
    return { ...common, ...dataOf(more), ...total, findings: findings.map(findingJson) };
  }
  if (answer.kind === 'exposure') {
    const { known } = answer;
    return { ...common, ...rest, results: answer.results.map((one) => ({ ...one, known })) };
  }
  if (answer.kind === 'inspect') {
    const findings = answer.findings.map(findingJson);
    const lastFindings = answer.lastFindings.map(findingJson);
    return { ...common, ...rest, findings, lastFindings };
  }
  if (answer.kind === 'why') {
    const traces = answer.traces.map((trace) => {
      return { ...trace, finding: trace.finding && findingJson(trace.finding) };
    });
    return { ...common, ...rest, traces };
  }
  return { ...common, ...rest };
}

/** Everything but what `common` says, and suggestions for people. */
function dataOf<T extends Partial<Answer>>({ kind: _kind, takenAt: _at, next: _next, ...rest }: T) {
  return rest;
}

/** A finding with how long it was open, in hours and in hours times containers. */
const findingJson = (finding: StoredFinding) => ({ ...finding, ...exposureOf(finding) });

function scanJson(scan: HostScan): Record<string, unknown> {
  const { host, labels, takenAt, results, coverage, unreadSections, engineVersion, posture } = scan;
  const common = { host, labels, takenAt, results, coverage, unreadSections, engineVersion };
  // Nothing was counted where nothing could be judged.
  const isJudged = coverage.answered > 0;
  const open = isJudged ? scan.counts.open : null;
  const accepted = isJudged ? scan.counts.accepted : null;
  return { ...common, posture, open, accepted, firstScreen: scan.firstScreen };
}

function containerJson(container: StoredContainer, past: AskedPast | null) {
  const { host, facts, facets, removedAt, firstSeen, lastSeen } = container;
  const { name, id, imageReference: image, state, startedAt } = facts;
  const seen = { firstSeen, lastSeen, isCertain: past === null || isCertain(container, past) };
  return { host, name, id, image, state, startedAt, removedAt, ...seen, facets };
}
