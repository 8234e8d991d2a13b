import { type ExpressionBuilder, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { ContainersPage, ContainersPageAsked, StoredContainer } from '../ports/stored.ts';
import { liveStates } from '../snapshot/facts/container.ts';
import { byBytes, inByteOrder } from './byte-order.ts';
import { countRows } from './chunks.ts';
import { isLastState } from './container-lists.ts';
import { toStored } from './container-rows.ts';
import { isOfHosts } from './host-rows.ts';
import { contains } from './image-page.ts';
import { type AskedHost, keysOfAsked, readAskedHosts } from './past-rows.ts';
import type { Db, Tables } from './schema.ts';

/** How many containers that could not be judged are given; the others are counted. */
const UNVERIFIED_GIVEN = 6;

/** Position of a container in a list. */
interface Position {
  host: string;
  name: string;
  id: string;
}

/** Containers of hosts under a condition, counted. */
interface Matching {
  hosts: readonly AskedHost[];
  gone: ContainersPageAsked['gone'];
  condition: RawBuilder<SqlBool>;
  counts: ReadonlyMap<number, number>;
}

/** One page of the containers that have all of the facets; only its rows are read. */
export async function pageContainers(
  db: Db,
  { after, limit, facets, isLive, gone, ...asked }: ContainersPageAsked,
): Promise<ContainersPage> {
  const hosts = await readAskedHosts(db, asked);
  hosts.sort((a, b) => byBytes(a.state.name, b.state.name));
  const isSure = hasFacets(db, facets, ['facets_json']);
  const hasAll = hasFacets(db, facets, ['facets_json', 'unverified_facets_json']);
  const isPossible = isLive === undefined ? hasAll : sql<SqlBool>`(${hasAll} and ${isIn(isLive)})`;
  const counted = await countByHost(db, { hosts, gone, isSure, isPossible });
  const matching = (part: 'sure' | 'unsure', condition: RawBuilder<SqlBool>): Matching => {
    const counts = new Map(counted.map((row) => [row.host_id, row[part]]));
    return { hosts, gone, condition, counts };
  };
  const sure = matching('sure', sql`(${isPossible} and ${isSure})`);
  const unsure = matching('unsure', sql`(${isPossible} and not ${isSure})`);
  return {
    ...(await readPart(db, sure, after === null ? null : toPosition(after), limit)),
    total: totalOf(sure),
    unverified: {
      containers: (await readPart(db, unsure, null, UNVERIFIED_GIVEN)).containers,
      total: totalOf(unsure),
    },
  };
}

const totalOf = ({ counts }: Matching): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0);

/** That each facet stands in one of the lists. Facets are words of ours; in a list they stand as JSON. */
function hasFacets(
  db: Db,
  facets: readonly string[],
  lists: readonly string[],
): RawBuilder<SqlBool> {
  const each = facets.map((facet) => {
    const found = lists.map((list) => contains(db, sql.ref(`container.${list}`), facet));
    return sql`(${sql.join(found, sql` or `)})`;
  });
  return each.length === 0 ? sql`(1 = 1)` : sql`(${sql.join(each, sql` and `)})`;
}

const isIn = (isLive: boolean): RawBuilder<SqlBool> => {
  const live = sql<SqlBool>`container.state in (${sql.join(liveStates)})`;
  return isLive ? live : sql<SqlBool>`not ${live}`;
};

/** How many containers each host has, or had at its scan, in one pass over what is possible. Hosts without one are left out. */
async function countByHost(
  db: Db,
  asked: Pick<Matching, 'hosts' | 'gone'> & Record<'isSure' | 'isPossible', RawBuilder<SqlBool>>,
) {
  const { hosts, gone, isSure, isPossible } = asked;
  const counted = db
    .selectFrom('container')
    .select([
      'container.host_id',
      sql<number>`count(*) filter (where ${isSure})`.as('sure'),
      sql<number>`count(*) filter (where not ${isSure})`.as('unsure'),
    ])
    .where(isPossible)
    .groupBy('container.host_id');
  const { now, scans } = keysOfAsked(hosts);
  return [
    ...(await counted
      .where(isThere(gone, null))
      .where(isOfHosts('container.host_id', now))
      .execute()),
    ...(scans.length === 0
      ? []
      : await counted
          .innerJoin('scan', 'scan.host_id', 'container.host_id')
          .where('scan.id', 'in', scans)
          .where(isThere(gone, sql.ref('scan.seen_at')))
          .execute()),
  ];
}

