import type { Kysely, Selectable } from 'kysely';
import { type Acceptance, decisionState, voidReasons } from '../findings/acceptance.ts';
import type { CurrentFinding } from '../findings/result.ts';
import type { StoredAcceptance } from '../ports/acceptance-store.ts';
import type { StoredFinding } from '../ports/stored-finding.ts';
import { type Severity, severities } from '../rules/rule.ts';
import { writeAudit } from './audit-rows.ts';
import { CHUNK_ROWS, readInChunks } from './chunks.ts';
import { endColumns, toDecision } from './decision-columns.ts';
import type { AcceptanceTable, Tables } from './schema.ts';

/** An acceptance with the key of its row. */
export interface AcceptanceRow {
  id: number;
  acceptance: Acceptance;
}

type Host = { id: number; name: string };

/** Acceptances of a host in order of age; with `isOpenOnly` those that nothing ended. */
export async function readAcceptances(
  db: Kysely<Tables>,
  host: Host,
  isOpenOnly = false,
): Promise<AcceptanceRow[]> {
  const rows = await readInChunks((after) =>
    db
      .selectFrom('acceptance')
      .selectAll()
      .where('host_id', '=', host.id)
      .$if(isOpenOnly, (query) => query.where('ended_at', 'is', null))
      .where('id', '>', after)
      .orderBy('id')
      .limit(CHUNK_ROWS)
      .execute(),
  );
  return rows.map((row) => ({ id: row.id, acceptance: toAcceptance(row, host.name) }));
}

/** Findings of a host with the newest acceptance of each by then and its state at `at`. */
export async function withAcceptances(
  db: Kysely<Tables>,
  host: Host,
  findings: readonly StoredFinding[],
  at: number,
): Promise<StoredFinding[]> {
  const newest = new Map<string, StoredAcceptance>();
  for (const { acceptance } of await readAcceptances(db, host)) {
    if (Date.parse(acceptance.madeAt) > at) continue;
    newest.set(acceptance.fingerprint, withState(acceptance, at));
  }
  return findings.map((finding) => ({
    ...finding,
    acceptance: newest.get(finding.fingerprint) ?? null,
  }));
}

/** Open findings of a host that are accepted at `at`, by severity. */
export async function countAccepted(
  db: Kysely<Tables>,
  host: string,
  at: number,
): Promise<Record<Severity, number>> {
  const rows = await db
    .selectFrom('acceptance')
    .innerJoin('host', 'host.id', 'acceptance.host_id')
    .innerJoin('finding', (join) =>
      join
        .onRef('finding.host_id', '=', 'acceptance.host_id')
        .onRef('finding.fingerprint', '=', 'acceptance.fingerprint')
        .on('finding.closed_at', 'is', null),
    )
    .select(['finding.severity', (eb) => eb.fn.countAll<number>().as('count')])
    .where('host.name', '=', host)
    .where('acceptance.ended_at', 'is', null)
    .where('acceptance.until_at', '>', at)
    .groupBy('finding.severity')
    .execute();
  const count = (severity: Severity): number =>
    rows.find((row) => row.severity === severities.indexOf(severity) + 1)?.count ?? 0;
  return {
    low: count('low'),
    medium: count('medium'),
    high: count('high'),
    critical: count('critical'),
  };
}

/** Ends the acceptances that do not fit what a scan found. `at` is the end of the scan. */
export async function voidAcceptances(
  db: Kysely<Tables>,
  host: Host,
  findings: readonly CurrentFinding[],
  at: number,
): Promise<void> {
  const current = new Map(findings.map((finding) => [finding.fingerprint, finding]));
  for (const { id, acceptance } of await readAcceptances(db, host, true)) {
    const finding = current.get(acceptance.fingerprint);
    if (finding === undefined || decisionState(acceptance, at) !== 'in-force') continue;
    const reasons = voidReasons(acceptance, finding);
    if (reasons.length === 0) continue;
    const ending = { at, by: scanner.id, kind: 'voided', why: reasons.join('; ') } as const;
    await db.updateTable('acceptance').set(endColumns(ending)).where('id', '=', id).execute();
    const after = await readAcceptance(db, id, host.name);
    const what = describe(acceptance);
    await writeAudit(db, { at, actor: scanner, verb: 'void', what, before: acceptance, after });
  }
}

/** Who ends what a scan contradicts. */
const scanner = { id: 'seawall', name: 'seawall', place: 'scan' };

/** The acceptance of a row that is known to be there. */
export async function readAcceptance(
  db: Kysely<Tables>,
  id: number,
  host: string,
): Promise<Acceptance> {
  const row = await db
    .selectFrom('acceptance')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return toAcceptance(row, host);
}

/** An acceptance in words, for the audit. */
export const describe = ({ rule, subjectKey, host }: Acceptance): string =>
  `${rule} ${subjectKey} on ${host}`;

export const withState = (acceptance: Acceptance, at: number): StoredAcceptance => ({
  ...acceptance,
  state: decisionState(acceptance, at),
});

function toAcceptance(row: Selectable<AcceptanceTable>, host: string): Acceptance {
  const severity = severities[row.severity - 1];
  if (severity === undefined) throw new Error(`unknown severity ${row.severity} in the database`);
  return {
    host,
    fingerprint: row.fingerprint,
    rule: row.rule_id,
    subjectKind: row.subject_kind,
    subjectKey: row.subject_key,
    severity,
    binding: row.binding_json,
    ...toDecision(row),
  };
}
