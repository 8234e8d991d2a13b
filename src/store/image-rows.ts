import { createHash } from 'node:crypto';
import type { Generated, GeneratedAlways, Insertable, JSONColumnType } from 'kysely';
import type { ImageList, KeptImage, ObservedImage } from '../ports/image-store.ts';
import type { ObservedContainer } from '../ports/scan-record.ts';
import { saysWhenBuilt } from '../rules/image-origin.ts';
import type { ImageSetUid } from '../snapshot/facts/set-uid.ts';
import { gather, idsOf, inChunks, insertEach, putRow } from './chunks.ts';
import type { SurfaceColumns } from './inventory-rows.ts';
import { bounded, type Db } from './schema.ts';
import { hashOf } from './stable-json.ts';

/** Rows of images hold kilobytes. */
const IMAGE_ROWS = 50;

declare module './schema.ts' {
  interface Tables {
    /** In an object, because of JSON columns only objects come back parsed. */
    image_files: { host_id: number; images_json: JSONColumnType<{ images: ImageSetUid[] }> };
    image_list: { host_id: number; seen_at: number; is_use_known: number };
    image: ImageTable;
  }
}

interface ImageTable {
  id: GeneratedAlways<number>;
  host_id: number;
  image_id: string;
  name: string;
  created_at: number | null;
  layers_key: string | null;
  facts_json: JSONColumnType<KeptImage> | null;
  unread_reason: string | null;
  facets_json: JSONColumnType<string[]>;
  unverified_facets_json: JSONColumnType<string[]>;
  inventory_id: number | null;
  content_hash: string;
  system_tried_at: Generated<number | null>;
  system_reason: Generated<string | null>;
}

export const imageLife = bounded(
  'the next scan that finds it gone',
  'which images are on the hosts',
);

export const imageListLife = bounded(
  'the next scan',
  'one row for each host: when its images were listed',
);

export const imageFilesLife = bounded(
  'the next scan',
  'one row for each host: what its images hold',
);

/** What the newest scans knew of the images of hosts, by their names; hosts that none was read of are left out. */
export async function readImagesOf(
  db: Db,
  hosts: readonly string[],
): Promise<Map<string, ImageSetUid[]>> {
  const found = await gather(hosts, async (chunk) => {
    const rows = await db
      .selectFrom('image_files')
      .innerJoin('host', 'host.id', 'image_files.host_id')
      .select(['host.name', 'images_json'])
      .where('host.name', 'in', chunk)
      .execute();
    return rows.map(({ name, images_json }) => [name, images_json.images] as const);
  });
  return new Map(found);
}

/** Takes the place of what was known, which is `standing`; images that are no longer on the host are forgotten with it. */
export async function writeImages(
  db: Db,
  hostId: number,
  images: readonly ImageSetUid[],
  standing: string | null,
): Promise<void> {
  const images_json = JSON.stringify({ images });
  if (images_json === standing) return;
  await putRow(db, 'image_files', { host_id: hostId }, { images_json });
}

/** One for each chain of layers, however they are named; null where no layer is known. */
export const layersKey = (layers: readonly string[]): string | null =>
  layers.length === 0 ? null : createHash('sha256').update(layers.join(' ')).digest('hex');

/**
 * What a scan listed takes the place of what was known. One that could not be read stays as it was, and
 * the inventory of an image stays with it when its containers are gone.
 */
export async function writeImageList(
  db: Db,
  scan: { hostId: number; seenAt: number },
  { read, unread, isUseKnown }: ImageList,
  inventoryOf: ReadonlyMap<string, number>,
): Promise<void> {
  const known = await db
    .selectFrom('image')
    .select(['id', 'image_id', 'content_hash', 'inventory_id'])
    .where('host_id', '=', scan.hostId)
    .execute();
  const gone = new Map(known.map((row) => [row.image_id, row]));
  const fresh: Insertable<ImageTable>[] = [];
  for (const image of read) {
    const row = gone.get(image.facts.id);
    gone.delete(image.facts.id);
    const inventory_id = inventoryOf.get(image.facts.id) ?? row?.inventory_id ?? null;
    const columns = { ...contentOf(image), inventory_id };
    if (row === undefined) fresh.push({ ...columns, host_id: scan.hostId });
    else if (row.content_hash !== columns.content_hash || row.inventory_id !== inventory_id) {
      await db.updateTable('image').set(columns).where('id', '=', row.id).execute();
    }
  }
  for (const { id, name, reason } of unread) {
    if (!gone.delete(id)) fresh.push({ ...unreadContent(id, name, reason), host_id: scan.hostId });
  }
  await inChunks([...gone.values()], (chunk) =>
    db.deleteFrom('image').where('id', 'in', idsOf(chunk)).execute(),
  );
  await insertEach(db, 'image', fresh, (row) => row, IMAGE_ROWS);
  const list = { seen_at: scan.seenAt, is_use_known: isUseKnown ? 1 : 0 };
  await putRow(db, 'image_list', { host_id: scan.hostId }, list);
}

const contentOf = ({ facts, facets, unverifiedFacets }: ObservedImage) => ({
  image_id: facts.id,
  name: facts.tags[0] ?? facts.id,
  created_at: saysWhenBuilt(facts) ? Date.parse(facts.createdAt) : null,
  layers_key: layersKey(facts.layers),
  facts_json: JSON.stringify(facts),
  unread_reason: null,
  facets_json: JSON.stringify(facets),
  unverified_facets_json: JSON.stringify(unverifiedFacets),
  content_hash: hashOf({ facts, facets, unverifiedFacets }),
});

const unreadContent = (id: string, name: string, reason: string) => ({
  ...{ image_id: id, name, created_at: null, layers_key: null, facts_json: null },
  ...{ unread_reason: reason, facets_json: '["unverified"]', unverified_facets_json: '[]' },
  ...{ inventory_id: null, content_hash: hashOf({ reason }) },
});

/** What the containers of a scan show of their images: not what they changed themselves. */
export function inventoriesByImage(
  containers: readonly ObservedContainer[],
  surfaceOf: (container: ObservedContainer) => SurfaceColumns,
): Map<string, number> {
  const found = new Map<string, number>();
  for (const container of containers) {
    const { inventoryId, surface } = surfaceOf(container);
    const installed = surface?.installed;
    if (inventoryId === null || installed?.state !== 'read' || installed.value.isOwn) continue;
    if (!found.has(container.facts.imageId)) found.set(container.facts.imageId, inventoryId);
  }
  return found;
}
