import type { Coverage } from '../findings/result.ts';
import type { Posture } from '../posture/posture.ts';
import type { Severity } from '../rules/rule.ts';
import type { HostDeclaration, HostScans, ScanStore, Undecided, UnreadSection } from './ports.ts';
import { type Unread, unreadNow } from './unread-hosts.ts';

/** What the store knows of a host; every answer from the store says how old its data is. */
export interface HostState {
  name: string;
  url: string;
  kind: 'unix' | 'tcp' | 'ssh';
  /** True when the settings no longer declare it: `url`, `kind` and `evidence` then say nothing. */
  isRetired: boolean;
  evidence: HostDeclaration['evidence'];
  isDefault: boolean;
  isSample: boolean;
  labels: Readonly<Record<string, string>>;
  /** Null when it was never scanned. */
  lastScanAt: string | null;
  /** Id of that scan. */
  lastScanId: string | null;
  /** Last time that the engine and its containers could be read. */
  lastGoodScanAt: string | null;
  /** Null when nobody looked yet. */
  isReachable: boolean | null;
  engineVersion: string | null;
  coverage: Coverage | null;
  /** Of the last scan that could read the host; null before the first. */
  grade: Pick<Posture, 'score' | 'grade'> | null;
  /** Why nobody knows how it is now, and since when; null when its last scan could read it. */
  unread: Unread | null;
  /** What the last scan could not read. */
  unreadSections: UnreadSection[];
  /** Open findings by severity, without the accepted ones; null when it was never read. */
  open: Record<Severity, number> | null;
  /** Open findings that someone accepted, by severity; null when it was never read. */
  accepted: Record<Severity, number> | null;
  undecided: Undecided[];
}

/** Reads the states of hosts from the store, in their order; rejects with `OutsideError` when that fails. */
export async function hostStates(
  hosts: readonly HostDeclaration[],
  store: Pick<ScanStore, 'listHostScans'>,
): Promise<HostState[]> {
  const scans = await store.listHostScans({ hosts: hosts.map(({ name }) => name) });
  const byHost = new Map(scans.map((one) => [one.host, one]));
  return hosts.map((host) => toState(host, byHost.get(host.name)));
}

function toState(host: HostDeclaration, scans: HostScans | undefined): HostState {
  const { last = null, lastGood = null } = scans ?? {};
  return {
    name: host.name,
    url: host.endpoint.url,
    kind: host.endpoint.kind,
    isRetired: host.isRetired ?? false,
    evidence: host.evidence,
    isDefault: host.isDefault,
    isSample: host.isSample,
    labels: host.labels,
    lastScanAt: last?.finishedAt ?? null,
    lastScanId: last?.id ?? null,
    lastGoodScanAt: lastGood?.finishedAt ?? null,
    isReachable: last ? last.engine !== null : null,
    engineVersion: (last?.engine ?? lastGood?.engine)?.version ?? null,
    coverage: last?.coverage ?? null,
    grade: lastGood?.grade ?? null,
    unreadSections: last?.unreadSections ?? [],
    unread: unreadNow(last, lastGood),
    // What was never read has no number: its last scan counted nothing, which is not zero.
    open: lastGood === null ? null : (last?.open ?? null),
    accepted: lastGood === null ? null : (last?.accepted ?? null),
    undecided: last?.undecided ?? [],
  };
}
