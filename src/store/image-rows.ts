import type { JSONColumnType, Kysely } from 'kysely';
import type { ImageSetUid } from '../snapshot/facts/set-uid.ts';
import { bounded, type Life } from './life.ts';
import type { Tables } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    /** In an object, because of JSON columns only objects come back parsed. */
    image_files: {
      host_id: number;
      images_json: JSONColumnType<{ images: ImageSetUid[] }>;
    };
  }
}

export const imageFilesLife: Life = bounded(
  'the next scan',
  'one row for each host: what its images hold',
);

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
