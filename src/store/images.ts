import { type RawBuilder, sql } from 'kysely';
import type { Clock } from '../ports/clock.ts';
import type {
  ImageStore,
  LayeredImage,
  NamedStoredImage,
  StoredImage,
} from '../ports/image-store.ts';
import { isoTime, isoTimeOrNull } from '../shared/time.ts';
import { CHUNK_ROWS, gather, idsOf } from './chunks.ts';
import type { Database } from './database.ts';
import { contains, pageImages, readImagesWhere, withContents } from './image-page.ts';
import { layersKey } from './image-rows.ts';
import { keepInventory } from './inventory-rows.ts';
import { filesystemOf } from './joins.ts';
import { type PackageBudget, reasonOf } from './package-budget.ts';
import type { Db } from './schema.ts';

export const createImagesStore = (
  { read, write }: Database,
  _now: Clock,
  budget: PackageBudget,
): ImageStore => ({
  listWithoutSystem: (asked) => read((db) => readWithoutSystem(db, asked)),
  async saveSystem(host, id, { triedAt, inventory }) {
    const at = Date.parse(triedAt);
    const isRoom = (packages: number) => budget.take(host, packages);
    const inventory_id =
      inventory.state === 'read'
        ? await keepInventory({ write }, at, inventory.value, isRoom)
        : null;
    await write((db) =>
      db
        .updateTable('image')
        .set({
          system_tried_at: at,
          system_reason: reasonOf(inventory, inventory_id),
          ...(inventory_id !== null && { inventory_id }),
        })
        .where('image_id', '=', id)
        .where('host_id', '=', (eb) =>
          eb.selectFrom('host').select('host.id').where('host.name', '=', host),
        )
        // What a container showed meanwhile stays.
        .where('inventory_id', 'is', null)
        .execute(),
    );
  },
  pageImages: (asked) => read((db) => pageImages(db, asked)),
  listLooked: (hosts) =>
    read(async (db) => {
      const looked = await db
        .selectFrom('image_list')
        .innerJoin('host', 'host.id', 'image_list.host_id')
        .select('host.name')
        .where('host.name', 'in', hosts)
        .orderBy('host.name')
        .execute();
      return looked.map(({ name }) => name);
    }),
  listContents: (hosts) =>
    read(async (db) => {
      const keys = await withContents(db)
        .select(['inventory.key as inventory', 'image_filesystem.filesystem_id as filesystem'])
        .distinct()
        .where('host.name', 'in', hosts)
        .orderBy('inventory.key')
        .orderBy('image_filesystem.filesystem_id')
        .execute();
      return keys.filter(({ inventory, filesystem }) => inventory !== null || filesystem !== null);
    }),
  listNames: (hosts) => read((db) => readNames(db, hosts)),
  findImages: (asked) => read((db) => findImages(db, asked)),
  findByIdPrefix: ({ hosts, prefix, limit }) =>
    read((db) =>
      readImagesWhere(
        db,
        sql`host.name in (${sql.join(hosts)})
          and substr(image.image_id, 1, ${sql.lit(prefix.length)}) = ${prefix}`,
        limit,
      ),
    ),
  findByLayers: (asked) => read((db) => findByLayers(db, asked)),
  listLayers: (images) => read((db) => readLayers(db, images)),
  findPrefixes: (asked) => read((db) => readPrefixes(db, asked)),
  listContainersOf: (asked) => read((db) => readContainersOf(db, asked)),
});

async function readWithoutSystem(
  db: Db,
  { host, triedBefore, limit }: Parameters<ImageStore['listWithoutSystem']>[0],
): Promise<string[]> {
  const rows = await db
    .selectFrom('image')
    .innerJoin('host', 'host.id', 'image.host_id')
    .select('image.image_id as id')
    .where('host.name', '=', host)
    .where('image.inventory_id', 'is', null)
    .where('image.facts_json', 'is not', null)
    .where((eb) =>
      eb.or([eb('system_tried_at', 'is', null), eb('system_tried_at', '<=', triedBefore)]),
    )
    .where(
      sql<boolean>`not exists (select 1 from container where container.host_id = image.host_id
        and container.image_id = image.image_id and closed_at is null)`,
    )
    .orderBy(sql`case when system_tried_at is null then 0 else 1 end`)
    .orderBy(sql`coalesce(image.created_at, 0) desc`)
    .orderBy('image.id')
    .limit(limit)
    .execute();
  return idsOf(rows);
}

