import type { Kysely } from 'kysely';
import type { MatchHolder } from '../ports/exposed-store.ts';
import type { Tables } from './schema.ts';

/** See `MatchSource.holders`. */
export async function* readHolders(db: Kysely<Tables>): AsyncGenerator<MatchHolder> {
  const inventories = await db
    .selectFrom('inventory')
    .select(['id', 'os_id', 'os_version'])
    .orderBy('id')
    .execute();
  for (const { id, os_id: osId, os_version: osVersion } of inventories) {
    if (osId === null || osVersion === null) continue;
    const rows = await db
      .selectFrom('inventory_package')
      .select('package_id')
      .where('inventory_id', '=', id)
      .execute();
    yield { kind: 'inventory', id, osId, osVersion, members: rows.map((row) => row.package_id) };
  }
  const filesystems = await db.selectFrom('filesystem').select('id').orderBy('id').execute();
  for (const { id } of filesystems) {
    const rows = await db
      .selectFrom('filesystem_component')
      .select('component_id')
      .where('filesystem_id', '=', id)
      .execute();
    const members = rows.map((row) => row.component_id);
    yield { kind: 'filesystem', id, osId: '', osVersion: '', members };
  }
}

/** See `MatchSource.placeOf`. */
export async function readPlaceOf(
  db: Kysely<Tables>,
  { kind, id }: Pick<MatchHolder, 'kind' | 'id'>,
): Promise<string> {
  const place =
    kind === 'inventory'
      ? await db
          .selectFrom('container')
          .innerJoin('host', 'host.id', 'host_id')
          .select(['host.name as host', 'image'])
          .where('inventory_id', '=', id)
          .orderBy('container.id', 'desc')
          .executeTakeFirst()
      : await db
          .selectFrom('image_filesystem')
          .innerJoin('host', 'host.id', 'host_id')
          .select(['host.name as host', 'image_filesystem.name as image'])
          .where('filesystem_id', '=', id)
          .orderBy('image_filesystem.id', 'desc')
          .executeTakeFirst();
  return place === undefined ? `${kind} ${id}` : `${place.image} on ${place.host}`;
}
