import { sql } from 'kysely';
import { inChunks } from './chunks.ts';
import type { Trim } from './life.ts';

/** One has thousands of packages. */
const INVENTORIES_AT_ONCE = 5;

/** Removes inventories that nobody had for long, and packages that are in no other. */
export const trimInventories: Trim = async (db, { history }) => {
  const old = await db
    .selectFrom('inventory')
    .select('id')
    .where('last_seen', '<', history)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('container')
            .select('container.id')
            .whereRef('container.inventory_id', '=', 'inventory.id'),
        ),
      ),
    )
    .limit(INVENTORIES_AT_ONCE)
    .execute();
  for (const { id } of old) {
    const removed = await db
      .deleteFrom('inventory_package')
      .where('inventory_id', '=', id)
      .returning('package_id as id')
      .execute();
    await inChunks(removed, (chunk) => {
      const ids = sql.join(chunk.map((row) => row.id));
      return sql`delete from package where id in (${ids})
        and not exists (select 1 from inventory_package where package_id = package.id)`.execute(db);
    });
    await db.deleteFrom('inventory').where('id', '=', id).execute();
  }
  return old.length;
};
