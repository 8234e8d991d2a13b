import { sql } from 'kysely';
import type { HostChanges } from '../ports/scan-store.ts';
import type { StoredFinding } from '../ports/stored-finding.ts';
import { isoTime } from '../shared/time.ts';
import { withAcceptances } from './acceptance-rows.ts';
import { idsOf, inChunks } from './chunks.ts';
import { type FindingRow, readRowsById, showNow } from './finding-rows.ts';
import { readScannedHosts, type ScannedHost } from './host-rows.ts';
import type { Db } from './schema.ts';

/** A host that was read, and the time with which it is compared. */
interface Compared {
  host: ScannedHost;
  base: number;
  lastGoodAt: number;
}

/** Hosts of one statement: PostgreSQL mostly reads all findings for each. */
const HOSTS_AT_ONCE = 1_000;

/**
 * Compares the findings of hosts now, accepted as they are at `at`, with those at a time; hosts that no scan
 * could read are left out. Two statements for each chunk of hosts, and one for each of changed rows.
 */
export async function readFindingChanges(
  db: Db,
  { hosts: names, since }: { hosts: readonly string[]; since: number },
  at: number,
): Promise<HostChanges[]> {
  const compared: Compared[] = [];
  const ids: number[] = [];
  await inChunks(
    await readScannedHosts(db, names),
    async (chunk) => {
      const ofChunk = await readBases(db, chunk, since);
      compared.push(...ofChunk);
      for (const id of await findChanged(db, ofChunk)) ids.push(id);
    },
    HOSTS_AT_ONCE,
  );
  const rows = Map.groupBy(await readRowsById(db, ids), ({ host_id }) => host_id);
  const changes: HostChanges[] = [];
  for (const one of compared) {
    changes.push(await changesOf(db, one, rows.get(one.host.id) ?? [], since));
  }
  const hosts = compared.filter(({ host }) => rows.has(host.id)).map(({ host }) => host);
  return withDecisions(db, hosts, changes, at);
}

/** Time of the newest good scan of each host that is not later than `since`, else of its first good one. */
async function readBases(
  db: Db,
  hosts: readonly ScannedHost[],
  since: number,
): Promise<Compared[]> {
  const rows = await db
    .selectFrom('host')
    .select((eb) => {
      const good = eb
        .selectFrom('scan')
        .whereRef('scan.host_id', '=', 'host.id')
        .where('is_good', '=', 1);
      const last = good.select((one) => one.fn.max('seen_at').as('at'));
      const first = good.select((one) => one.fn.min('seen_at').as('at'));
      return ['host.id', eb.fn.coalesce(last.where('seen_at', '<=', since), first).as('base')];
    })
    .where('host.id', 'in', idsOf(hosts))
    .execute();
  const bases = new Map(rows.map(({ id, base }) => [id, base]));
  return hosts.flatMap((host): Compared[] => {
    const base = bases.get(host.id) ?? null;
    const { lastGoodAt } = host;
    return base === null || lastGoodAt === null ? [] : [{ host, base, lastGoodAt }];
  });
}

/**
 * Keys of the rows that were opened or closed after the time of their host, which SQLite takes one by one for `cross`;
 * PostgreSQL leaves out first what is older than all of these times.
 */
async function findChanged(db: Db, compared: readonly Compared[]): Promise<number[]> {
  if (compared.length === 0) return [];
  const times = compared.map(({ host, base }) => `(${BigInt(host.id)}, ${BigInt(base)})`);
  const oldest = Math.min(...compared.map(({ base }) => base));
  const { rows } = await sql<{ id: number }>`
    with base(host_id, at) as (values ${sql.raw(times.join(', '))})
    select finding.id from base cross join finding
      where finding.host_id = base.host_id and finding.opened_at > base.at
        and finding.opened_at > ${oldest}
    union
    select finding.id from base cross join finding
      where finding.host_id = base.host_id and finding.closed_at > base.at
        and finding.closed_at > ${oldest}`.execute(db);
  return idsOf(rows);
}

async function changesOf(
  db: Db,
  { host, base, lastGoodAt }: Compared,
  rows: readonly FindingRow[],
  since: number,
): Promise<HostChanges> {
  const found: HostChanges = {
    host: host.name,
    from: isoTime(base),
    isFromFirstScan: base > since,
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
