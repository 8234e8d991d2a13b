import { type RawBuilder, sql } from 'kysely';
import type {
  ContentsCount,
  ExposureStore,
  GroupCount,
  SpanGroup,
} from '../ports/exposure-store.ts';
import { inByteOrder } from './byte-order.ts';
import { keyList } from './chunks.ts';
import { isPostgres } from './columns.ts';
import { groupGlimpses } from './glimpse-rows.ts';
import { eachHosts, type HostChunk } from './host-chunks.ts';
import { jsonLists } from './packed-rows.ts';
import type { Db } from './schema.ts';

type Asked = Parameters<ExposureStore['listGroups']>[0];
type Row = Omit<SpanGroup, 'host'> & { hostId: number };

/** See `ExposureStore.listGroups`. */
export async function readGroups(
  db: Db,
  { hosts, since, apart, inventoryIds }: Asked,
): Promise<SpanGroup[]> {
  const found: SpanGroup[] = [];
  const isUnknownAsked = inventoryIds?.includes(null) ?? true;
  const known = inventoryIds?.filter((id) => id !== null);
  await eachHosts(db, hosts, async (chunk) => {
    const containers = { chunk, since, apart };
    const ofKnown = { ...containers, among: known ?? ('any' as const) };
    for (const rows of [
      known?.length === 0 ? [] : await groupContainers(db, ofKnown),
      ...(isUnknownAsked
        ? [
            await groupContainers(db, { ...containers, among: 'unknown' }),
            await groupGlimpses(db, chunk.isOf(sql`g.host_id`), since),
          ]
        : []),
    ]) {
      for (const { hostId, ...row } of rows) {
        found.push({ ...row, host: chunk.names.get(hostId) ?? '' });
      }
    }
  });
  return found;
}

/** See `ExposureStore.countContents`. */
export async function countContents(
  db: Db,
  { hosts, since, apart }: Omit<Asked, 'inventoryIds'>,
): Promise<ContentsCount[]> {
  const found = new Map<string | number, Counted>();
  const places = new Map(hosts.map((host, place) => [host, place]));
  const [list, array] = jsonLists(db);
  const image = inByteOrder(db, 'c.image_id');
  await eachHosts(db, hosts, async (chunk) => {
    const asked: Containers = { chunk, since, apart, among: 'any' };
    const placeOf = (hostId: number) => places.get(chunk.names.get(hostId) ?? '') ?? 0;
    // As one text: to make rows of thousands takes longer than to find them.
    const { rows } = await sql<{ contents_json: PackedContents[] }>`
      select coalesce(${list}(${array}("inventoryId", "imageId", "filesystemId", "readFrom",
        "isOneImage", ${isPostgres(db) ? sql`lives` : sql`json(lives)`})), '[]') as contents_json
      from (
        select c.inventory_id as "inventoryId", ${apartId(apart)} as "imageId",
          ${chunk.hasWhole ? WHOLE : NOT_WHOLE},
          case when min(${image}) = max(${image}) then 1 else 0 end as "isOneImage",
          ${list}(c.host_id * ${sql.lit(LIVES.length)} + ${lifeOf(db)}) as lives
        ${fromContainers(db, asked)}
        group by ${contentsKey(asked)}) of_contents`.execute(db);
    for (const packed of rows[0]?.contents_json ?? []) {
      const [inventoryId, imageId, filesystemId, readFrom] = packed;
      const isPlain = imageId === '' && filesystemId === null;
      const key = isPlain ? inventoryId : `${inventoryId} ${imageId} ${filesystemId} ${readFrom}`;
      const known = found.get(key) ?? nothingOf(packed);
      add(known, packed, placeOf);
      found.set(key, known);
    }
  });
  return [...found.values()];
}

/** What a container of some contents is, by a number that stands beside its host. */
const LIVES = ['running', 'stopped', 'gone', 'changed'] as const;

/** `lives`: of each container its host, as so many times all of `LIVES`, and which of these it is. */
type PackedContents = [
  inventoryId: number,
  imageId: string,
  filesystemId: number | null,
  readFrom: ContentsCount['readFrom'],
  isOneImage: number,
  lives: number[],
];

type Counted = ContentsCount & { hosts: number[]; there: number[] };

// Spreads would take as long as all the rest.
const nothingOf = ([inventoryId, imageId, filesystemId, readFrom]: PackedContents): Counted => ({
  inventoryId,
  imageId,
  filesystemId,
  readFrom,
  reason: null,
  running: 0,
  stopped: 0,
  gone: 0,
  changed: 0,
  groups: 0,
  hosts: [],
  there: [],
});

