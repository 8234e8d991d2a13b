import type {
  HostSight,
  PastContainer,
  PastFinding,
  PastStore,
  Period,
} from '../ports/past-store.ts';
import { isoTime, isoTimeOrNull } from '../shared/time.ts';
import { withAcceptances } from './acceptance-rows.ts';
import { gather, idsOf, inChunks, readInChunks, rowsAtOnce } from './chunks.ts';
import { toStored as toStoredContainer } from './container-rows.ts';
import type { Database } from './database.ts';
import { type FindingRow, readRows, showNow } from './finding-rows.ts';
import {
  isInRange,
  lastSeenOf,
  readKnownHosts,
  readScannedHosts,
  type ScannedHost,
} from './host-rows.ts';
import type { Db } from './schema.ts';
import { readUndecidedAt } from './undecided-rows.ts';

export function createPastStore({ read: inSnapshot }: Database): PastStore {
  const ofHosts = <T>(
    hosts: readonly string[],
    read: (db: Db, host: ScannedHost) => Promise<T[]>,
  ): Promise<T[]> =>
    inSnapshot(async (db) => {
      const found: T[] = [];
      for (const host of await readKnownHosts(db, hosts)) {
        for (const one of await read(db, host)) found.push(one);
      }
      return found;
    });
  return {
    listHosts: () => inSnapshot(readHostNames),
    listContainers: ({ hosts, containerId = null, ...period }) =>
      ofHosts(hosts, (db, host) => readSpans(db, host, period, containerId)),
    listFindings: ({ hosts, ...period }) =>
      ofHosts(hosts, (db, host) => readFindingsWithin(db, host, period)),
    listUndecided: ({ hosts, at }) =>
      ofHosts(hosts, async (db, host) => {
        const undecided = await readUndecidedAt(db, host.id, at);
        return undecided.map((one) => ({ ...one, host: host.name }));
      }),
    listSights: ({ hosts, at }) => inSnapshot((db) => readSights(db, hosts, at)),
  };
}

async function readHostNames(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('host_summary')
    .innerJoin('host', 'host.id', 'host_summary.host_id')
    .select('host.name')
    .orderBy('host.name')
    .execute();
  return rows.map(({ name }) => name);
}

async function readSpans(
  db: Db,
  host: ScannedHost,
  { from, to }: Period,
  containerId: string | null,
): Promise<PastContainer[]> {
  const rows = await readInChunks(
    db
      .selectFrom('container')
      .selectAll()
      .where('host_id', '=', host.id)
      .$if(containerId !== null, (query) => query.where('container_id', '=', containerId))
      .where((eb) => {
        const lasted = eb.or([eb('closed_at', 'is', null), eb('closed_at', '>', from)]);
        const within = eb.and([eb('opened_at', '<=', to), lasted]);
        // The engine tells when it was made, so it was there before anybody saw it.
        const seenLate = eb.and([
          eb('opened_at', '>', to),
          eb('opened_at', '=', eb.ref('first_seen')),
          eb(eb.ref('facts_json', '->>').key('createdAt'), '<=', isoTime(to) as never),
          eb(eb.ref('facts_json', '->>').key('createdAt'), '!=', '' as never),
        ]);
        return eb.or([within, seenLate]);
      }),
  );
  const ends = await readEnds(db, host, new Set(rows.map((row) => row.container_id)));
  const isWithin = new Set(
    rows.filter((row) => row.opened_at <= to).map((row) => row.container_id),
  );
  return rows
    .filter((row) => row.opened_at <= to || !isWithin.has(row.container_id))
    .map((row) => ({
      ...toStoredContainer(row, host),
      ...(ends.get(row.container_id) ?? {}),
      openedAt: isoTime(row.opened_at),
    }));
}

type End = Pick<PastContainer, 'lastSeen' | 'removedAt'>;

