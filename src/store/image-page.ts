import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type {
  ContentsKey,
  ImagesAsked,
  ImagesPage,
  ImagesPageAsked,
  StoredImage,
} from '../ports/image-store.ts';
import { read, unread } from '../shared/reading.ts';
import { liveStates } from '../snapshot/facts/container.ts';
import { inByteOrder } from './byte-order.ts';
import { boundRows, gather, idsOf, inChunks, keyList } from './chunks.ts';
import { isPostgres } from './columns.ts';
import { isOfHosts } from './host-rows.ts';
import { systemOf } from './inventory-rows.ts';
import { filesystemOf } from './joins.ts';
import type { Db } from './schema.ts';

/** How many images that could not be judged are given; the others are counted. */
const UNVERIFIED_GIVEN = 6;

/** That an image is asked for, and that it may be but for what nobody knows of it. */
interface Condition {
  sure: RawBuilder<SqlBool>;
  possible: RawBuilder<SqlBool>;
}

/** One page of the images that have all that is asked for; only its rows are read. */
export async function pageImages(
  db: Db,
  { after, limit, ...asked }: ImagesPageAsked,
): Promise<ImagesPage> {
  const hostIds = await readHostIds(db, asked.hosts);
  const { sure, possible } = conditionOf(db, asked);
  const isUnsure = sql<SqlBool>`(${possible} and not ${sure})`;
  const behind = after === null ? sql<SqlBool>`1 = 1` : isBehind(db, after);
  const isOf = isOfHosts('image.host_id', hostIds);
  const sum = (condition: RawBuilder<SqlBool>) =>
    sql<number | null>`sum(case when ${condition} then 1 else 0 end)`;
  const counts = await withContents(db)
    .select([
      sum(sure).as('total'),
      sum(isUnsure).as('unsure'),
      sum(sql<SqlBool>`(${sure} and ${behind})`).as('rest'),
    ])
    .where(isOf)
    .executeTakeFirstOrThrow();
  const [total, unsure, rest] = [counts.total, counts.unsure, counts.rest].map(Number);
  return {
    images: await readImagesWhere(db, sql`${isOf} and ${sure} and ${behind}`, limit),
    before: (total ?? 0) - (rest ?? 0),
    total: total ?? 0,
    unverified: {
      images:
        unsure === 0
          ? []
          : await readImagesWhere(db, sql`${isOf} and ${isUnsure}`, UNVERIFIED_GIVEN),
      total: unsure ?? 0,
    },
  };
}

/** Images with what is known to be in them. */
export const withContents = (db: Db) =>
  db
    .selectFrom('image')
    .innerJoin('host', 'host.id', 'image.host_id')
    .leftJoin('inventory', 'inventory.id', 'image.inventory_id')
    .leftJoin('image_filesystem', filesystemOf('image'));

/** Keys of the hosts with these names. */
const readHostIds = (db: Db, hosts: readonly string[]): Promise<number[]> =>
  gather(hosts, async (chunk) =>
    idsOf(await db.selectFrom('host').select('id').where('name', 'in', chunk).execute()),
  );

function conditionOf(
  db: Db,
  { facets, createdBefore, contents }: Omit<ImagesAsked, 'hosts'>,
): Condition {
  const conditions = facets.map((facet) => (facet === 'unused' ? unused() : hasFacet(db, facet)));
  if (createdBefore !== null) {
    const isOlder = sql<SqlBool>`coalesce(image.created_at < ${createdBefore}, 1 = 0)`;
    conditions.push({ sure: isOlder, possible: sql`(image.created_at is null or ${isOlder})` });
  }
  if (contents !== null) {
    const hasOneOf = (keys: readonly ContentsKey[]) =>
      keys.length === 0
        ? sql<SqlBool>`1 = 0`
        : sql<SqlBool>`(coalesce(inventory.key, ''), coalesce(image_filesystem.filesystem_id, 0))
            in (values ${boundRows(
              keys.map(({ inventory, filesystem }) => [inventory ?? '', filesystem ?? 0]),
            )})`;
    const hasNone = sql`(image.inventory_id is null and image_filesystem.filesystem_id is null)`;
    const { own } = contents;
    const isOf = (keys: readonly number[]) =>
      keys.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`image.id in (${keyList(keys)})`;
    const orOwn = (like: RawBuilder<SqlBool>, keys: readonly number[]) =>
      own.all.length === 0
        ? like
        : sql<SqlBool>`case when ${isOf(own.all)} then ${isOf(keys)} else ${like} end`;
    conditions.push({
      sure: orOwn(hasOneOf(contents.sure), own.sure),
      possible: orOwn(sql`(${hasNone} or ${hasOneOf([...contents.sure, ...contents.possible])})`, [
        ...own.sure,
        ...own.possible,
      ]),
    });
  }
  const all = (each: readonly RawBuilder<SqlBool>[]): RawBuilder<SqlBool> =>
    each.length === 0 ? sql`(1 = 1)` : sql`(${sql.join(each, sql` and `)})`;
  return {
    sure: all(conditions.map(({ sure }) => sure)),
    possible: all(conditions.map(({ possible }) => possible)),
  };
}

/** Facets are words of ours; in a list they stand as JSON. */
function hasFacet(db: Db, facet: string): Condition {
  const stands = (column: string) => contains(db, sql.ref(`image.${column}`), facet);
  const sure = stands('facets_json');
  return {
    sure,
    possible: sql`(${sure} or ${stands('unverified_facets_json')} or image.facts_json is null)`,
  };
}

