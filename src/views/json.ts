import type { Answer, HostScan } from '../answers/answer.ts';
import type { StoredContainer } from '../answers/ports.ts';

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
      containers: answer.containers.map(containerJson),
      unverified: answer.unverified.map(containerJson),
      glimpses: answer.glimpses,
      blind: answer.blind.map(({ kind, host, from, to, cause }) => ({
        kind,
        host,
        from,
        to,
        cause,
      })),
    };
  }
  return { ...common, ...rest };
}

function scanJson(scan: HostScan): Record<string, unknown> {
  const { host, takenAt, results, coverage, unreadSections, engineVersion, isSample, posture } =
    scan;
  return { host, takenAt, results, coverage, unreadSections, engineVersion, isSample, posture };
}

function containerJson({ host, facts, facets, removedAt, firstSeen }: StoredContainer) {
  const { name, id, imageReference, state, startedAt } = facts;
  return { host, name, id, image: imageReference, state, startedAt, removedAt, firstSeen, facets };
}
