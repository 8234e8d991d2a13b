import { setImmediate as letOthersRun } from 'node:timers/promises';
import { type GeneratedAlways, sql } from 'kysely';
import { type Held, LeaseLost } from '../ports/lease.ts';
import type { EventDetail, OwnProbes, Sighting, SightingBatch } from '../ports/watch-store.ts';
import { isoTime } from '../shared/time.ts';
import type { EventKind } from '../snapshot/facts/event.ts';
import { seeGlimpse, seeGlimpseGo } from './glimpse-rows.ts';
import { readNewestScans, type ScannedHost, scannedHost } from './host-rows.ts';
import { extendLease, isHeldAs, leaseEnd, ofHost } from './leases.ts';
import { lockHost } from './locks.ts';
import { NewestRows } from './newest-rows.ts';
import { type Db, HISTORY, type Life, remove } from './schema.ts';
import {
  isGoneContainer,
  isKnownContainer,
  type SeenHost,
  seeContainer,
  seeContainerGo,
  seeStateChange,
  seeStateChangesSince,
} from './watched-rows.ts';

declare module './schema.ts' {
  interface Tables {
    own_probe: {
      id: GeneratedAlways<number>;
      host_id: number;
      container_id: string;
      seen_at: number;
    };
  }
}

export const ownProbeLife: Life = {
  until: `${HISTORY} it`,
  why: 'probes of Seawall, which are counted',
  trims: [remove('own_probe', ({ history }) => sql`seen_at < ${history}`, 'container_id')],
};

/** Sightings between which other events get their turn. */
const TURN = 20;

/** A batch that took this part of its lease, or more, begins the lease anew. */
const LONG = 1 / 10;

/** See `WatchStore.apply`; within the caller's transaction. */
export async function applySightings(
  db: Db,
  name: string,
  batch: SightingBatch,
  held: Held,
): Promise<boolean[]> {
  const began = performance.now();
  const id = await lockHost(db, name);
  await goOn(db, name, batch, held);
  if (id === null) throw new Error(`${name} is held and not known`);
  const host = scannedHost(id, name, await readNewestScans(db, [id]));
  const seen: SeenHost = { ...host, rows: new NewestRows(db, host) };
  const isNews = new Map<Sighting, boolean>();
  for (const [index, sighting] of [...batch.sightings].sort(byTime).entries()) {
    if (index % TURN === TURN - 1) await letOthersRun();
    isNews.set(sighting, await applyOne(db, seen, sighting));
  }
  if (performance.now() - began > held.leaseMs * LONG) {
    await extendLease(db, 'watch', ofHost(name), held);
  }
  return batch.sightings.map((sighting) => isNews.get(sighting) ?? false);
}

/** Holds the watch of a host as `extendLease`, and moves it to where it is with the batch. */
async function goOn(
  db: Db,
  host: string,
  { mark, coveredUntil }: Pick<SightingBatch, 'mark' | 'coveredUntil'>,
  held: Held,
): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('watch')
    .set({
      lease_until: leaseEnd(db, held.leaseMs),
      ...(mark === null
        ? {}
        : { mark_nano: mark.timeNano, mark_id: mark.id, mark_action: mark.action }),
      ...(coveredUntil === null ? {} : { covered_until: coveredUntil }),
    })
    .where(ofHost(host))
    .where(isHeldAs(held))
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) throw new LeaseLost();
}

/** By the time of the event; what a list told comes where it was asked. */
function byTime(a: Sighting, b: Sighting): number {
  if (a.at !== b.at || a.timeNano === null || b.timeNano === null) return a.at - b.at;
  const [first, second] = [BigInt(a.timeNano), BigInt(b.timeNano)];
  return Number(first > second) - Number(first < second);
}

