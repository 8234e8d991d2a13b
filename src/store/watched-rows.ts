import type { Selectable } from 'kysely';
import type { Control } from '../controls/control.ts';
import type { ObservedContainer } from '../ports/scan-record.ts';
import type { Sighting } from '../ports/watch-store.ts';
import { isoTime } from '../shared/time.ts';
import { millisecondsOf } from '../snapshot/event-coverage.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import { contentColumns, contentHash } from './container-rows.ts';
import type { ContainerTable } from './container-table.ts';
import { takeGlimpse } from './glimpse-rows.ts';
import { lastSeenBefore, type ScannedHost } from './host-rows.ts';
import type { SurfaceColumns } from './inventory-rows.ts';
import type { NewestRows } from './newest-rows.ts';
import type { Db } from './schema.ts';
import { stableJson } from './stable-json.ts';

/** A container is born within this: until then its first row is completed, not followed by another. */
const BIRTH_MS = 60_000;

/** A host whose containers are told of, with their rows. */
export interface SeenHost extends ScannedHost {
  rows: NewestRows;
}

/** Whether a container has or had a row with its configuration. */
export const isKnownContainer = async (host: SeenHost, containerId: string): Promise<boolean> =>
  (await host.rows.newest(containerId)) !== undefined;

/** Whether a container had a row and is gone. */
export const isGoneContainer = async (host: SeenHost, containerId: string): Promise<boolean> =>
  (await host.rows.newest(containerId))?.is_gone === 1;

/**
 * Writes what was seen of a container, as a scan would; false when that was known. What is older than
 * the row there is, or than the end of the container, changes nothing but when it was first seen.
 */
export async function seeContainer(
  db: Db,
  host: SeenHost,
  sighting: Sighting,
  seen: ObservedContainer,
): Promise<boolean> {
  const { at, containerId } = sighting;
  const open = await host.rows.open(containerId);
  const observed = open === undefined ? seen : keepMeasured(seen, open);
  // The packages of a container are those of its image, which a scan looks at.
  const packages = { inventoryId: open?.inventory_id ?? null, surface: open?.surface_json ?? null };
  const hash = contentHash(observed, packages);
  if (open === undefined) {
    const glimpse = await takeGlimpse(db, host, containerId);
    const firstSeen = Math.min(at, glimpse?.firstSeen ?? at);
    await insertRow(host, observed, { hash, firstSeen, at, packages });
    if (glimpse !== null) await catchUp(db, host, sighting, glimpse.removedAt);
    return true;
  }
  // What the newest scan wrote is not changed in place.
  const isOnlyRow = open.opened_at === open.first_seen && open.opened_at > host.lastAt;
  if (at < open.opened_at) {
    if (isOnlyRow) await host.rows.update(open, { first_seen: at, opened_at: at });
    return false;
  }
  if (open.content_hash === hash) return false;
  if (isOnlyRow && at - open.opened_at < BIRTH_MS) {
    await host.rows.update(open, contentColumns(observed, packages, hash));
    return true;
  }
  const last_seen = lastSeenBefore(host.lastGoodAt);
  await host.rows.update(open, { closed_at: at, is_gone: 0, last_seen });
  await insertRow(host, observed, { hash, firstSeen: open.first_seen, at, packages });
  return true;
}

/** What was stored of a container before its configuration came, because looking at it took longer. */
async function catchUp(
  db: Db,
  host: SeenHost,
  sighting: Sighting,
  removedAt: number | null,
): Promise<void> {
  if (removedAt !== null) await seeContainerGo(host, { ...sighting, kind: 'gone', at: removedAt });
  await seeStateChangesSince(db, host, sighting, 0);
}

/** Writes again what events told since a time: a look may take longer than what came after it. */
export async function seeStateChangesSince(
  db: Db,
  host: SeenHost,
  sighting: Sighting,
  since: number,
): Promise<void> {
  const events = await db
    .selectFrom('container_event')
    .select(['kind', 'at', 'time_nano'])
    .where('host_id', '=', host.id)
    .where('container_id', '=', sighting.containerId)
    .where('kind', 'in', ['started', 'ended'])
    .where('at', '>=', since)
    .orderBy('at')
    .execute();
  for (const { kind, at, time_nano: timeNano } of events) {
    await seeStateChange(db, host, { ...sighting, kind, at, timeNano });
  }
}

/**
 * Writes what an event alone tells of a known container: that it started or ended, and when; also of
 * one whose end was stored before. False for an unknown one, and for any other event.
 */
export async function seeStateChange(db: Db, host: SeenHost, sighting: Sighting): Promise<boolean> {
  const { kind, timeNano } = sighting;
  if (timeNano === null || (kind !== 'started' && kind !== 'ended')) return false;
  const row = await host.rows.newest(sighting.containerId);
  if (row === undefined) return false;
  const time = isoTime(millisecondsOf(timeNano));
  if (row.closed_at !== null) {
    const facts = { ...row.facts_json, ...changeOf(kind, time, row.facts_json) };
    const facts_json = JSON.stringify({ ...facts, state: 'exited' });
    await host.rows.update(row, { facts_json, state: 'exited' });
    return true;
  }
  const change = changeOf(kind, time, row.facts_json);
  const observed: ObservedContainer = {
    facts: { ...row.facts_json, ...change },
    facets: row.facets_json,
    unverifiedFacets: row.unverified_facets_json,
    controls: row.controls_json?.map(withoutMeasurement) ?? null,
    isolation: row.isolation_json,
    surface: null,
    imageDeclares: row.image_json,
  };
  await seeContainer(db, host, sighting, observed);
  return true;
}

