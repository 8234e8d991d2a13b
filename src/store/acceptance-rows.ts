import {
  type Expression,
  type JSONColumnType,
  type RawBuilder,
  type Selectable,
  type SqlBool,
  sql,
} from 'kysely';
import { type Acceptance, decisionState, voidReasons } from '../findings/acceptance.ts';
import { bindingOf } from '../findings/binding.ts';
import type { BindingPart } from '../findings/result.ts';
import { countBySeverity, type SeverityCounts } from '../findings/severity-counts.ts';
import type { StoredAcceptance } from '../ports/acceptance-store.ts';
import type { ScanRecord } from '../ports/scan-record.ts';
import type { StoredScan } from '../ports/scan-store.ts';
import type { StoredFinding } from '../ports/stored.ts';
import { type Severity, type SubjectKind, severities } from '../rules/rule.ts';
import { writeAudit } from './audit-rows.ts';
import { readInChunks, rowsAtOnce } from './chunks.ts';
import { type DecisionColumns, endDecision, toDecision, withState } from './decision-columns.ts';
import { isInRange, isOfHosts } from './host-rows.ts';
import { type Db, HISTORY, type Life, remove, type Tables } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    acceptance: DecisionColumns & {
      host_id: number;
      fingerprint: string;
      rule_id: string;
      severity: number;
      subject_kind: SubjectKind;
      subject_key: string;
      binding_json: JSONColumnType<BindingPart[]>;
    };
  }
}

export const acceptanceLife: Life = {
  until: `${HISTORY} its end`,
  why: 'who took which risk; the audit keeps it',
  trims: [remove('acceptance', ({ history }) => sql`coalesce(ended_at, until_at) < ${history}`)],
};

export interface AcceptanceRow {
  id: number;
  acceptance: Acceptance;
}

type Host = { id: number; name: string };

/** Acceptances of hosts in order of age; with `isOpenOnly` those that nothing ended. */
export async function readAcceptances(
  db: Db,
  hosts: readonly Host[],
  isOpenOnly = false,
): Promise<AcceptanceRow[]> {
  const names = new Map(hosts.map(({ id, name }) => [id, name]));
  const rows = await readInChunks(
    db
      .selectFrom('acceptance')
      .selectAll()
      .where(isOfHosts('host_id', [...names.keys()]))
      .$if(isOpenOnly, (query) => query.where('ended_at', 'is', null)),
    { pageRows: rowsAtOnce(db) },
  );
  return rows.map((row) => ({
    id: row.id,
    acceptance: toAcceptance(row, names.get(row.host_id) ?? ''),
  }));
}

/** The newest acceptance of each finding among those for which a condition holds. */
export const newestAcceptances = (db: Db, among: Expression<SqlBool>) =>
  db
    .selectFrom('acceptance')
    .selectAll()
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('acceptance')
        .select((each) => each.fn.max('acceptance.id').as('id'))
        .where(among)
        .groupBy(['host_id', 'fingerprint']),
    );

/** That an acceptance, as `decision`, holds at a time, as `decisionState` has it. */
export const isInForce = (at: number): RawBuilder<boolean> =>
  sql`(decision.until_at > ${at}
    and (decision.ended_at is null or decision.ended_at > ${at} or decision.ended_at >= decision.until_at))`;

/** Findings of these hosts with the newest acceptance of each by then and its state at `at`. */
export const withAcceptances = async (
  db: Db,
  hosts: readonly Host[],
  findings: readonly StoredFinding[],
  at: number,
): Promise<StoredFinding[]> => withThese(await readAcceptances(db, hosts), findings, at);

/** The same by the acceptances of these hosts. */
export function withThese(
  acceptances: readonly AcceptanceRow[],
  findings: readonly StoredFinding[],
  at: number,
): StoredFinding[] {
  const byHost = new Map<string, Map<string, StoredAcceptance>>();
  for (const { acceptance } of acceptances) {
    if (Date.parse(acceptance.madeAt) > at) continue;
    const own = byHost.get(acceptance.host) ?? new Map<string, StoredAcceptance>();
    byHost.set(acceptance.host, own.set(acceptance.fingerprint, withState(acceptance, at)));
  }
  return findings.map((finding) => {
    const acceptance = byHost.get(finding.host)?.get(finding.fingerprint) ?? null;
    return acceptance === finding.acceptance ? finding : { ...finding, acceptance };
  });
}

