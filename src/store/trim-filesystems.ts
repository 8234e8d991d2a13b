import { sql } from 'kysely';
import { inChunks } from './chunks.ts';
import type { Trim } from './life.ts';

/** One has thousands of components. */
const FILESYSTEMS_AT_ONCE = 5;

/** Removes file systems that no image has for long, and components that are in no other. */
export const trimFilesystems: Trim = async (db, { history }) => {
  const old = await db
    .selectFrom('filesystem')
    .select('id')
    .where('last_seen', '<', history)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('image_filesystem')
            .select('image_filesystem.id')
            .whereRef('image_filesystem.filesystem_id', '=', 'filesystem.id'),
        ),
      ),
    )
    .limit(FILESYSTEMS_AT_ONCE)
    .execute();
  for (const { id } of old) {
    const removed = await db
      .deleteFrom('filesystem_component')
      .where('filesystem_id', '=', id)
      .returning('component_id as id')
      .execute();
    await inChunks(removed, (chunk) => {
      const ids = sql.join(chunk.map((row) => row.id));
      return sql`delete from component where id in (${ids})
        and not exists (select 1 from filesystem_component where component_id = component.id)`.execute(
        db,
      );
    });
    await db.deleteFrom('filesystem').where('id', '=', id).execute();
  }
  return old.length;
};