/** An event that is stored already changes nothing more. */
async function applyOne(db: Db, host: SeenHost, sighting: Sighting): Promise<boolean> {
  const { kind, containerId } = sighting;
  if (kind === 'own-probe') return seeOwnProbe(db, host, sighting);
  if (kind === 'missing') {
    const wasOpen = await seeContainerGo(host, sighting);
    return (await seeGlimpseGo(db, host, sighting)) || wasOpen;
  }
  if (kind === 'exec-ended' && !(await isKnownExec(db, host, sighting))) return false;
  if (kind !== 'found' && !(await insertEvent(db, host, sighting, kind))) return false;
  if (kind === 'started') await takeOwnProbe(db, host, containerId);
  if (kind === 'gone') {
    const wasOpen = await seeContainerGo(host, sighting);
    if (wasOpen || (await isKnownContainer(host, containerId))) return true;
    await seeGlimpse(db, host, sighting, 'it was first heard of when it was removed');
    await seeGlimpseGo(db, host, sighting);
    return true;
  }
  if (sighting.observed?.state === 'read') {
    if (await isGoneContainer(host, containerId)) {
      await seeStateChange(db, host, sighting);
      return true;
    }
    const { facts } = sighting.observed.value;
    const isNews = await seeContainer(db, host, sighting, sighting.observed.value);
    // A look may be older than what was heard in the same millisecond, and an engine that hears of a start from
    // containerd first tells for a moment no time of it, which events do.
    await seeStateChangesSince(db, host, sighting, facts.startedAt === null ? 0 : sighting.at + 1);
    return isNews;
  }
  if (await seeStateChange(db, host, sighting)) return true;
  if (await isKnownContainer(host, containerId)) return true;
  const reason = sighting.observed?.reason ?? 'its configuration was not looked at';
  return (await seeGlimpse(db, host, sighting, reason)) || kind !== 'found';
}

/** Whether the beginning of a command was stored. */
async function isKnownExec(
  db: Db,
  host: ScannedHost,
  { containerId, execId }: Sighting,
): Promise<boolean> {
  const row = await db
    .selectFrom('container_event')
    .select('id')
    .where('host_id', '=', host.id)
    .where('container_id', '=', containerId)
    .where('kind', '=', 'exec')
    .where('exec_id', '=', execId)
    .executeTakeFirst();
  return row !== undefined;
}

/** False for one that was stored before. */
async function insertEvent(
  db: Db,
  host: ScannedHost,
  { containerId, at, timeNano, exitCode, exec, execId }: Sighting,
  kind: EventKind,
): Promise<boolean> {
  if (timeNano === null) throw new Error(`the event ${kind} has no time of the engine`);
  const detail: EventDetail = {
    ...(exitCode === null ? {} : { exitCode }),
    ...(exec === null ? {} : { exec }),
  };
  const row = await db
    .insertInto('container_event')
    .values({
      host_id: host.id,
      container_id: containerId,
      at,
      time_nano: timeNano,
      kind,
      detail_json: JSON.stringify(detail),
      exec_id: execId,
    })
    .onConflict((conflict) =>
      conflict.columns(['host_id', 'container_id', 'time_nano', 'kind']).doNothing(),
    )
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

type Host = { id: number };

/** Counts a probe of Seawall; false when it was counted before. */
async function seeOwnProbe(db: Db, host: Host, { containerId, at }: Sighting): Promise<boolean> {
  const row = await db
    .insertInto('own_probe')
    .values({ host_id: host.id, container_id: containerId, seen_at: at })
    .onConflict((conflict) => conflict.columns(['host_id', 'container_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Counts it no more: it was begun, and is not what we run. */
async function takeOwnProbe(db: Db, host: Host, containerId: string): Promise<void> {
  await db
    .deleteFrom('own_probe')
    .where('host_id', '=', host.id)
    .where('container_id', '=', containerId)
    .execute();
}

/** See `WatchStore.listOwnProbes`. */
export async function readOwnProbes(db: Db, hosts: readonly string[]): Promise<OwnProbes[]> {
  const rows = await db
    .selectFrom('own_probe')
    .innerJoin('host', 'host.id', 'own_probe.host_id')
    .select((eb) => [
      'host.name as host',
      eb.fn.countAll<number>().as('count'),
      eb.fn.min('own_probe.seen_at').as('since'),
    ])
    .where('host.name', 'in', hosts)
    .groupBy('host.name')
    .orderBy('host.name')
    .execute();
  return rows.map(({ host, count, since }) => {
    return { host, count: Number(count), since: isoTime(Number(since)) };
  });
}
