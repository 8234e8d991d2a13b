import { randomUUID } from 'node:crypto';
import { assess } from '../../src/assessment/assess.ts';
import type { CurrentFinding } from '../../src/findings/result.ts';
import type { ObservedContainer, ScanRecord } from '../../src/ports/scan-record.ts';
import { assessHost, type HostPosture } from '../../src/posture/assess-host.ts';
import { exampleContainer, exampleSnapshot } from '../../src/rules/example-host.ts';

/** A good scan of `web-1` that found nothing; tests state how theirs differs. */
export function scanRecord(difference: Partial<ScanRecord> = {}): ScanRecord {
  return {
    id: randomUUID(),
    host: 'web-1',
    startedAt: '2026-01-01T06:00:00.000Z',
    finishedAt: '2026-01-01T06:00:05.000Z',
    engine: { id: 'engine-1', version: '26.1.5', apiVersion: '1.45' },
    coverage: { answered: 40, unknown: 2, notApplicable: 3, total: 45 },
    unreadSections: [],
    findings: [],
    undecided: [],
    containers: [],
    unreadContainerIds: [],
    images: [],
    imageList: null,
    posture: hostPosture(),
    reach: null,
    ...difference,
  };
}

/** Assessed once for all suites of a worker, which save thousands of scans. */
const ordinary: HostPosture = {
  ...assessHost([], [], assess(exampleSnapshot({}))),
  score: 74,
  grade: 'C',
};

/** A posture as a scan of an ordinary host computes it; tests state how theirs differs. */
export const hostPosture = (difference: Partial<HostPosture> = {}): HostPosture => ({
  ...structuredClone(ordinary),
  ...difference,
});

/** A finding of the rule `no-privileged-container` on `web`. */
export function currentFinding(difference: Partial<CurrentFinding> = {}): CurrentFinding {
  const subjectKey = difference.subjectKey ?? 'web';
  const rule = difference.rule ?? 'no-privileged-container';
  return {
    fingerprint: `${rule}:${subjectKey}`,
    rule,
    severity: 'high',
    subjectKind: 'container',
    subjectKey,
    subjects: [subjectKey],
    message: `${subjectKey} runs privileged`,
    evidence: [{ path: 'HostConfig.Privileged', value: true, source: 'GET /containers/{id}/json' }],
    ...difference,
  };
}

/** A running container with its id and name. */
export function observedContainer(
  id: string,
  difference: Partial<ObservedContainer['facts']> = {},
): ObservedContainer {
  return {
    facts: { ...exampleContainer, id, name: `name-${id}`, ...difference },
    facets: ['privileged'],
    unverifiedFacets: ['seccomp-off'],
    controls: null,
    isolation: null,
    surface: null,
    imageDeclares: null,
  };
}

/** ISO time of the morning of a day, counted from 1 January 2026. */
export const morning = (day: number): string =>
  new Date(Date.UTC(2026, 0, 1 + day, 6)).toISOString();

/** A host as large as the promise on storage speaks of: 200 containers, 2,000 findings. */
export function largeHost(): Pick<ScanRecord, 'containers' | 'findings' | 'undecided'> {
  const names = Array.from({ length: 200 }, (_, index) => `service-${index}`);
  return {
    containers: names.map((name, index) =>
      observedContainer(`${index}`.padStart(64, 'a'), { name }),
    ),
    findings: names.flatMap((subjectKey) =>
      Array.from({ length: 10 }, (_, index) =>
        currentFinding({ subjectKey, rule: `rule-${index}-of-a-usual-length` }),
      ),
    ),
    undecided: names.map((subjectKey) => ({
      rule: 'no-root-process',
      subjectKind: 'container',
      subjectKey,
      reason: 'the engine did not answer in time',
    })),
  };
}
