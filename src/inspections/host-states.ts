import type { HostState } from '../answers/host-state.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { ScanStore, StoredScan } from '../ports/scan-store.ts';
import { unreadNow } from './count-unread.ts';

/** Reads the state of each host from the store; rejects with `OutsideError` when that fails. */
export function hostStates(
  hosts: readonly HostDeclaration[],
  store: ScanStore,
): Promise<HostState[]> {
  return Promise.all(
    hosts.map(async (host) => {
      const [last, lastGood] = await Promise.all([
        store.findLastScan(host.name),
        store.findLastGoodScan(host.name),
      ]);
      return toState(host, last, lastGood);
    }),
  );
}

function toState(
  host: HostDeclaration,
  last: StoredScan | null,
  lastGood: StoredScan | null,
): HostState {
  return {
    name: host.name,
    url: host.endpoint.url,
    kind: host.endpoint.kind,
    isRetired: host.isRetired ?? false,
    evidence: host.evidence,
    isDefault: host.isDefault,
    labels: host.labels,
    lastScanAt: last?.finishedAt ?? null,
    lastScanId: last?.id ?? null,
    lastGoodScanAt: lastGood?.finishedAt ?? null,
    isReachable: last ? last.engine !== null : null,
    engineVersion: (last?.engine ?? lastGood?.engine)?.version ?? null,
    coverage: last?.coverage ?? null,
    grade: gradeOf(lastGood),
    unreadSections: last?.unreadSections ?? [],
    unread: unreadNow(last, lastGood),
    // What was never read has no number: its last scan counted nothing, which is not zero.
    open: lastGood === null ? null : (last?.open ?? null),
    accepted: lastGood === null ? null : (last?.accepted ?? null),
    undecided: last?.undecided ?? [],
  };
}

function gradeOf(scan: StoredScan | null): HostState['grade'] {
  return scan?.posture ? { score: scan.posture.score, grade: scan.posture.grade } : null;
}