/** That a column of JSON holds a text somewhere. */
export const contains = (
  db: Db,
  column: RawBuilder<unknown>,
  text: string,
): RawBuilder<SqlBool> => {
  const indexOf = isPostgres(db) ? sql`strpos` : sql`instr`;
  return sql<SqlBool>`${indexOf}(cast(${column} as text), ${JSON.stringify(text)}) > 0`;
};

/** By the containers of now, so that the next scan need not be waited for. */
function unused(): Condition {
  const hasNone = sql<SqlBool>`not exists (select 1 from container
    where container.host_id = image.host_id and container.image_id = image.image_id
    and container.closed_at is null)`;
  // A container of which only the name is known may be one of it.
  const isKnown = sql<SqlBool>`exists (select 1 from image_list
    where image_list.host_id = image.host_id and image_list.is_use_known = 1)
    and not exists (select 1 from glimpse
      where glimpse.host_id = image.host_id and glimpse.removed_at is null)`;
  return { sure: sql`(${hasNone} and ${isKnown})`, possible: hasNone };
}

/** Behind the position that `imageOrder` makes a text of. A host and an id have no line ends. */
function isBehind(db: Db, after: string): RawBuilder<SqlBool> {
  const [host = '', ...rest] = after.split('\n');
  const id = rest.pop() ?? '';
  return sql`((${sql.join([inByteOrder(db, 'host.name'), sql`image.name`, sql`image.image_id`])})
    > (${sql.join([host, rest.join('\n'), id])}))`;
}

/** Images under a condition on `image`, `host` and `inventory`, in order of host, name and id. */
export async function readImagesWhere(
  db: Db,
  condition: RawBuilder<SqlBool>,
  limit: number,
): Promise<StoredImage[]> {
  const rows = await withContents(db)
    .leftJoin('filesystem', 'filesystem.id', 'image_filesystem.filesystem_id')
    .select(['image.host_id as hostId', 'host.name as host', 'image.image_id as id', 'image.name'])
    .select(['image.facts_json', 'image.facets_json', 'image.unverified_facets_json'])
    .select(['image.unread_reason as reason', 'image.system_reason as systemReason'])
    .select(['inventory.key', 'inventory.manager', 'inventory.packages'])
    .select(['inventory.os_id', 'inventory.os_version', 'inventory.os_name'])
    .select(['image_filesystem.filesystem_id as filesystemId'])
    .select(['image_filesystem.read_from as readFrom', 'filesystem.components'])
    .select(['image_filesystem.reason as filesystemReason'])
    .where(condition)
    .orderBy(inByteOrder(db, 'host.name'))
    .orderBy('image.name')
    .orderBy('image.image_id')
    .limit(limit)
    .execute();
  const uses = await readUses(db, rows);
  return rows.map((row): StoredImage => {
    const { containers, running, reason } = uses.get(keyOfUse(row.hostId, row.id)) ?? NO_USE;
    return {
      ...{ host: row.host, id: row.id, name: row.name },
      facts: row.facts_json === null ? unread(row.reason ?? '') : read(row.facts_json),
      facets: row.facets_json,
      unverifiedFacets: row.unverified_facets_json,
      ...{ containers, running },
      inventory:
        row.key === null
          ? unread(containers === 0 ? (row.systemReason ?? reason) : reason)
          : read({
              ...{ key: row.key, manager: row.manager, packages: row.packages ?? 0 },
              operatingSystem: systemOf(row),
            }),
      libraries:
        row.filesystemId === null
          ? unread(row.filesystemReason ?? NOT_WHOLE)
          : read({
              ...{ id: row.filesystemId, components: row.components ?? 0 },
              readFrom: row.readFrom,
            }),
    };
  });
}

interface Use {
  containers: number;
  running: number;
  /** Why its packages are not known. */
  reason: string;
}

const NOT_WHOLE = 'only packages of systems were read; “scan deep” reads the rest';

const NO_USE: Use = {
  ...{ containers: 0, running: 0 },
  reason: 'no container of it was seen, through which its packages could be read',
};
const keyOfUse = (hostId: number, imageId: string) => `${hostId} ${imageId}`;

/** The containers that exist of images. */
async function readUses(
  db: Db,
  images: readonly { hostId: number; id: string }[],
): Promise<Map<string, Use>> {
  const found = new Map<string, Use>();
  await inChunks(images, async (chunk) => {
    const rows = await db
      .selectFrom('container')
      .select(['host_id', 'image_id', 'state'])
      .select(sql<string | null>`surface_json -> 'installed' ->> 'reason'`.as('reason'))
      .where('closed_at', 'is', null)
      .where('host_id', 'in', [...new Set(chunk.map(({ hostId }) => hostId))])
      .where('image_id', 'in', [...new Set(idsOf(chunk))])
      .orderBy('id')
      .execute();
    for (const { host_id, image_id, state, reason } of rows) {
      const key = keyOfUse(host_id, image_id);
      const { containers, running } = found.get(key) ?? NO_USE;
      const runs = liveStates.includes(state);
      found.set(key, {
        ...{ containers: containers + 1, running: running + (runs ? 1 : 0) },
        reason:
          reason ?? 'its containers changed their packages, so those of the image are not known',
      });
    }
  });
  return found;
}
