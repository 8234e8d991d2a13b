import type { Answer, HostScan } from '../answers/answer.ts';
import { type AskedPast, isCertain } from '../answers/asked-past.ts';
import { exposureOf } from '../answers/exposure.ts';
import type { StoredContainer, StoredFinding } from '../answers/ports.ts';
import { isSelf } from '../answers/self.ts';

/**
 * An answer as plain data for programs; fields are only ever added. `answer` is its kind. A scan of
 * one host stands at the top level, several stand in `scans`.
 */
export function answerJson(answer: Answer): Record<string, unknown> {
  const { kind, takenAt, next: _next, ...rest } = answer;
  const common = { answer: kind, takenAt };
  if (answer.kind === 'scan') {
    const [only, second] = answer.scans;
    if (only && !second) return { ...common, ...scanJson(only) };
    return { ...common, scans: answer.scans.map(scanJson) };
  }
  if (answer.kind === 'containers') {
    return {
      ...common,
      facets: answer.facets,
      containers: answer.containers.map((one) => ({
        ...containerJson(one, answer.past),
        isSelf: isSelf(one, answer.self),
      })),
      unverified: answer.unverified.map((one) => containerJson(one, answer.past)),
      glimpses: answer.glimpses,
      past: answer.past,
      blind: answer.blind,
      self: answer.self,
    };
  }
  if (answer.kind === 'findings') {
    return { ...common, ...rest, findings: answer.findings.map(findingJson) };
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

/** A finding with how long it was open, in hours and in hours times containers. */
const findingJson = (finding: StoredFinding) => ({ ...finding, ...exposureOf(finding) });

function scanJson(scan: HostScan): Record<string, unknown> {
  const { host, takenAt, results, coverage, unreadSections, engineVersion, isSample, posture } =
    scan;
  return { host, takenAt, results, coverage, unreadSections, engineVersion, isSample, posture };
}

function containerJson(container: StoredContainer, past: AskedPast | null) {
  const { host, facts, facets, removedAt, firstSeen, lastSeen } = container;
  const { name, id, imageReference: image, state, startedAt } = facts;
  const seen = { firstSeen, lastSeen, isCertain: past === null || isCertain(container, past) };
  return { host, name, id, image, state, startedAt, removedAt, ...seen, facets };
}
