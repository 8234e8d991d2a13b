import { type GeneratedAlways, type RawBuilder, sql } from 'kysely';
import type { Held } from '../ports/lease.ts';
import type { BlindInterval } from '../ports/past.ts';
import type { BlindTime } from '../ports/watch-store.ts';
import { isoTime, isoTimeOrNull } from '../shared/time.ts';
import { isInRange } from './host-rows.ts';
import { extendLease, isHeld, ofHost } from './leases.ts';
import { type Db, HISTORY, type Life, ofAnyHost, remove } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    watch_blind: {
      id: GeneratedAlways<number>;
      host_id: number;
      from_at: number;
      to_at: number | null;
      cause: string;
    };
  }
}

export const watchBlindLife: Life = {
  until: `${HISTORY} its end`,
  why: 'times in which nobody listened',
  trims: [remove('watch_blind', ({ history }) => sql`${ofAnyHost} and to_at < ${history}`)],
};

const NOBODY_WATCHES = 'no process of Seawall hears this host';

/** 1 while somebody holds the host of a row and hears it, else 0. */
export const isHeard = (db: Db): RawBuilder<number> =>
  sql<number>`watch.is_hearing * ${isHeld(db)}`;

/** The blind times of hosts that have no end yet, by key of host. */
export async function readBlindTimes(
  db: Db,
  hostIds: readonly number[],
): Promise<Map<number, BlindTime>> {
  const rows = await db
    .selectFrom('watch_blind')
    .select(['host_id', 'from_at', 'cause'])
    .where('host_id', 'in', hostIds)
    .where('to_at', 'is', null)
    .execute();
  return new Map(
    rows.map(({ host_id, from_at: from, cause }) => [host_id, { from, to: null, cause }]),
  );
}

/** See `WatchStore.setBlind`; the key of the host. */
export async function setBlind(
  db: Db,
  host: string,
  blind: BlindTime | null,
  held: Held,
  at: number,
): Promise<number> {
  await extendLease(db, 'watch', ofHost(host), held);
  const watch = await db
    .selectFrom('watch')
    .select(['host_id', 'since_at', 'covered_until'])
    .where(ofHost(host))
    .executeTakeFirstOrThrow();
  const hostId = watch.host_id;
  await db
    .deleteFrom('watch_blind')
    .where('host_id', '=', hostId)
    .where('to_at', 'is', null)
    .execute();
  if (blind !== null) {
    const { from, to, cause } = blind;
    // An interval may not end before it began, whatever the clocks of two machines say.
    const ended = to === null ? null : Math.max(from, to);
    await db
      .insertInto('watch_blind')
      .values({ host_id: hostId, from_at: from, to_at: ended, cause })
      .execute();
  }
  if (blind?.to === null) return hostId;
  await db
    .updateTable('watch')
    .set({
      is_hearing: 1,
      since_at: blind === null ? (watch.since_at ?? at) : blind.to,
      // What was heard before may not be stored yet.
      covered_until: blind === null ? (watch.covered_until ?? at) : blind.to,
    })
    .where('host_id', '=', hostId)
    .execute();
  return hostId;
}

/**
 * Times in which nobody watched hosts, by their keys, that were not over at `since`; a host that was watched until
 * its process died is blind from then on, though nobody wrote that down.
 */
export async function readWatchBlindness(
  db: Db,
  hosts: ReadonlyMap<number, string>,
  since: number,
): Promise<BlindInterval[]> {
  const isAsked = isInRange('host_id', [...hosts.keys()]);
  const rows = await db
    .selectFrom('watch_blind')
    .select(['host_id', 'from_at as from', 'to_at as to', 'cause'])
    .where(isAsked)
    .where((eb) => eb.or([eb('to_at', 'is', null), eb('to_at', '>', since)]))
    .orderBy('id')
    .execute();
  const noted = new Set(rows.filter(({ to }) => to === null).map((one) => one.host_id));
  const watches = await db
    .selectFrom('watch')
    .select(['host_id', 'covered_until as from', isHeard(db).as('is_heard')])
    .where(isAsked)
    .where('since_at', 'is not', null)
    .where('covered_until', 'is not', null)
    .execute();
  const silent = watches.flatMap(({ host_id, from, is_heard }) =>
    from === null || noted.has(host_id) || is_heard === 1
      ? []
      : [{ host_id, from, to: null, cause: NOBODY_WATCHES }],
  );
  return [...rows, ...silent].map(({ host_id, from, to, cause }) => ({
    kind: 'watch',
    host: hosts.get(host_id) ?? '',
    from: isoTime(from),
    to: isoTimeOrNull(to),
    lastGood: null,
    failedScans: 0,
    cause,
  }));
}
