import { type RawBuilder, type Selectable, sql } from 'kysely';
import { ecosystemOfInventory } from '../exposure/ecosystem.ts';
import type { MatchHolder } from '../ports/exposed-store.ts';
import { readInChunks } from './chunks.ts';
import { isPostgres } from './columns.ts';
import { systemOf } from './inventory-rows.ts';
import type { InventoryTable } from './inventory-tables.ts';
import type { Db } from './schema.ts';

/** With all of their members, of which each may have tens of thousands: others get their turn in between. */
const HOLDERS_AT_ONCE = 50;

/** True for an inventory whose packages are of a release that feeds may know: only these are matched. */
export const isOfRelease = (
  row: Pick<Selectable<InventoryTable>, 'manager' | 'os_id' | 'os_version' | 'os_name'>,
): boolean =>
  ecosystemOfInventory({ manager: row.manager, operatingSystem: systemOf(row) }).state === 'read';

/** See `MatchSource.holders`. What has no members is left out. */
export async function readHolders(db: Db): Promise<MatchHolder[]> {
  const inventories = await readInChunks(
    db
      .selectFrom('inventory')
      .select(['id', 'manager', 'os_id', 'os_version', 'os_name'])
      .select(membersOf(db, 'inventory_package', 'package_id', sql`inventory_id = inventory.id`)),
    { pageRows: HOLDERS_AT_ONCE },
  );
  const filesystems = await readInChunks(
    db
      .selectFrom('filesystem')
      .select('id')
      .select(
        membersOf(db, 'filesystem_component', 'component_id', sql`filesystem_id = filesystem.id`),
      ),
    { pageRows: HOLDERS_AT_ONCE },
  );
  return [
    ...inventories.flatMap(({ id, members_json: members, ...row }): MatchHolder[] => {
      const { os_id: osId, os_version: osVersion } = row;
      return osId === null || osVersion === null || members.length === 0 || !isOfRelease(row)
        ? []
        : [{ kind: 'inventory', id, osId, osVersion, members }];
    }),
    ...filesystems.flatMap(({ id, members_json: members }): MatchHolder[] =>
      members.length === 0 ? [] : [{ kind: 'filesystem', id, osId: '', osVersion: '', members }],
    ),
  ];
}

/** Keys as one text: fleets have millions of them, and to make a row of each takes several times as long. */
function membersOf(db: Db, table: string, member: string, isOfHolder: RawBuilder<unknown>) {
  const list = sql.raw(isPostgres(db) ? 'json_agg' : 'json_group_array');
  return sql<number[]>`(select coalesce(${list}(${sql.ref(member)}), '[]')
    from ${sql.table(table)} where ${isOfHolder})`.as('members_json');
}

/** See `MatchSource.placeOf`. */
export async function readPlaceOf(
  db: Db,
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