/** By hosts. From an index they are in order anyway. */
const inOrder = (lives: number[]): number[] =>
  lives.every((one, index) => index === 0 || one >= (lives[index - 1] ?? 0))
    ? lives
    : lives.sort((a, b) => a - b);

/** Adds what the hosts of a chunk have of it. */
function add(counted: Counted, packed: PackedContents, placeOf: (hostId: number) => number): void {
  const [, , , , isOneImage, lives] = packed;
  const { hosts, there } = counted;
  const before = hosts.length;
  let last = 0;
  for (const one of inOrder(lives)) {
    const life = LIVES[one % LIVES.length] ?? 'running';
    const host = Math.floor(one / LIVES.length);
    counted[life] += 1;
    if (host !== last) {
      last = host;
      hosts.push(placeOf(host));
      there.push(0);
    }
    if (life === 'running' || life === 'stopped') there[there.length - 1] = (there.at(-1) ?? 0) + 1;
  }
  // One image has one name on a host.
  if (isOneImage === 0) counted.groups = null;
  else if (counted.groups !== null) counted.groups += hosts.length - before;
}

/** See `ExposureStore.countGroups`. */
export async function countGroups(
  db: Db,
  { hosts, since, apart, inventoryIds: among }: Parameters<ExposureStore['countGroups']>[0],
): Promise<GroupCount[]> {
  const found: GroupCount[] = [];
  if (among.length === 0) return found;
  await eachHosts(db, hosts, async (chunk) => {
    // Docker never changes `Config.Image` of a container: its rows have one name.
    const asked: Containers = { chunk, since, apart, among, rows: 'all' };
    const key = contentsKey(asked);
    const named = sql`c.host_id || ' ' || ${NAME} as named`;
    const { rows } = await sql<Partial<GroupCount> & Pick<GroupCount, 'inventoryId' | 'groups'>>`
      select ${key}, cast(count(distinct ${inByteOrder(db, 'named')}) as integer) as groups
      from (${ofImages(db, asked, named)}) of_image group by ${key}`.execute(db);
    for (const row of rows) found.push({ ...ALIKE, ...row });
  });
  return found;
}

const RUNS = sql`('running', 'paused', 'restarting')`;

/** True for a row of a container that is there, whatever it has now. */
export function isStillOpen(row: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`exists (select 1 from container still where still.host_id = ${row}.host_id
    and still.container_id = ${row}.container_id and still.closed_at is null)`;
}

const RUNNING = sql`sum(case when c.closed_at is null and c.state in ${RUNS} then 1 else 0 end)`;
/** Of a row that is closed. */
const isGone = (db: Db) =>
  isPostgres(db) ? sql`still.host_id is null` : sql`not ${isStillOpen(sql.ref('c'))}`;
/** Each row is looked at once, since there are many; what changed is what is closed and not gone. */
const livesOf = (db: Db) => sql`cast(${RUNNING} as integer) as running,
  cast(count(*) - count(c.closed_at) - ${RUNNING} as integer) as stopped,
  cast(sum(case when c.closed_at is not null and ${isGone(db)} then 1 else 0 end) as integer) as gone,
  cast(count(c.closed_at) as integer) as closed`;
/** One of `LIVES`. */
const lifeOf = (db: Db) => sql`case when c.closed_at is not null
  then case when ${isGone(db)} then 2 else 3 end when c.state in ${RUNS} then 0 else 1 end`;

const WHOLE = sql`f.filesystem_id as "filesystemId", f.read_from as "readFrom"`;
const NOT_WHOLE = sql`cast(null as integer) as "filesystemId", cast(null as text) as "readFrom"`;

/** What contents differ in. What is the same for all is left out, so that an index has them in this order. */
const contentsKey = ({ apart, chunk }: Pick<Containers, 'apart' | 'chunk'>) =>
  sql.join(
    [
      'inventoryId',
      ...(apart === 'none' ? [] : ['imageId']),
      ...(chunk.hasWhole ? ['filesystemId', 'readFrom'] : []),
    ].map((name) => sql.ref(name)),
  );
const ALIKE = { imageId: '', filesystemId: null, readFrom: null };

interface Containers extends Pick<Asked, 'since' | 'apart'> {
  chunk: HostChunk;
  /** Those whose packages are known, or not, or that have one of these inventories. */
  among: 'any' | 'unknown' | readonly number[];
  /** All, where it does not matter how often one counts. Each once when left out. */
  rows?: 'all';
}