/** Host by host, as far as the limit goes. */
async function readPart(
  db: Db,
  { hosts, gone, condition, counts }: Matching,
  last: Position | null,
  limit: number,
): Promise<Pick<ContainersPage, 'containers' | 'before'>> {
  const containers: StoredContainer[] = [];
  let before = 0;
  for (const host of hosts) {
    const count = counts.get(host.state.id) ?? 0;
    const order = last === null ? 1 : byBytes(host.state.name, last.host);
    if (order < 0) before += count;
    if (order < 0 || count === 0) continue;
    if (containers.length >= limit) break;
    const behind = order === 0 ? last : null;
    const ofHost = { host, gone, condition, behind };
    const rows = await readOfHost(db, ofHost, limit - containers.length);
    const asAsked = rows.map((row) => (gone === undefined ? { ...row, closed_at: null } : row));
    containers.push(...asAsked.map((row) => toStored(row, host.state)));
    if (behind !== null) before += count - (await countRows(present(db, ofHost)));
  }
  return { containers, before };
}

interface OfHost {
  host: AskedHost;
  gone: ContainersPageAsked['gone'];
  condition: RawBuilder<SqlBool>;
  /** Null: from the beginning. */
  behind: Position | null;
}

function readOfHost(db: Db, asked: OfHost, limit: number) {
  const order = sql.join([
    inByteOrder(db, 'container.name'),
    inByteOrder(db, 'container.container_id'),
  ]);
  return db
    .selectFrom('container')
    .selectAll()
    .where(
      'container.id',
      'in',
      present(db, asked).select('container.id').orderBy(order).limit(limit),
    )
    .orderBy(order)
    .execute();
}

/** Containers that exist or are gone, or were so at the scan. */
function present(db: Db, { host, gone, condition, behind }: OfHost) {
  const { state, isPast } = host;
  const columns = ['container.name', 'container.container_id'].map((column) =>
    inByteOrder(db, column),
  );
  return db
    .selectFrom('container')
    .where('container.host_id', '=', state.id)
    .where(condition)
    .where(isThere(gone, isPast ? sql.val(state.lastAt) : null))
    .$if(behind !== null, (query) =>
      query.where(sql<SqlBool>`(${sql.join(columns)}) > (${sql.join([behind?.name, behind?.id])})`),
    );
}

/**
 * That a row is the state of a container that exists, or with `gone` the last one of a container that is gone; at the
 * time of a scan, or now where none is given.
 */
const isThere =
  (gone: ContainersPageAsked['gone'], scannedAt: RawBuilder<unknown> | null) =>
  (eb: ExpressionBuilder<Tables, 'container'>) => {
    const opened = sql<SqlBool>`container.opened_at <= ${scannedAt}`;
    const closed = sql<SqlBool>`container.closed_at <= ${scannedAt}`;
    if (gone === undefined) {
      const exists = eb('container.closed_at', 'is', null);
      return scannedAt === null ? exists : eb.and([opened, eb.or([exists, eb.not(closed)])]);
    }
    return eb.and([
      eb('container.is_gone', '=', 1),
      eb('container.closed_at', '>', gone.after),
      eb('container.closed_at', '<=', gone.by),
      isLastState(scannedAt)(eb),
      ...(scannedAt === null ? [] : [closed]),
    ]);
  };

/** The position that `containerOrder` makes a text of. An id has no line ends, and a host has none. */
function toPosition(text: string): Position {
  const [host = '', ...rest] = text.split('\n');
  const id = rest.pop() ?? '';
  return { host, name: rest.join('\n'), id };
}

/** See `ScanStore.findHostsOfContainer`. */
export async function findHostsOfContainer(
  db: Db,
  { hosts, idPrefix }: { hosts: readonly string[]; idPrefix: string },
): Promise<string[]> {
  const rows = await db
    .selectFrom('container')
    .innerJoin('host', 'host.id', 'container.host_id')
    .select('host.name')
    .distinct()
    .where('container.closed_at', 'is', null)
    .where(
      sql<SqlBool>`substr(container.container_id, 1, ${sql.lit(idPrefix.length)}) = ${idPrefix}`,
    )
    .where('host.name', 'in', hosts)
    .execute();
  return rows.map(({ name }) => name);
}