/**
 * What an event changes, at its time by the engine's clock, which an inspection names as well and which
 * may differ from ours. Events may be stored in another order than they happened.
 */
function changeOf(
  kind: 'started' | 'ended',
  time: string,
  { startedAt, finishedAt }: ContainerFacts,
): Partial<ContainerFacts> {
  if (kind === 'started') {
    const hasEnded = finishedAt !== null && finishedAt > time;
    return hasEnded ? { startedAt: time } : { state: 'running', startedAt: time };
  }
  const hasRestarted = startedAt !== null && startedAt > time;
  return hasRestarted ? {} : { state: 'exited', finishedAt: time, pid: null };
}

/** What was measured held for the processes that there were then. */
const withoutMeasurement = (control: Control): Control =>
  control.source !== 'measured'
    ? control
    : {
        ...control,
        effective: null,
        source: 'unknown',
        at: null,
        verdict: 'unknown',
        note: 'it was measured before the container started or ended',
        evidence: null,
      };

/**
 * Closes the row of a container that is gone; false when there is none. An event says that it existed
 * until then, a list that does not have it says only that it does not exist now.
 */
export async function seeContainerGo(
  host: SeenHost,
  { at, containerId, kind }: Sighting,
): Promise<boolean> {
  const open = await host.rows.open(containerId);
  if (open === undefined) return false;
  const closedAt = Math.max(at, open.opened_at);
  const last_seen = kind === 'gone' ? closedAt : lastSeenBefore(host.lastGoodAt);
  await host.rows.update(open, { closed_at: closedAt, is_gone: 1, last_seen });
  return true;
}

interface BegunRow {
  hash: string;
  firstSeen: number;
  at: number;
  packages: SurfaceColumns;
}

const insertRow = (
  host: SeenHost,
  observed: ObservedContainer,
  { hash, firstSeen, at, packages }: BegunRow,
): Promise<void> =>
  host.rows.insert({
    ...contentColumns(observed, packages, hash),
    first_seen: firstSeen,
    opened_at: at,
    last_seen: null,
    closed_at: null,
  });

type KnownRow = Pick<
  Selectable<ContainerTable>,
  | 'facts_json'
  | 'facets_json'
  | 'unverified_facets_json'
  | 'controls_json'
  | 'isolation_json'
  | 'image_json'
>;

/**
 * What a look tells that measures nothing, beside what is known: a measurement stays as long as the main
 * process is the same and the control is configured as it was, and what the image declares as long as the
 * image is the same.
 */
function keepMeasured(observed: ObservedContainer, known: KnownRow): ObservedContainer {
  const { facts } = observed;
  const before = known.facts_json;
  const isSameImage = facts.imageId === before.imageId;
  const imageDeclares = observed.imageDeclares ?? (isSameImage ? known.image_json : null);
  const isSameProcess =
    facts.pid !== null && facts.pid === before.pid && facts.startedAt === before.startedAt;
  const measured = (known.controls_json ?? []).filter(isMeasured);
  if (!isSameProcess || measured.length === 0) return { ...observed, imageDeclares };
  if (stableJson(facts) === stableJson(before)) {
    return {
      facts,
      facets: known.facets_json,
      unverifiedFacets: known.unverified_facets_json,
      controls: known.controls_json,
      isolation: known.isolation_json,
      surface: observed.surface,
      imageDeclares,
    };
  }
  const controls = observed.controls?.map((control) => keptOf(control, measured) ?? control);
  const isKept =
    known.isolation_json?.source === 'measured' && !hasOtherNamespaces(observed, known);
  return {
    ...observed,
    controls: controls ?? null,
    isolation: isKept ? known.isolation_json : observed.isolation,
    imageDeclares,
  };
}

const isMeasured = ({ source }: Control): boolean => source === 'measured';

function keptOf(control: Control, measured: readonly Control[]): Control | undefined {
  if (isMeasured(control)) return undefined;
  return measured.find(
    (one) =>
      one.control === control.control &&
      stableJson(one.configured) === stableJson(control.configured),
  );
}

/** How far a container is from the host hangs on its namespaces, which are settled when it is created. */
function hasOtherNamespaces({ controls }: ObservedContainer, { controls_json: before }: KnownRow) {
  const configured = (of: readonly Control[] | null) =>
    stableJson(
      (of ?? [])
        .filter(({ control }) => /^(ns-|user-namespace)/.test(control))
        .map(({ control, configured: value }) => [control, value]),
    );
  return configured(controls) !== configured(before);
}