async function findImages(
  db: Db,
  { hosts, names, limit }: Parameters<ImageStore['findImages']>[0],
): Promise<StoredImage[]> {
  const isNamed = names.map(
    (name) => sql`(image.name = ${name} or image.image_id = ${name}
      or ${contains(db, sql`image.facts_json`, name)})`,
  );
  const found = await readImagesWhere(
    db,
    sql`host.name in (${sql.join(hosts)}) and (${sql.join(isNamed, sql` or `)})`,
    limit,
  );
  // Elsewhere in its facts the same text may stand as well.
  const wanted = new Set(names);
  return found.filter(({ id, name, facts }) => {
    const named = facts.state === 'read' ? [...facts.value.tags, ...facts.value.digests] : [];
    return [id, name, ...named].some((one) => wanted.has(one));
  });
}

function readNames(db: Db, hosts: readonly string[]): Promise<NamedStoredImage[]> {
  return gather(hosts, async (chunk) => {
    const rows = await withContents(db)
      .select(['image.id as key', 'host.name as host', 'image.image_id as id'])
      .select(['inventory.key as inventory', 'filesystem_id as filesystem'])
      .select([
        sql<string[]>`image.facts_json -> 'tags'`.as('tags_json'),
        sql<string[]>`image.facts_json -> 'digests'`.as('digests_json'),
      ])
      .where('host.name', 'in', chunk)
      .where('facts_json', 'is not', null)
      .orderBy('host.name')
      .orderBy('image.image_id')
      .execute();
    return rows.map(
      ({ tags_json: tags, digests_json: digests, inventory, filesystem, ...row }) => ({
        ...{ ...row, contents: { inventory, filesystem }, tags, digests },
      }),
    );
  });
}

async function findByLayers(
  db: Db,
  { hosts, layers }: Parameters<ImageStore['findByLayers']>[0],
): Promise<Map<string, StoredImage>> {
  const keys = [...new Set(layers.flatMap((chain) => layersKey(chain) ?? []))];
  const found = new Map<string, StoredImage>();
  for (let start = 0; start < keys.length; start += CHUNK_ROWS) {
    const images = await readImagesWhere(
      db,
      sql`host.name in (${sql.join(hosts)})
        and image.layers_key in (${sql.join(keys.slice(start, start + CHUNK_ROWS))})`,
      BASES_MAX,
    );
    for (const image of images) {
      if (image.facts.state === 'unread') continue;
      const key = image.facts.value.layers.join(' ');
      const known = found.get(key);
      // One that has a name says more than one that lost it.
      if (known === undefined || (isNameless(known) && !isNameless(image))) found.set(key, image);
    }
  }
  return found;
}

/** Images of the same layers are mostly the same image on many hosts. */
const BASES_MAX = 1_000;
const isNameless = ({ name, id }: StoredImage): boolean => name === id;

async function readContainersOf(
  db: Db,
  { host, id, limit }: Parameters<ImageStore['listContainersOf']>[0],
): ReturnType<ImageStore['listContainersOf']> {
  const ofImage = db
    .selectFrom('container')
    .innerJoin('host', 'host.id', 'container.host_id')
    .where('host.name', '=', host)
    .where('image_id', '=', id);
  const { total } = await ofImage
    .select((eb) => eb.fn.count<number>('container_id').distinct().as('total'))
    .executeTakeFirstOrThrow();
  // What it looked like in between is left out: each container stands there once, as it was last.
  const rows = await ofImage
    .select(['container.container_id', 'container.name', 'state', 'first_seen', 'closed_at'])
    .where(
      'container.id',
      'in',
      ofImage.select((eb) => eb.fn.max('container.id').as('id')).groupBy('container_id'),
    )
    .orderBy('container.id', 'desc')
    .limit(limit)
    .execute();
  return {
    total,
    containers: rows.map((row) => ({
      ...{ id: row.container_id, name: row.name, state: row.state },
      from: isoTime(row.first_seen),
      to: isoTimeOrNull(row.closed_at),
    })),
  };
}

/** See `ImageStore.listLayers`. */
async function readLayers(
  db: Db,
  images: readonly { host: string; id: string }[],
): Promise<LayeredImage[]> {
  const wanted = new Set(images.map(({ host, id }) => `${host} ${id}`));
  const found = await gather(images, (chunk) => {
    const names = sql.join([...new Set(chunk.map(({ host }) => host))]);
    const ids = sql.join([...new Set(idsOf(chunk))]);
    return readWhere(db, sql`host.name in (${names}) and image.image_id in (${ids})`);
  });
  const distinct = new Map(found.map((one) => [`${one.host} ${one.id}`, one]));
  return [...distinct.values()].filter(({ host, id }) => wanted.has(`${host} ${id}`));
}

/** See `ImageStore.findPrefixes`. */
async function readPrefixes(
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
