import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { Held } from '../ports/lease.ts';
import type { EventDetail, Sighting, SightingBatch } from '../ports/watch-store.ts';
import type { EventKind } from '../snapshot/facts/event.ts';
import { seeGlimpse, seeGlimpseGo } from './glimpse-rows.ts';
import { readKnownHosts, type ScannedHost } from './host-rows.ts';
import { extendLease, leaseEnd, ofHost } from './leases.ts';
import { lockHosts } from './locks.ts';
import { seeOwnProbe, takeOwnProbe } from './own-probe-rows.ts';
import type { Db } from './schema.ts';
import {
  isGoneContainer,
  isKnownContainer,
  seeContainer,
  seeContainerGo,
  seeStateChange,
  seeStateChangesSince,
} from './watched-rows.ts';

/** Sightings between which other events get their turn. */
const TURN = 20;

/** See `WatchStore.apply`; within the caller's transaction. */
export async function applySightings(
  db: Db,
  host: string,
  { sightings, mark, coveredUntil }: SightingBatch,
  held: Held,
): Promise<boolean[]> {
  await lockHosts(db, [host]);
  await extendLease(db, 'watch', ofHost(host), held);
  const [row] = await readKnownHosts(db, [host]);
  if (row === undefined) throw new Error(`${host} is held and not known`);
  const isNews = new Map<Sighting, boolean>();
  for (const [index, sighting] of [...sightings].sort(byTime).entries()) {
    if (index % TURN === TURN - 1) await letOthersRun();
    isNews.set(sighting, await applyOne(db, row, sighting));
  }
  await db
    .updateTable('watch')
    .set({
      // Of the moment, since the batch may have taken long.
      lease_until: leaseEnd(db, held.leaseMs),
      ...(mark === null
        ? {}
        : { mark_nano: mark.timeNano, mark_id: mark.id, mark_action: mark.action }),
      ...(coveredUntil === null ? {} : { covered_until: coveredUntil }),
    })
    .where('host_id', '=', row.id)
    .execute();
  return sightings.map((sighting) => isNews.get(sighting) ?? false);
}

/** By the time of the event; what a list told comes where it was asked. */
function byTime(a: Sighting, b: Sighting): number {
  if (a.at !== b.at || a.timeNano === null || b.timeNano === null) return a.at - b.at;
  const [first, second] = [BigInt(a.timeNano), BigInt(b.timeNano)];
  return Number(first > second) - Number(first < second);
}

/** An event that is stored already changes nothing more. */
async function applyOne(db: Db, host: ScannedHost, sighting: Sighting): Promise<boolean> {
  const { kind, containerId } = sighting;
  if (kind === 'own-probe') return seeOwnProbe(db, host, sighting);
  if (kind === 'missing') {
    const wasOpen = await seeContainerGo(db, host, sighting);
    return (await seeGlimpseGo(db, host, sighting)) || wasOpen;
  }
  if (kind === 'exec-ended' && !(await isKnownExec(db, host, sighting))) return false;
  if (kind !== 'found' && !(await insertEvent(db, host, sighting, kind))) return false;
  if (kind === 'started') await takeOwnProbe(db, host, containerId);
  if (kind === 'gone') {
    const wasOpen = await seeContainerGo(db, host, sighting);
    if (wasOpen || (await isKnownContainer(db, host, containerId))) return true;
    await seeGlimpse(db, host, sighting, 'it was first heard of when it was removed');
    await seeGlimpseGo(db, host, sighting);
    return true;
  }
  if (sighting.observed?.state === 'read') {
    if (await isGoneContainer(db, host, containerId)) {
      await seeStateChange(db, host, sighting);
      return true;
    }
    const { facts } = sighting.observed.value;
    const isNews = await seeContainer(db, host, sighting, sighting.observed.value);
    // An engine that hears of a start from containerd first tells for a moment no time of it, which events do.
    const isUntimed = facts.startedAt === null && facts.state !== 'created';
    await seeStateChangesSince(db, host, sighting, isUntimed ? 0 : sighting.at + 1);
    return isNews;
  }
  if (await seeStateChange(db, host, sighting)) return true;
  if (await isKnownContainer(db, host, containerId)) return true;
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
