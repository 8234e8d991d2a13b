import { type RawBuilder, sql } from 'kysely';
import type { ImageStore, LayeredImage } from '../ports/image-store.ts';
import { gather, idsOf } from './chunks.ts';
import { layersKey } from './image-rows.ts';
import { filesystemOf } from './joins.ts';
import type { Db } from './schema.ts';

/** See `ImageStore.listLayers`. */
export async function readLayers(
  db: Db,
  images: readonly { host: string; id: string }[],
): Promise<LayeredImage[]> {
  const wanted = new Set(images.map(({ host, id }) => `${host} ${id}`));
  const found = await gather(images, (chunk) => {
    const names = sql.join([...new Set(chunk.map(({ host }) => host))]);
    const ids = sql.join([...new Set(idsOf(chunk))]);
    const isOne = sql`host.name in (${names}) and image.image_id in (${ids})`;
    return readWhere(db, isOne);
  });
  const distinct = new Map(found.map((one) => [`${one.host} ${one.id}`, one]));
  return [...distinct.values()].filter(({ host, id }) => wanted.has(`${host} ${id}`));
}

/** See `ImageStore.findPrefixes`. */
export async function readPrefixes(
  db: Db,
  asked: Parameters<ImageStore['findPrefixes']>[0],
): Promise<Map<string, LayeredImage[]>> {
  const hosts = new Map<string, Set<string>>();
  for (const { host, chains } of asked) {
    for (const chain of chains) {
      const key = layersKey(chain);
      if (key !== null) hosts.set(key, (hosts.get(key) ?? new Set()).add(host));
    }
  }
  const found = await gather([...hosts.keys()], (keys) => {
    const list = sql.join(keys);
    const names = sql.join([...new Set(keys.flatMap((key) => [...(hosts.get(key) ?? [])]))]);
    const known = sql`select max(other.id) from image other
      where other.layers_key in (${list}) and other.inventory_id is not null
      group by other.layers_key`;
    const own = sql`select one.id from host asked cross join image one
      where asked.name in (${names}) and one.layers_key in (${list}) and one.host_id = asked.id`;
    return readWhere(db, sql`image.id in (${known} union ${own})`);
  });
  const distinct = new Map(found.map((image) => [`${image.host} ${image.id}`, image]));
  return Map.groupBy(distinct.values(), ({ layers }) => layers.join(' '));
}

async function readWhere(db: Db, condition: RawBuilder<unknown>): Promise<LayeredImage[]> {
  const rows = await db
    .selectFrom('image')
    .innerJoin('host', 'host.id', 'image.host_id')
    .leftJoin('image_filesystem', filesystemOf('image'))
    .select(['host.name as host', 'image.image_id as id', 'image.name'])
    .select(['image.inventory_id as inventoryId', 'filesystem_id as filesystemId'])
    .select(sql<string[]>`image.facts_json -> 'layers'`.as('layers_json'))
    .where(sql<boolean>`${condition}`)
    .where('facts_json', 'is not', null)
    .orderBy('image.id')
    .execute();
  return rows.map(({ layers_json: layers, ...image }) => ({ ...image, layers }));
}
