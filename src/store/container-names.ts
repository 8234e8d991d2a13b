import { type SqlBool, sql } from 'kysely';
import type { ScanStore } from '../ports/scan-store.ts';
import type { NamedContainer, Namesake } from '../ports/stored-container.ts';
import { isoTime, isoTimeOrNull } from '../shared/time.ts';
import { idsOf } from './chunks.ts';
import { isLastState } from './container-lists.ts';
import { isOfHosts, readKnownHosts } from './host-rows.ts';
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
  return rows.map(({ closed_at, ...row }) => ({
    ...row,
    removedAt: isoTimeOrNull(closed_at),
  }));
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