/** What became of containers in the end, by their newest rows. */
async function readEnds(
  db: Db,
  host: ScannedHost,
  ids: ReadonlySet<string>,
): Promise<Map<string, End>> {
  const ends = await gather([...ids], async (chunk) => {
    const rows = await db
      .selectFrom('container')
      .select(['container_id', 'first_seen', 'last_seen', 'closed_at'])
      .where('host_id', '=', host.id)
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('container')
          .select((each) => each.fn.max('id').as('newest'))
          .where('host_id', '=', host.id)
          .where('container_id', 'in', chunk)
          .groupBy('container_id'),
      )
      .execute();
    return rows.map((row): [string, End] => [
      row.container_id,
      { lastSeen: isoTime(lastSeenOf(row, host)), removedAt: isoTimeOrNull(row.closed_at) },
    ]);
  });
  return new Map(ends);
}

async function readFindingsWithin(
  db: Db,
  host: ScannedHost,
  { from, to }: Period,
): Promise<PastFinding[]> {
  const rows = await readRows(db, host.id, (eb) =>
    eb.and([
      eb('opened_at', '<=', to),
      eb.or([eb('closed_at', 'is', null), eb('closed_at', '>', from)]),
    ]),
  );
  const newest = new Map(rows.map((row) => [row.fingerprint, row]));
  const ends = await readFindingEnds(db, host, [...newest.values()]);
  const last = rows.filter((row) => newest.get(row.fingerprint) === row);
  const shown = last.map(await showNow(db, host, last));
  const found = await withAcceptances(db, [host], shown, to);
  return found.map((finding) => {
    const end = ends.get(finding.fingerprint);
    return end ? { ...finding, ...end } : { ...finding, closedAt: null };
  });
}

/**
 * When findings ended that were closed: a row that is followed by one with another severity has the
 * end of the last that has its first sight.
 */
async function readFindingEnds(
  db: Db,
  host: ScannedHost,
  rows: readonly FindingRow[],
): Promise<Map<string, Pick<PastFinding, 'lastSeen' | 'closedAt'>>> {
  const ends = new Map<string, Pick<PastFinding, 'lastSeen' | 'closedAt'>>();
  const followed = rows.filter((row) => row.is_superseded === 1);
  for (const row of rows) {
    if (row.closed_at === null || row.is_superseded === 1) continue;
    const lastSeen = isoTime(lastSeenOf(row, host));
    ends.set(row.fingerprint, { lastSeen, closedAt: isoTime(row.closed_at) });
  }
  await inChunks(followed, async (chunk) => {
    const fingerprints = chunk.map((row) => row.fingerprint);
    const later = await db
      .selectFrom('finding')
      .select(['fingerprint', 'first_seen', 'last_seen', 'closed_at'])
      .where('host_id', '=', host.id)
      .where('fingerprint', 'in', fingerprints)
      .orderBy('id')
      .execute();
    for (const { fingerprint, first_seen } of chunk) {
      const last = later.findLast(
        (row) => row.fingerprint === fingerprint && row.first_seen === first_seen,
      );
      if (last === undefined) continue;
      ends.set(fingerprint, {
        lastSeen: isoTime(lastSeenOf(last, host)),
        closedAt: isoTimeOrNull(last.closed_at),
      });
    }
  });
  return ends;
}

/** Three looks into an index for each host. */
async function readSights(db: Db, names: readonly string[], at: number): Promise<HostSight[]> {
  const read = async (chunk: readonly ScannedHost[]) => {
    const rows = await db
      .selectFrom('host')
      .select((eb) => {
        const good = eb
          .selectFrom('scan')
          .whereRef('scan.host_id', '=', 'host.id')
          .where('is_good', '=', 1);
        const first = good.select((one) => one.fn.min('seen_at').as('at'));
        const last = good.select((one) => one.fn.max('seen_at').as('at'));
        return [
          'host.id',
          first.as('first'),
          last.where('seen_at', '<=', at).as('before'),
          first.where('seen_at', '>', at).as('after'),
        ];
      })
      .where(isInRange('host.id', idsOf(chunk)))
      .execute();
    const byHost = new Map(rows.map((row) => [row.id, row]));
    return chunk.map(({ id, name }) => {
      const { first = null, before = null, after = null } = byHost.get(id) ?? {};
      return {
        host: name,
        firstAt: isoTimeOrNull(first),
        before: isoTimeOrNull(before),
        after: isoTimeOrNull(after),
      };
    });
  };
  return gather(await readScannedHosts(db, names), read, rowsAtOnce(db));
}