/** The row by which a container is there: PostgreSQL looks for all at once, rather than for that of each. */
const STILL = sql`left join container still on still.host_id = c.host_id
  and still.container_id = c.container_id and still.closed_at is null`;

/** A container counts once while it had one inventory: by its last row. Those of a few hosts are found by these, of many by what they have. */
function fromContainers(db: Db, asked: Containers): RawBuilder<unknown> {
  const { chunk, since, among, rows } = asked;
  const isUnknown = among === 'unknown';
  const same = isUnknown ? sql`d.inventory_id is null` : sql`d.inventory_id = c.inventory_id`;
  // SQLite takes no index that begins with what has a sign; PostgreSQL would no longer know how many rows there are.
  const other = sql.raw(isPostgres(db) ? '' : '+');
  const [host, inventory] = chunk.isByHost
    ? [sql`c.host_id`, sql`(${other}c.inventory_id)`]
    : [sql`(${other}c.host_id)`, sql`c.inventory_id`];
  const isAmong =
    typeof among === 'string'
      ? sql`${inventory} is ${sql.raw(isUnknown ? 'null' : 'not null')}`
      : sql`${inventory} in (${keyList(among)})`;
  const whole = chunk.hasWhole
    ? sql`left join image_filesystem f on f.host_id = c.host_id and f.image_id = c.image_id
        and f.filesystem_id is not null`
    : sql``;
  const own = sql`select c.* from container c where ${chunk.isOf(host)} and ${isAmong}`;
  const isOpen = sql`c.closed_at is null`;
  const isLast = sql`c.closed_at >= ${since} and not exists (
        select 1 from container d where d.host_id = c.host_id and d.image_id = c.image_id
          and ${same} and d.container_id = c.container_id
          and (d.closed_at is null or d.closed_at > c.closed_at or d.closed_at = c.closed_at and d.id > c.id))`;
  const still = rows === undefined && isPostgres(db) ? STILL : sql``;
  const from = (those: RawBuilder<unknown>) => sql`from (${those}) c ${whole} ${still}`;
  if (rows === 'all') return from(sql`${own} and (${isOpen} or c.closed_at >= ${since})`);
  // PostgreSQL looks for later rows of all at once, rather than of each, only where nothing else may be true of a row.
  return isPostgres(db)
    ? from(sql`${own} and ${isOpen} union all ${own} and ${isLast}`)
    : from(sql`${own} and (${isOpen} or ${isLast})`);
}

/** The containers of each image of a host that have the same, in the order of an index. */
function ofImages(db: Db, asked: Containers, columns: RawBuilder<unknown>): RawBuilder<unknown> {
  const whole = sql`max(f.filesystem_id) as "filesystemId", max(f.read_from) as "readFrom"`;
  const more = asked.among === 'unknown' ? sql`, ${REASON}` : sql``;
  return sql`select c.inventory_id as "inventoryId", ${apartId(asked.apart)} as "imageId",
      ${asked.chunk.hasWhole ? whole : NOT_WHOLE}, ${columns}
    ${fromContainers(db, asked)}
    group by c.inventory_id, c.host_id, c.image_id${more}`;
}

/** An image has one name, however its containers were started. */
const NAME = sql`coalesce(nullif(min(c.image), ''), c.image_id)`;
const REASON = sql<string | null>`c.surface_json -> 'installed' ->> 'reason'`;

/** Images of one name that have the same are together. */
async function groupContainers(db: Db, asked: Containers): Promise<Row[]> {
  const sum = (name: string) => sql`cast(sum(${sql.ref(name)}) as integer) as ${sql.ref(name)}`;
  const reason = asked.among === 'unknown' ? REASON : sql`cast(null as text)`;
  const columns = sql`c.host_id as "hostId", ${reason} as reason, ${NAME} as image, ${livesOf(db)},
    min(c.container_id) as first`;
  const key = sql`"inventoryId", "hostId", image, "imageId", "filesystemId", "readFrom", reason`;
  const { rows } = await sql<Row>`
    select ${key}, ${sql.join([sum('running'), sum('stopped'), sum('gone')])},
      cast(sum(closed) - sum(gone) as integer) as changed, min(first) as first
    from (${ofImages(db, asked, columns)}) of_image
    group by ${key}`.execute(db);
  return rows;
}

/** The id of an image that counts alone, and nothing for others. */
function apartId(apart: Asked['apart']): RawBuilder<string> {
  if (apart === 'all') return sql`c.image_id`;
  if (apart === 'none') return sql`''`;
  return sql`case when exists (select 1 from imported_list l where l.image_id = c.image_id)
    then c.image_id else '' end`;
}
