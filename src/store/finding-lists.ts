import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { SeverityCounts } from '../findings/severity-counts.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import type { StoredFinding, WorstFindings } from '../ports/stored.ts';
import { type Severity, severities } from '../rules/rule.ts';
import { severityAt, withAcceptances } from './acceptance-rows.ts';
import { byBytes, inByteOrder } from './byte-order.ts';
import { boundRows, idsOf, inChunks, inKeyOrder, keyList, rowsAtOnce } from './chunks.ts';
import type { FindingRow } from './finding-rows.ts';
import { isInRange, readHosts } from './host-rows.ts';
import {
  type CountedFinding,
  countByRule,
  openRows,
  readAccepted,
  show,
  showRows,
} from './open-findings.ts';
import { sharingJson } from './parse-json-columns.ts';
import { keysOfAsked, readAskedHosts, readHostsOf } from './past-rows.ts';
import type { Db } from './schema.ts';

/** See `ScanStore.listWorstFindings`. `at`: for the state of acceptances. */
export async function listWorstFindings(
  db: Db,
  { hosts: names, subjects }: { hosts: readonly string[]; subjects: number },
  at: number,
): Promise<WorstFindings> {
  const hosts = await readHosts(db, names);
  const keys = { now: [...hosts.keys()], scans: [] };
  const accepted = await readAccepted(db, keys, { hosts: names }, at);
  const isOpen =
    accepted.length === 0
      ? sql<SqlBool>`closed_at is null`
      : sql<SqlBool>`closed_at is null and finding.id not in (${keyList(idsOf(accepted))})`;
  const acceptedOn = new Map(
    [...Map.groupBy(accepted, ({ host_id }) => host_id)].map(([id, own]) => [
      id,
      Map.groupBy(own, ({ subject_kind, subject_key }) => `${subject_kind} ${subject_key}`),
    ]),
  );
  const worst: Subject[] = [];
  await inChunks(
    inKeyOrder(keys.now),
    async (chunk) => {
      // What is accepted counts in the database: no more subjects stand too far ahead than have some of it.
      const ahead = chunk.reduce((sum, id) => sum + (acceptedOn.get(id)?.size ?? 0), 0);
      for (const one of await readSubjects(db, chunk, subjects + ahead)) {
        const own = acceptedOn.get(one.hostId)?.get(`${one.kind} ${one.key}`);
        const left = withoutAccepted(one, own ?? []);
        if (left !== null) worst.push({ ...left, host: hosts.get(one.hostId) ?? '' });
      }
      worst.sort(byGravity).splice(subjects);
    },
    rowsAtOnce(db),
  );
  const rows = worst.length === 0 ? [] : await readFindingsOf(db, worst, isOpen);
  return {
    findings: await show(db, rows, await readHostsOf(db, rows, hosts), at),
    byRule: await countByRule(db, keys, accepted),
  };
}

interface Subject extends SeverityCounts {
  hostId: number;
  host: string;
  kind: string;
  key: string;
}

const byGravity = (a: Subject, b: Subject): number =>
  b.critical - a.critical ||
  b.high - a.high ||
  b.medium - a.medium ||
  b.low - a.low ||
  byBytes(a.key, b.key) ||
  byBytes(a.host, b.host) ||
  byBytes(a.kind, b.kind);

const countOf = (severity: Severity) =>
  sql<number>`count(*) filter (where severity = ${sql.lit(severities.indexOf(severity) + 1)})`.as(
    severity,
  );

/** A subject by what is left of its findings without these of them; null for nothing. */
function withoutAccepted(
  subject: Omit<Subject, 'host'>,
  accepted: readonly CountedFinding[],
): Omit<Subject, 'host'> | null {
  const left = { ...subject };
  for (const { severity } of accepted) left[severityAt(severity)] -= 1;
  return severities.some((severity) => left[severity] > 0) ? left : null;
}

/** The first of the subjects of these hosts, with what is accepted. An index has all that is counted. */
function readSubjects(
  db: Db,
  hostIds: readonly number[],
  limit: number,
): Promise<Omit<Subject, 'host'>[]> {
  const subjects = db
    .selectFrom('finding')
    .select(['host_id as hostId', 'subject_kind as kind', 'subject_key as key'])
    .select(severities.map(countOf))
    .where(isInRange('host_id', hostIds))
    .where('closed_at', 'is', null)
    .groupBy(['host_id', 'subject_kind', 'subject_key']);
  return db
    .selectFrom(subjects.as('own'))
    .innerJoin('host', 'host.id', 'own.hostId')
    .selectAll('own')
    .orderBy(sql`critical desc, high desc, medium desc, low desc`)
    .orderBy(inByteOrder(db, 'own.key'))
    .orderBy(inByteOrder(db, 'host.name'))
    .orderBy(inByteOrder(db, 'own.kind'))
    .limit(limit)
    .execute();
}

const readFindingsOf = (
  db: Db,
  subjects: readonly Subject[],
  isOpen: RawBuilder<SqlBool>,
): Promise<FindingRow[]> =>
  db
    .selectFrom('finding')
    .selectAll()
    .where(isOpen)
    .where(
      sql<SqlBool>`(host_id, subject_kind, subject_key) in (values ${boundRows(
        subjects.map(({ hostId, kind, key }) => [hostId, kind, key]),
      )})`,
    )
    .orderBy('host_id')
    .orderBy('id')
    .execute();

/**
 * Open findings, host by host in order of name, then of age; nobody may change what they share. A fleet has so many that
 * most of the time went into keeping their rows until the last was read: each is shown at once.
 */
export async function listOpenFindings(
  db: Db,
  { container, ...asked }: Parameters<ScanStore['listOpenFindings']>[0],
  at: number,
): Promise<StoredFinding[]> {
  const hosts = await readAskedHosts(db, asked);
  const open = openRows(db, keysOfAsked(hosts), asked).as('open');
  const keys = await db
    .selectFrom(open)
    .select(['open.id', 'open.host_id'])
    .$if(container !== undefined, (query) =>
      query
        .where('open.subject_kind', '=', 'container')
        .where('open.subject_key', '=', container ?? ''),
    )
    .execute();
  const byHost = Map.groupBy(keys, ({ host_id }) => host_id);
  const inOrder = hosts.flatMap((host) =>
    (byHost.get(host.state.id) ?? []).map(({ id }) => ({ id, host })).sort((a, b) => a.id - b.id),
  );
  const sharing = sharingJson(db);
  const found: StoredFinding[] = [];
  const read = async (chunk: typeof inOrder) => {
    const rows = await sharing
      .selectFrom('finding')
      .selectAll()
      .where(sql<boolean>`id in (${keyList(idsOf(chunk))})`)
      .execute();
    const byId = new Map(rows.map((row) => [row.id, row]));
    const ordered = chunk.flatMap(({ id }) => byId.get(id) ?? []);
    const own = new Set(chunk.map(({ host }) => host));
    for (const one of await showRows(db, ordered, [...own])) found.push(one);
  };
  await inChunks(inOrder, read, rowsAtOnce(db));
  const states = hosts.map(({ state }) => state);
  return withAcceptances(db, states, found, at);
}
