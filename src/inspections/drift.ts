import type { DriftedContainer } from '../answers/diff-answer.ts';
import type { HostState } from '../answers/host-state.ts';
import { compareFields, configuredFields, type FieldChange } from '../drift/configured-fields.ts';
import {
  type Baseline,
  type ContainerDrift,
  containerDrift,
  driftedFields,
} from '../drift/container-drift.ts';
import type { DoneBy } from '../findings/acceptance.ts';
import type { BaselineStore } from '../ports/baseline-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { PastStore } from '../ports/past-store.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import type { StoredContainer } from '../ports/stored.ts';
import type { Glimpse, WatchStore } from '../ports/watch-store.ts';
import { containerKey } from '../rules/container-key.ts';
import { clamp, listed } from '../shared/text.ts';

interface DriftParts {
  store: Pick<ScanStore, 'listAlike'>;
  baselines: Pick<BaselineStore, 'list'>;
}

interface SeenParts {
  watches: Pick<WatchStore, 'listGlimpses'>;
  now: Clock;
}

/**
 * Approves how a container looks now; `changes` against what was approved before, null for nothing.
 * Rejects with `OutsideError` when the store fails.
 */
export async function approveContainer(
  baselines: BaselineStore,
  { host, facts }: StoredContainer,
  { reason, ...by }: DoneBy & { reason: string | null },
): Promise<{ baseline: Baseline; changes: FieldChange[] | null }> {
  const approved = { host, key: containerKey(facts), container: facts.name, reason };
  const fields = configuredFields(facts);
  const { before, after } = await baselines.approve({ ...approved, fields }, by);
  return { baseline: after, changes: before && compareFields(before.fields, fields) };
}

/**
 * Existing containers of hosts that drifted, as far as what exists now and baselines tell it. Compared are those
 * that have somebody to be compared with: one that Compose made alike, or a baseline on their host.
 */
export async function driftOn(
  { store, baselines }: DriftParts,
  hosts: readonly string[],
): Promise<DriftedContainer[]> {
  const approved = await baselines.list({ hosts });
  const whole = [...new Set(approved.map(({ host }) => host))];
  const byHost = Map.groupBy(await store.listAlike({ hosts, whole }), ({ host }) => host);
  return [...byHost].flatMap(([host, ofHost]) => {
    const states = ofHost.map(({ facts, firstSeen }) => {
      return { facts, exists: true, seenAt: firstSeen };
    });
    return ofHost.flatMap(({ facts }) => {
      // What its image declares shows no drift.
      const compared = { facts, imageDeclares: null };
      const drift = containerDrift(compared, states, baselineOf({ host, facts }, approved));
      const fields = driftedFields(drift);
      return fields.length > 0 ? [{ host, name: facts.name, fields }] : [];
    });
  });
}

/** What is approved on each of these hosts, and which of it drifted as far as that is known, in words. */
export async function baselineFacts(
  { store, baselines, watches, now }: DriftParts & SeenParts,
  hosts: readonly Pick<HostState, 'name' | 'unread'>[],
): Promise<{ host: string; fact: string }[]> {
  const names = hosts.map(({ name }) => name);
  const approved = Map.groupBy(await baselines.list({ hosts: names }), ({ host }) => host);
  const readable = hosts.filter(({ unread }) => unread === null);
  const whole = readable.map(({ name }) => name).filter((name) => approved.has(name));
  const existing = Map.groupBy(await store.listAlike({ hosts: whole, whole }), ({ host }) => host);
  const glimpses = await watches.listGlimpses({ hosts: whole, since: now() });
  const seen = glimpses.filter(({ removedAt }) => removedAt === null);
  const there = Map.groupBy(seen, ({ host }) => host);
  return hosts.map(({ name: host, unread }) => {
    const own = approved.get(host) ?? [];
    const containers = unread === null ? (existing.get(host) ?? []) : null;
    const notRead = new Set(there.get(host)?.map(glimpsedKey));
    const fact = own.length === 0 ? 'none approved' : approvedText(own, containers, notRead);
    return { host, fact };
  });
}

/** The stable name of a container of which only events told. These name no service of a swarm. */
const glimpsedKey = ({ containerId: id, name, labels }: Glimpse): string =>
  containerKey({ ...labels, id, name, swarmService: null });

/**
 * `existing`: containers of the host; null when nobody knows how they are now. `notRead`: keys of those that
 * are known to be there, and of which nobody knows how.
 */
function approvedText(
  approved: readonly Baseline[],
  existing: readonly Pick<StoredContainer, 'host' | 'facts'>[] | null,
  notRead: ReadonlySet<string>,
): string {
  const count = `${approved.length} approved`;
  const keys = approved.map(({ key }) => clamp(key, NAME_LENGTH));
  if (existing === null) return `${count}, drift not known: ${listed(keys)}`;
  const found = existing.flatMap((one) => baselineChanges(one, approved) ?? []);
  const changes = Map.groupBy(found, ({ key }) => key);
  const told = approved.map(({ key }) => {
    const ofKey = changes.get(key);
    const fields = [...new Set(ofKey?.flatMap((one) => one.fields))];
    const unseen = notRead.has(key) ? NOT_READ : NOT_SEEN;
    return { name: clamp(key, NAME_LENGTH), unseen: ofKey === undefined ? unseen : null, fields };
  });
  const drifted = told.filter(({ fields }) => fields.length > 0);
  const unseen = [NOT_READ, NOT_SEEN].map((why) => told.filter((one) => one.unseen === why));
  const same = told.filter((one) => one.unseen === null && one.fields.length === 0);
  const parts = [
    ...[count, `${drifted.length} drifted`],
    ...unseen.flatMap((alike) => (alike[0] ? [`${alike.length} ${alike[0].unseen}`] : [])),
  ];
  const named = [
    ...drifted.map(({ name, fields }) => `${name} (${listed(fields, FIELDS_SHOWN)})`),
    ...unseen.flat().map((one) => `${one.name} (${one.unseen})`),
    ...same.map(({ name }) => name),
  ];
  return `${parts.join(', ')}: ${listed(named)}`;
}

const NAME_LENGTH = 60;
const FIELDS_SHOWN = 3;
const NOT_READ = 'not read yet';
const NOT_SEEN = 'not seen now';

/** Fields in which a container is not what was approved; null when no baseline is about it. */
function baselineChanges(
  { host, facts }: Pick<StoredContainer, 'host' | 'facts'>,
  approved: readonly Baseline[],
): { key: string; fields: string[] } | null {
  const baseline = baselineOf({ host, facts }, approved);
  if (baseline === null) return null;
  const drift = containerDrift({ facts, imageDeclares: null }, [], baseline);
  const fields = drift.baseline?.changes.map(({ field }) => field) ?? [];
  return { key: baseline.key, fields };
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
  { host, facts }: Pick<StoredContainer, 'host' | 'facts'>,
  approved: readonly Baseline[],
): Baseline | null {
  // A run of Compose on the side has the name of its service, and not its form.
  if (facts.isComposeOneOff) return null;
  const key = containerKey(facts);
  return approved.find((one) => one.host === host && one.key === key) ?? null;
}
