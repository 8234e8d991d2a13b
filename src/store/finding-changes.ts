import { type RawBuilder, sql } from 'kysely';
import type { HostChanges } from '../ports/scan-store.ts';
import type { StoredFinding } from '../ports/stored.ts';
import { isoTime } from '../shared/time.ts';
import { withAcceptances } from './acceptance-rows.ts';
import { gather, idsOf, numberRows } from './chunks.ts';
import { type FindingRow, readRowsById, showNow } from './finding-rows.ts';
import { readScannedHosts, type ScannedHost } from './host-rows.ts';
import type { Db } from './schema.ts';

/** A host that was read, and the time with which it is compared. */
export interface Compared {
  host: ScannedHost;
  base: number;
  /** That nothing older is known. */
  isFromFirstScan: boolean;
  lastGoodAt: number;
}

/** Hosts of one statement: PostgreSQL mostly reads all findings for each. */
const HOSTS_AT_ONCE = 1_000;

/**
 * Compares the findings of hosts now, accepted as they are at `at`, with those at a time of each; hosts that no scan
 * could read are left out. Two statements for each chunk of hosts, and one for each of changed rows.
 */
export async function readFindingChanges(
  db: Db,
  sinceOf: ReadonlyMap<string, number>,
  at: number,
): Promise<HostChanges[]> {
  const hosts = await readScannedHosts(db, [...sinceOf.keys()]);
  return readChangesSince(db, await readCompared(db, hosts, sinceOf), at);
}

/** The times with which hosts are compared; those that no scan could read are left out. */
export const readCompared = (
  db: Db,
  hosts: readonly ScannedHost[],
  sinceOf: ReadonlyMap<string, number>,
): Promise<Compared[]> => gather(hosts, (chunk) => readBases(db, chunk, sinceOf), HOSTS_AT_ONCE);

/** Rows of findings that a host's changes are made of, some twice. */
export const changedRows = ({ host, base }: Compared): RawBuilder<unknown> => sql`
  select host_id from finding where host_id = ${host.id} and opened_at > ${base}
  union all select host_id from finding where host_id = ${host.id} and closed_at > ${base}`;

/** See `readFindingChanges`, for hosts whose times are known. */
export async function readChangesSince(
  db: Db,
  compared: readonly Compared[],
  at: number,
): Promise<HostChanges[]> {
  const ids = await gather(compared, (chunk) => findChanged(db, chunk), HOSTS_AT_ONCE);
  const rows = Map.groupBy(await readRowsById(db, ids), ({ host_id }) => host_id);
  const changes: HostChanges[] = [];
  for (const one of compared) changes.push(await changesOf(db, one, rows.get(one.host.id) ?? []));
  const hosts = compared.filter(({ host }) => rows.has(host.id)).map(({ host }) => host);
  return withDecisions(db, hosts, changes, at);
}

/** Time of the newest good scan of each host that is not later than its time, else of its first good one. */
async function readBases(
  db: Db,
  hosts: readonly ScannedHost[],
  sinceOf: ReadonlyMap<string, number>,
): Promise<Compared[]> {
  if (hosts.length === 0) return [];
  const sinces = hosts.map(({ id, name }) => [id, sinceOf.get(name) ?? 0]);
  const good = sql`from scan where scan.host_id = asked.host_id and is_good = 1`;
  const { rows } = await sql<{ host_id: number; since: number; base: number | null }>`
    with asked(host_id, since) as (values ${numberRows(sinces)})
    select host_id, since, coalesce((select max(seen_at) ${good} and seen_at <= since),
      (select min(seen_at) ${good})) as base from asked`.execute(db);
  const bases = new Map(rows.map((row) => [row.host_id, row]));
  return hosts.flatMap((host): Compared[] => {
    const { since = 0, base = null } = bases.get(host.id) ?? {};
    const { lastGoodAt } = host;
    if (base === null || lastGoodAt === null) return [];
    return [{ host, base, lastGoodAt, isFromFirstScan: base > since }];
  });
}

/**
 * Keys of the rows that were opened or closed after the time of their host, which SQLite takes one by one for `cross`;
 * PostgreSQL leaves out first what is older than all of these times.
 */
async function findChanged(db: Db, compared: readonly Compared[]): Promise<number[]> {
  if (compared.length === 0) return [];
  const bases = numberRows(compared.map(({ host, base }) => [host.id, base]));
  const oldest = Math.min(...compared.map(({ base }) => base));
  const { rows } = await sql<{ id: number }>`
    with base(host_id, at) as (values ${bases})
    select finding.id from base cross join finding
      where finding.host_id = base.host_id and finding.opened_at > base.at
        and finding.opened_at > ${sql.lit(oldest)}
    union
    select finding.id from base cross join finding
      where finding.host_id = base.host_id and finding.closed_at > base.at
        and finding.closed_at > ${sql.lit(oldest)}`.execute(db);
  return idsOf(rows);
}

async function changesOf(
  db: Db,
  { host, base, lastGoodAt, isFromFirstScan }: Compared,
  rows: readonly FindingRow[],
): Promise<HostChanges> {
  const found: HostChanges = {
    host: host.name,
    from: isoTime(base),
    isFromFirstScan,
    to: isoTime(lastGoodAt),
    changes: [],
    passing: [],
  };
  if (rows.length === 0) return found;
  const show = await showNow(db, host, rows);
  for (const history of Map.groupBy(rows, ({ fingerprint }) => fingerprint).values()) {
    const before = history.find((row) => row.opened_at <= base);
    const after = history.find((row) => row.closed_at === null);
    const last = history.at(-1);
    if (before !== undefined || after !== undefined) {
      found.changes.push({
        before: before === undefined ? null : show(before),
        after: after === undefined ? null : show(after),
      });
    } else if (last !== undefined) {
      found.passing.push(show(last));
    }
  }
  return found;
}

/** Changes in which the findings of now have their acceptances. */
async function withDecisions(
  db: Db,
  hosts: readonly ScannedHost[],
  found: readonly HostChanges[],
  at: number,
): Promise<HostChanges[]> {
  const open = found.flatMap(({ changes }) => changes.flatMap(({ after }) => after ?? []));
  const decided = await withAcceptances(db, hosts, open, at);
  const byOpen = new Map(open.map((finding, index) => [finding, decided[index] ?? finding]));
  const decide = (finding: StoredFinding | null) => finding && (byOpen.get(finding) ?? finding);
  return found.map((ofHost) => ({
    ...ofHost,
    changes: ofHost.changes.map(({ before, after }) => ({ before, after: decide(after) })),
  }));
}
