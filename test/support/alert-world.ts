import { fingerprintOf } from '../../src/findings/fingerprint.ts';
import type { CurrentFinding } from '../../src/findings/result.ts';
import type { ScanRecord } from '../../src/ports/scan-record.ts';
import type { Severity } from '../../src/rules/rule.ts';
import { currentFinding, observedContainer, scanRecord } from './scan-records.ts';

/** A finding that comes and goes on a host that exists on paper alone. */
export interface WorldFinding {
  container: string;
  rule: string;
  message: string;
  fingerprint: string;
  /** Null: it is not there. */
  severity: Severity | null;
  /** Until when it is accepted; null: it is not. */
  acceptedUntil: number | null;
  /** As it was then; null where it never was. */
  acceptedAs: Severity | null;
}

export const worldHost = 'web-1';
const containers = ['api', 'db', 'proxy', 'worker'];
const troubles = {
  'no-privileged-container': 'runs privileged',
  'no-docker-socket-mount': 'mounts the engine socket',
  'no-host-network': 'shares the network of the host',
};

/** Some containers, each of which may have a few findings; none is there yet. */
export const createWorld = (): WorldFinding[] =>
  containers.flatMap((container) =>
    Object.entries(troubles).map(([rule, message]) => ({
      ...{ container, rule, message, severity: null, acceptedUntil: null, acceptedAs: null },
      fingerprint: fingerprintOf(
        { rule, subject: { kind: 'container', id: container, name: container } },
        container,
      ),
    })),
  );

/** What a scan of this world stores, at a time. */
export function scanOf(world: readonly WorldFinding[], at: number): ScanRecord {
  const time = new Date(at).toISOString();
  return scanRecord({
    ...{ host: worldHost, startedAt: time, finishedAt: time },
    containers: containers.map((name) => ({
      ...observedContainer(name, { name, owner: 'platform', isPrivileged: false }),
      facets: [],
    })),
    findings: world.flatMap(({ severity, container, rule, message, fingerprint }) =>
      severity === null ? [] : [{ ...findingOf(container, rule), severity, message, fingerprint }],
    ),
  });
}

const findingOf = (subjectKey: string, rule: string): CurrentFinding =>
  currentFinding({ subjectKey, rule });
