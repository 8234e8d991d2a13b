import type { HostJudgements, HostState } from '../answers/host-state.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { HostScans, ScanStore } from '../ports/scan-store.ts';
import type { StoredContainer } from '../ports/stored.ts';
import { unreadNow } from './count-unread.ts';

/** Reads the states of hosts from the store, in their order; rejects with `OutsideError` when that fails. */
export async function hostStates(
  hosts: readonly HostDeclaration[],
  store: Pick<ScanStore, 'listHostScans'>,
): Promise<HostState[]> {
  const scans = await store.listHostScans({ hosts: hosts.map(({ name }) => name) });
  const byHost = new Map(scans.map((one) => [one.host, one]));
  return hosts.map((host) => toState(host, byHost.get(host.name)));
}

/** The same with what the last scans could not judge, which of a fleet is much. */
export async function hostJudgements(
  hosts: readonly HostDeclaration[],
  store: Pick<ScanStore, 'listHostScans' | 'listUndecided'>,
): Promise<HostJudgements[]> {
  const states = await hostStates(hosts, store);
  const found = await store.listUndecided({ hosts: states.map(({ name }) => name) });
  const byHost = Map.groupBy(found, ({ host }) => host);
  return states.map((state) => ({
    ...state,
    undecided: (byHost.get(state.name) ?? []).map(({ host: _host, ...one }) => one),
  }));
}

function toState(host: HostDeclaration, scans: HostScans | undefined): HostState {
  const { last = null, lastGood = null } = scans ?? {};
  const engine = last?.engine ?? lastGood?.engine;
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
    engineVersion: engine?.version ?? null,
    clockAheadMs: engine?.clockAheadMs ?? null,
    coverage: last?.coverage ?? null,
    grade: lastGood?.grade ?? null,
    unreadSections: last?.unreadSections ?? [],
    unread: unreadNow(last, lastGood),
    // What was never read has no number: its last scan counted nothing, which is not zero.
    open: lastGood === null ? null : (last?.open ?? null),
    accepted: lastGood === null ? null : (last?.accepted ?? null),
  };
}

/** True for a container that is known by its events alone: no scan of its host has judged it yet. */
export const isUnjudged = (
  { lastGoodScanAt }: Pick<HostState, 'lastGoodScanAt'>,
  { firstSeen }: Pick<StoredContainer, 'firstSeen'>,
): boolean => lastGoodScanAt === null || firstSeen > lastGoodScanAt;