/** Open findings that are accepted at `at`, by the key of the host and severity; hosts without one are left out. */
export async function countAccepted(
  db: Db,
  hostIds: readonly number[],
  at: number,
): Promise<Map<number, SeverityCounts>> {
  const rows = await db
    .selectFrom('acceptance')
    .innerJoin('finding', (join) =>
      join
        .onRef('finding.host_id', '=', 'acceptance.host_id')
        .onRef('finding.fingerprint', '=', 'acceptance.fingerprint')
        .on('finding.closed_at', 'is', null),
    )
    .select(['acceptance.host_id', 'finding.severity'])
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(isInRange('acceptance.host_id', hostIds))
    .where('acceptance.ended_at', 'is', null)
    .where('acceptance.until_at', '>', at)
    .groupBy(['acceptance.host_id', 'finding.severity'])
    .execute();
  const found = new Map<number, SeverityCounts>();
  for (const { host_id, severity, count } of rows) {
    const counts = found.get(host_id) ?? countBySeverity([]);
    counts[severityAt(severity)] += count;
    found.set(host_id, counts);
  }
  return found;
}

/** A scan whose open findings are counted without those that are accepted. */
export function withoutAccepted<Scan extends { open: SeverityCounts }>(
  scan: Scan,
  accepted: SeverityCounts = countBySeverity([]),
): Scan & Pick<StoredScan, 'accepted'> {
  const left = (severity: Severity) => Math.max(0, scan.open[severity] - accepted[severity]);
  const open = {
    low: left('low'),
    medium: left('medium'),
    high: left('high'),
    critical: left('critical'),
  };
  return { ...scan, open, accepted };
}

/** The severity that a column holds. Throws for one of a later version. */
export function severityAt(rank: number): Severity {
  const severity = severities[rank - 1];
  if (severity === undefined) throw new Error(`unknown severity ${rank} in the database`);
  return severity;
}

/** Ends those of the acceptances of a host that do not fit what a scan found; whether any was. `at` is the end of the scan. */
export async function voidAcceptances(
  db: Db,
  { host, acceptances }: { host: Host; acceptances: readonly AcceptanceRow[] },
  { findings, containers }: Pick<ScanRecord, 'findings' | 'containers'>,
  at: number,
): Promise<boolean> {
  let isAnyVoid = false;
  const facts = (containers ?? []).map((container) => container.facts);
  const current = new Map(findings.map((finding) => [finding.fingerprint, finding]));
  for (const { id, acceptance } of acceptances) {
    const finding = current.get(acceptance.fingerprint);
    if (acceptance.ended !== null || finding === undefined) continue;
    if (decisionState(acceptance, at) !== 'in-force') continue;
    const { severity } = finding;
    const reasons = voidReasons(acceptance, { severity, binding: bindingOf(finding, facts) });
    if (reasons.length === 0) continue;
    isAnyVoid = true;
    const ending = { at, by: scanner.id, kind: 'voided', why: reasons.join('; ') } as const;
    const after = toAcceptance(await endDecision(db, 'acceptance', id, ending), host.name);
    const what = describe(acceptance);
    await writeAudit(db, { at, actor: scanner, verb: 'void', what, before: acceptance, after });
  }
  return isAnyVoid;
}

/** Who ends what a scan contradicts. */
const scanner = { id: 'seawall', name: 'seawall', place: 'scan' };

/** An acceptance in words, for the audit. */
export const describe = ({ rule, subjectKey, host }: Acceptance): string =>
  `${rule} ${subjectKey} on ${host}`;

export const toAcceptance = (row: Selectable<Tables['acceptance']>, host: string): Acceptance => ({
  host,
  fingerprint: row.fingerprint,
  rule: row.rule_id,
  subjectKind: row.subject_kind,
  subjectKey: row.subject_key,
  severity: severityAt(row.severity),
  binding: row.binding_json,
  ...toDecision(row),
});
