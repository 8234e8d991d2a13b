import type { Kysely } from 'kysely';
import type { AsOf } from '../ports/past.ts';
import type { SurfaceOfContainer } from '../ports/stored-container.ts';
import { inChunks } from './chunks.ts';
import { readAskedHosts } from './past-rows.ts';
import type { Tables } from './schema.ts';

/** Hosts of one statement: what a container offers is a small part of its row. */
const HOSTS_AT_ONCE = 25;

/** What the existing containers of hosts offer, host by host in order of name. */
export async function readSurfaces(
  db: Kysely<Tables>,
  asked: { hosts: readonly string[]; asOf?: AsOf },
): Promise<SurfaceOfContainer[]> {
  const hosts = await readAskedHosts(db, asked);
  const found: SurfaceOfContainer[] = [];
  await inChunks(
    hosts,
    async (batch) => {
      const names = new Map(batch.map(({ state }) => [state.id, state.name]));
      const then = batch.filter(({ isPast }) => isPast).map(({ state }) => state.lastScanId);
      const now = batch.filter(({ isPast }) => !isPast).map(({ state }) => state.id);
      const rows = [
        ...(await readNow(db, now)),
        ...(then.length > 0 ? await readThen(db, then) : []),
      ];
      for (const { host_id, surface_json: surface, ...row } of rows) {
        found.push({ host: names.get(host_id) ?? '', ...row, surface });
      }
    },
    HOSTS_AT_ONCE,
  );
  return found;
}

const columns = [
  ...(['container.host_id', 'container.name', 'container.container_id as id'] as const),
  ...(['container.image_id as imageId', 'container.state', 'container.surface_json'] as const),
] as const;

const readNow = (db: Kysely<Tables>, hostIds: readonly number[]) =>
  db
    .selectFrom('container')
    .select(columns)
    .where('host_id', 'in', hostIds)
    .where('closed_at', 'is', null)
    .orderBy('id')
    .execute();

const readThen = (db: Kysely<Tables>, scanIds: readonly number[]) =>
  db
    .selectFrom('container')
    .innerJoin('scan', 'scan.host_id', 'container.host_id')
    .select(columns)
    .where('scan.id', 'in', scanIds)
    .whereRef('container.opened_at', '<=', 'scan.seen_at')
    .where((eb) =>
      eb.or([
        eb('container.closed_at', 'is', null),
        eb('container.closed_at', '>', eb.ref('scan.seen_at')),
      ]),
    )
    .orderBy('container.id')
    .execute();
