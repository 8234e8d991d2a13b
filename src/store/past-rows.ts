import { indexUndecided } from '../findings/compare.ts';
import type { FindingName } from '../ports/intent.ts';
import type { AsOf, ClosedFinding } from '../ports/past.ts';
import type { StoredContainer, StoredFinding } from '../ports/stored.ts';
import type { HostPosture } from '../posture/assess-host.ts';
import { isoTime } from '../shared/time.ts';
import { inChunks, readInChunks } from './chunks.ts';
import { newestRows, toStored as toStoredContainer } from './container-rows.ts';
import { baselineStateOf, type FindingRow, toStored } from './finding-rows.ts';
import { readHosts, readKnownHosts, type ScannedHost, withNewestScans } from './host-rows.ts';
import { readPosture } from './posture-rows.ts';
import type { Db } from './schema.ts';
import { readUndecidedAt } from './undecided-rows.ts';

/**
 * Hosts as they were after scans of theirs; those are left out whose scan is the newest one or is not known,
 * because then they are as they are now.
 */
async function readPastStates(
  db: Db,
  hosts: readonly ScannedHost[],
  asOf: AsOf,
): Promise<Map<number, ScannedHost>> {
  // A host may be called `constructor`.
  const asked = hosts.filter(({ name }) => Object.hasOwn(asOf, name));
  const found = new Map<number, ScannedHost>();
  await inChunks(asked, async (chunk) => {
    const uids = chunk.map(({ name }) => asOf[name] ?? '');
    const rows = await db
      .selectFrom('scan')
      .select((eb) => [
        ...(['scan.id', 'scan.host_id', 'scan.seen_at'] as const),
        eb
          .selectFrom('scan as good')
          .select((each) => each.fn.max('good.seen_at').as('at'))
          .whereRef('good.host_id', '=', 'scan.host_id')
          .whereRef('good.seen_at', '<=', 'scan.seen_at')
          .where('good.is_good', '=', 1)
          .as('good_at'),
      ])
      .innerJoin('host_summary', 'host_summary.host_id', 'scan.host_id')
      .whereRef('host_summary.last_scan_id', '!=', 'scan.id')
      .where('scan.uid', 'in', uids)
      .execute();
    for (const { id, host_id, seen_at, good_at } of rows) {
      const host = chunk.find((one) => one.id === host_id);
      if (host === undefined) continue;
      found.set(host_id, { ...host, lastScanId: id, lastAt: seen_at, lastGoodAt: good_at });
    }
  });
  return found;
}

/** A host as it is asked about: as it is now, or as it was after an earlier scan. */
export interface AskedHost {
  state: ScannedHost;
  isPast: boolean;
}

export interface AskedKeys {
  /** Of the hosts that are asked about as they are now. */
  now: number[];
  /** Of the scans of the others. */
  scans: number[];
}

/** By which keys rows of these hosts are found. */
export const keysOfAsked = (hosts: readonly AskedHost[]): AskedKeys => ({
  now: hosts.filter(({ isPast }) => !isPast).map(({ state }) => state.id),
  scans: hosts.filter(({ isPast }) => isPast).map(({ state }) => state.lastScanId),
});

/** Those of the hosts that were scanned or watched, as they are asked about, in order of name. */
export async function readAskedHosts(
  db: Db,
  { hosts, asOf = {} }: { hosts: readonly string[]; asOf?: AsOf },
): Promise<AskedHost[]> {
  const states = await readKnownHosts(db, hosts);
  const pasts = await readPastStates(db, states, asOf);
  return states.map((state) => {
    const past = pasts.get(state.id);
    return { state: past ?? state, isPast: past !== undefined };
  });
}

/** By which keys rows of hosts are found that are asked about, and how the hosts of some of these rows stand. */
export async function readAsked(
  db: Db,
  { hosts: names, asOf = {} }: { hosts: readonly string[]; asOf?: AsOf },
): Promise<{ keys: AskedKeys; hostsOf(rows: readonly HostRow[]): Promise<AskedHost[]> }> {
  if (Object.keys(asOf).length > 0) {
    const asked = await readAskedHosts(db, { hosts: names, asOf });
    return { keys: keysOfAsked(asked), hostsOf: async () => asked };
  }
  const hosts = await readHosts(db, names);
  const keys = { now: [...hosts.keys()], scans: [] };
  return { keys, hostsOf: (rows) => readHostsOf(db, rows, hosts) };
}

type HostRow = { host_id: number };

/** Those of the hosts, by name, that have one of these rows, as they are now. */
export async function readHostsOf(
  db: Db,
  rows: readonly HostRow[],
  hosts: ReadonlyMap<number, string>,
): Promise<AskedHost[]> {
  const ids = new Set(rows.map(({ host_id }) => host_id));
  const own = new Map([...hosts].filter(([id]) => ids.has(id)));
  return (await withNewestScans(db, own)).map((state) => ({ state, isPast: false }));
}

/** Shows rows of a host as they stood after a scan. */
export async function showThen(
  db: Db,
  past: ScannedHost,
): Promise<(row: FindingRow) => StoredFinding> {
  const findReason = indexUndecided(await readUndecidedAt(db, past.id, past.lastAt));
  return (row) => {
    const finding = { rule: row.rule_id, subjectKey: row.subject_key };
    return toStored(row, past, baselineStateOf(row, past), findReason(finding));
  };
}

/** Containers that existed at a scan, and with `includeGone` those that were gone by then. */
export async function readContainersAt(
  db: Db,
  past: ScannedHost,
  includeGone: boolean,
): Promise<StoredContainer[]> {
  const rows = await readInChunks(
    db
      .selectFrom('container')
      .selectAll()
      .where('host_id', '=', past.id)
      .where('opened_at', '<=', past.lastAt)
      .where((eb) => {
        const existed = eb.or([eb('closed_at', 'is', null), eb('closed_at', '>', past.lastAt)]);
        return includeGone ? eb.or([existed, eb('is_gone', '=', 1)]) : existed;
      }),
  );
  return newestRows(rows).map((row) => {
    const existed = row.closed_at === null || row.closed_at > past.lastAt;
    return toStoredContainer(existed ? { ...row, closed_at: null } : row, past);
  });
}

/** When a finding was last closed; null while it is open, or when it was never known. */
export async function readClosedFinding(
  db: Db,
  { host, fingerprint }: FindingName,
): Promise<ClosedFinding | null> {
  const row = await db
    .selectFrom('finding')
    .innerJoin('host', 'host.id', 'finding.host_id')
    .select(['finding.rule_id', 'finding.subject_key', 'finding.closed_at'])
    .where('host.name', '=', host)
    .where('finding.fingerprint', '=', fingerprint)
    .orderBy('finding.id', 'desc')
    .executeTakeFirst();
  if (row === undefined || row.closed_at === null) return null;
  return { rule: row.rule_id, subjectKey: row.subject_key, closedAt: isoTime(row.closed_at) };
}

/** Posture of a host by its newest good scan at or before a time; null without one. */
export async function readPostureAt(db: Db, host: string, at: number): Promise<HostPosture | null> {
  const scan = await db
    .selectFrom('scan')
    .innerJoin('host', 'host.id', 'scan.host_id')
    .select(['scan.id', 'scan.host_id'])
    .where('host.name', '=', host)
    .where('scan.is_good', '=', 1)
    .where('scan.seen_at', '<=', at)
    .orderBy('scan.seen_at', 'desc')
    .executeTakeFirst();
  return scan === undefined ? null : readPosture(db, scan.host_id, scan.id);
}
