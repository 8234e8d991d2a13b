import { type SqlBool, sql } from 'kysely';
import type { ScanStore } from '../ports/scan-store.ts';
import type { ComparedContainer, NamedContainer, Namesake } from '../ports/stored.ts';
import { isoTime, isoTimeOrNull } from '../shared/time.ts';
import { gather, idsOf } from './chunks.ts';
import { isLastState } from './container-lists.ts';
import { isOfHosts, readHosts, readKnownHosts } from './host-rows.ts';
import type { Db } from './schema.ts';

/** See `ScanStore.listNames`: one statement. */
export async function readNames(
  db: Db,
  asked: Parameters<ScanStore['listNames']>[0],
): Promise<NamedContainer[]> {
  const { hosts: names, beginning, madeSince, includeGone = false } = asked;
  const begins = (column: string) =>
    sql<SqlBool>`substr(${sql.ref(column)}, 1, length(cast(${beginning} as text))) = ${beginning}`;
  const rows = await (await newestRowsOf(db, names))
    .select(['host.name as host', 'container.name', 'container.container_id as id', 'closed_at'])
    .$if(!includeGone, (query) => query.where('closed_at', 'is', null))
    .$if(madeSince !== undefined, (query) =>
      query.where(sql<SqlBool>`exists (select 1 from container_event as made
        where made.host_id = container.host_id and made.container_id = container.container_id
        and made.kind = 'created' and made.at >= ${madeSince})`),
    )
    .$if(beginning !== undefined, (query) =>
      // An index has names and ids; the rows of those that begin so are looked at alone.
      query.where('container.id', 'in', (eb) =>
        eb
          .selectFrom('container as called')
          .select('called.id')
          .where((one) => one.or([begins('called.name'), begins('called.container_id')])),
      ),
    )
    .execute();
  return rows.map(({ closed_at, ...row }) => ({ ...row, removedAt: isoTimeOrNull(closed_at) }));
}

/** See `ScanStore.listNamesakes`. */
export async function readNamesakes(
  db: Db,
  { hosts, name }: { hosts: readonly string[]; name: string },
): Promise<Namesake[]> {
  const rows = await (await newestRowsOf(db, hosts))
    .select([
      ...(['host.name as host', 'container.container_id as id', 'image'] as const),
      ...(['first_seen', 'closed_at'] as const),
    ])
    .where('container.name', '=', name)
    .where('closed_at', 'is not', null)
    .execute();
  return rows
    .sort((a, b) => (b.closed_at ?? 0) - (a.closed_at ?? 0))
    .map(({ first_seen, closed_at, ...row }) => ({
      ...{ ...row, firstSeen: isoTime(first_seen), removedAt: isoTime(closed_at ?? 0) },
    }));
}

/** The newest row of every container that exists or is gone, by host and then by age. */
async function newestRowsOf(db: Db, names: readonly string[]) {
  const hosts = await readKnownHosts(db, names);
  return db
    .selectFrom('container')
    .innerJoin('host', 'host.id', 'container.host_id')
    .where(isOfHosts('container.host_id', idsOf(hosts)))
    .where((eb) => eb.or([eb('closed_at', 'is', null), eb('is_gone', '=', 1)]))
    .where(isLastState(null))
    .orderBy('host.name')
    .orderBy('container.id');
}

/** See `ScanStore.listAlike`: keys are looked up in indexes, and no other row is read. */
export async function readAlike(
  db: Db,
  asked: { hosts: readonly string[]; whole: readonly string[] },
): Promise<ComparedContainer[]> {
  const names = await readHosts(db, asked.hosts);
  const whole = new Set(asked.whole);
  const order = new Map([...names.keys()].map((id, index) => [id, index]));
  const existing = db
    .selectFrom('container')
    .select(['id', 'host_id'])
    .where('closed_at', 'is', null);
  const wholeIds = [...names].filter(([, name]) => whole.has(name)).map(([id]) => id);
  const ofWhole = await existing.where('host_id', 'in', wholeIds).execute();
  const alike = await existing
    .where('compose_hash', 'is not', null)
    .where(isOfHosts('host_id', [...names.keys()]))
    .where(
      sql<boolean>`(host_id, compose_hash, image_id) in (
        select host_id, compose_hash, image_id from container
        where closed_at is null and compose_hash is not null
        group by host_id, compose_hash, image_id having count(*) > 1)`,
    )
    .execute();
  const found = new Map([...ofWhole, ...alike].map(({ id, host_id }) => [id, host_id]));
  const placeOf = (hostId: number) => order.get(hostId) ?? 0;
  const sorted = [...found].sort((a, b) => placeOf(a[1]) - placeOf(b[1]) || a[0] - b[0]);
  return gather(sorted, async (chunk) => {
    const ids = chunk.map(([id]) => id);
    const rows = await db
      .selectFrom('container')
      .select(['id', 'facts_json', 'first_seen'])
      .where('id', 'in', ids)
      .execute();
    const byId = new Map(rows.map((row) => [row.id, row]));
    return chunk.flatMap(([id, hostId]) => {
      const row = byId.get(id);
      if (row === undefined) return [];
      const { facts_json: facts, first_seen: firstSeen } = row;
      return { host: names.get(hostId) ?? '', facts, firstSeen: isoTime(firstSeen) };
    });
  });
}
