import type { Kysely } from 'kysely';
import type { ImageSetUid } from '../snapshot/facts/set-uid.ts';
import type { Tables } from './schema.ts';

/** What the newest scan knew of the images of a host; empty for a host that none was read of. */
export async function readImages(db: Kysely<Tables>, host: string): Promise<ImageSetUid[]> {
  const row = await db
    .selectFrom('image_files')
    .innerJoin('host', 'host.id', 'image_files.host_id')
    .select('images_json')
    .where('host.name', '=', host)
    .executeTakeFirst();
  return row?.images_json.images ?? [];
}

/** Takes the place of what was known; images that are no longer on the host are forgotten with it. */
export async function writeImages(
  db: Kysely<Tables>,
  hostId: number,
  images: readonly ImageSetUid[],
): Promise<void> {
  const images_json = JSON.stringify({ images });
  await db
    .insertInto('image_files')
    .values({ host_id: hostId, images_json })
    .onConflict((conflict) => conflict.column('host_id').doUpdateSet({ images_json }))
    .execute();
}
