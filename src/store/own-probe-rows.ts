import { type GeneratedAlways, sql } from 'kysely';
import type { OwnProbes, Sighting } from '../ports/watch-store.ts';
import { isoTime } from '../shared/time.ts';
import { HISTORY, type Life, remove } from './life.ts';
import type { Db } from './schema.ts';

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

type Host = { id: number };

/** Counts a probe of Seawall; false when it was counted before. */
export async function seeOwnProbe(
  db: Db,
  host: Host,
  { containerId, at }: Sighting,
): Promise<boolean> {
  const row = await db
    .insertInto('own_probe')
    .values({ host_id: host.id, container_id: containerId, seen_at: at })
    .onConflict((conflict) => conflict.columns(['host_id', 'container_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Counts it no more: it was begun, and is not what we run. */
export async function takeOwnProbe(db: Db, host: Host, containerId: string): Promise<void> {
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
