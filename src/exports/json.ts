import { safeJson } from './safe-json.ts';
import type { StoredState } from './stored-state.ts';

/** Findings as Seawall's own JSON; fields are only ever added. */
export function findingsJson({ version, takenAt, hosts, findings }: StoredState): string {
  return safeJson({
    tool: 'seawall',
    version,
    takenAt,
    hosts: hosts.map((host) => ({
      name: host.name,
      labels: host.labels,
      evidence: host.evidence,
      engineVersion: host.engineVersion,
      lastScanAt: host.lastScanAt,
      lastGoodScanAt: host.lastGoodScanAt,
      coverage: host.coverage,
      unreadSections: host.unreadSections,
    })),
    findings,
    undecided: hosts.flatMap(({ name, undecided }) =>
      undecided.map((missing) => ({ host: name, ...missing })),
    ),
  });
}
