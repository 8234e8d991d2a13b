import type { DriftedContainer } from '../answers/diff-answer.ts';
import { compareFields, configuredFields, type FieldChange } from '../drift/configured-fields.ts';
import {
  type Baseline,
  type ContainerDrift,
  containerDrift,
  driftedFields,
} from '../drift/container-drift.ts';
import type { Actor } from '../findings/acceptance.ts';
import { containerKey } from '../findings/fingerprint.ts';
import type { BaselineStore } from '../ports/baseline-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { PastStore } from '../ports/past-store.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import type { StoredContainer } from '../ports/stored-container.ts';

interface DriftParts {
  store: Pick<ScanStore, 'listContainers'>;
  baselines: Pick<BaselineStore, 'list'>;
}

/**
 * Approves how a container looks now; `changes` against what was approved before, null for nothing.
 * Rejects with `OutsideError` when the store fails.
 */
export async function approveContainer(
  baselines: BaselineStore,
  { host, facts }: StoredContainer,
  { reason, ...by }: { reason: string | null; actor: Actor; at: number },
): Promise<{ baseline: Baseline; changes: FieldChange[] | null }> {
  const approved = { host, key: containerKey(facts), container: facts.name, reason };
  const fields = configuredFields(facts);
  const { before, after } = await baselines.approve({ ...approved, fields }, by);
  return { baseline: after, changes: before && compareFields(before.fields, fields) };
}

/** Existing containers of hosts that drifted, as far as what exists now and baselines tell it. */
export async function driftOn(
  { store, baselines }: DriftParts,
  hosts: readonly string[],
): Promise<DriftedContainer[]> {
  return driftAmong(baselines, hosts, await store.listContainers({ hosts }));
}

/** The same of containers that were read before: all that exist on the hosts. */
export async function driftAmong(
  baselines: DriftParts['baselines'],
  hosts: readonly string[],
  containers: readonly StoredContainer[],
): Promise<DriftedContainer[]> {
  const approved = await baselines.list({ hosts });
  const byHost = Map.groupBy(containers, ({ host }) => host);
  return [...byHost].flatMap(([host, ofHost]) => {
    const states = ofHost.map(toState);
    return ofHost.flatMap((container) => {
      const drift = containerDrift(container, states, baselineOf(container, approved));
      const fields = driftedFields(drift);
      return fields.length > 0 ? [{ host, name: container.facts.name, fields }] : [];
    });
  });
}

/** How one container differs from how it should look, its own past and that of its service included. */
export async function driftOfContainer(
  parts: Pick<DriftParts, 'baselines'> & { past: Pick<PastStore, 'listContainers'>; now: Clock },
  container: StoredContainer,
  known: readonly StoredContainer[],
): Promise<ContainerDrift> {
  const { host, facts } = container;
  const period = { from: 0, to: parts.now() };
  const asked = { hosts: [host], containerId: facts.id };
  const own = await parts.past.listContainers({ ...asked, ...period });
  const states = [
    ...known.filter((one) => one.host === host && one.facts.id !== facts.id).map(toState),
    ...own.map((one) => ({ ...toState(one), seenAt: one.openedAt })),
  ];
  const approved = await parts.baselines.list({ hosts: [host] });
  return containerDrift(container, states, baselineOf(container, approved));
}

const toState = ({ facts, removedAt, firstSeen }: StoredContainer) => ({
  facts,
  exists: removedAt === null,
  seenAt: firstSeen,
});

function baselineOf(
  { host, facts }: StoredContainer,
  approved: readonly Baseline[],
): Baseline | null {
  // A run of Compose on the side has the name of its service, and not its form.
  if (facts.isComposeOneOff) return null;
  const key = containerKey(facts);
  return approved.find((one) => one.host === host && one.key === key) ?? null;
}
