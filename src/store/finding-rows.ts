import {
  type Expression,
  type ExpressionBuilder,
  type Generated,
  type GeneratedAlways,
  type JSONColumnType,
  type Selectable,
  type SqlBool,
  sql,
  type Updateable,
} from 'kysely';
import { type FindingComparison, indexUndecided, type OpenFinding } from '../findings/compare.ts';
import type { BaselineState, CurrentFinding } from '../findings/result.ts';
import { countBySeverity } from '../findings/severity-counts.ts';
import type { OpenFindingsAsked, StoredFinding } from '../ports/stored.ts';
import { type Severity, type SubjectKind, severities } from '../rules/rule.ts';
import { isoTime, isoTimes } from '../shared/time.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import { severityAt } from './acceptance-rows.ts';
import { gather, idsOf, inChunks, inKeyOrder, insertEach, readInChunks } from './chunks.ts';
import { lastSeenBefore, lastSeenOf, type ScannedHost } from './host-rows.ts';
import { sharingJson } from './parse-json-columns.ts';
import type { OpenCounts } from './scan-tables.ts';
import { type Db, HISTORY, type Life, ofAnyHost, remove, type Tables } from './schema.ts';
import { readUndecidedAt } from './undecided-rows.ts';

declare module './schema.ts' {
  interface Tables {
    finding: FindingTable;
  }
}

export interface FindingTable {
  id: GeneratedAlways<number>;
  host_id: number;
  fingerprint: string;
  rule_id: string;
  severity: number;
  subject_kind: SubjectKind;
  subject_key: string;
  message: string;
  subjects_json: JSONColumnType<string[]>;
  evidence_json: JSONColumnType<Evidence[]>;
  first_seen: number;
  opened_at: number;
  changed_at: number | null;
  last_seen: number | null;
  closed_at: number | null;
  is_superseded: Generated<number>;
}

export const findingLife: Life = {
  until: `${HISTORY} it was closed`,
  why: 'what was found, and when',
  trims: [remove('finding', ({ history }) => sql`${ofAnyHost} and closed_at < ${history}`)],
};

export type FindingRow = Selectable<FindingTable>;

type FindingCondition = (eb: ExpressionBuilder<Tables, 'finding'>) => Expression<SqlBool>;

/** That a finding is of one of the severities, and of one of the rules; of any where none is named. */
export const isAsked =
  ({ severities: wanted = [], rules = [] }: OpenFindingsAsked): FindingCondition =>
  (eb) => {
    const ranks = wanted.map((severity) => severities.indexOf(severity) + 1);
    return eb.and([
      ...(ranks.length > 0 ? [eb('finding.severity', 'in', ranks)] : []),
      ...(rules.length > 0 ? [eb('finding.rule_id', 'in', rules)] : []),
    ]);
  };

/** An open finding with what is needed to write it again. */
export interface OpenRow extends OpenFinding {
  id: number;
  /** Of the finding, which may be older than this row. Epoch milliseconds. */
  firstSeen: number;
  /** False once a scan could not judge it, until one can again. */
  isVerified: boolean;
}

/** Those of a host, by the key. What many containers have alike is there once, and nobody may change it. */
export const readOpenRows = (db: Db, hostId: number): Promise<FindingRow[]> =>
  readRows(sharingJson(db), hostId, (eb) => eb('closed_at', 'is', null));

/** One of them, ready to be compared. */
export const toOpenRow = (row: FindingRow): OpenRow => ({
  id: row.id,
  firstSeen: row.first_seen,
  isVerified: row.last_seen === null,
  ...contentOf(row),
});

/** Open findings of a host with their state against the scan before the last, in order of age. */
export async function readOpenFindings(db: Db, host: ScannedHost): Promise<StoredFinding[]> {
  const rows = await readOpenRows(db, host.id);
  return rows.map(await showNow(db, host, rows));
}

/** Shows these rows of a host as they stand by its newest scan: those it could not judge with the reason. */
export async function showNow(
  db: Db,
  host: ScannedHost,
  rows: readonly FindingRow[],
  toTime = isoTimes(),
): Promise<(row: FindingRow) => StoredFinding> {
  const isUnverified = rows.some((row) => row.closed_at === null && row.last_seen !== null);
  const undecided = isUnverified ? await readUndecidedAt(db, host.id, host.lastAt) : [];
  const findReason = indexUndecided(undecided);
  return (row) => {
    if (row.closed_at !== null) return toStored(row, host, 'absent', null, toTime);
    const finding = { rule: row.rule_id, subjectKey: row.subject_key };
    const reason = row.last_seen === null ? null : findReason(finding);
    return toStored(row, host, baselineStateOf(row, host), reason, toTime);
  };
}

/** Findings that the scan of a host at this time found gone. */
export async function readClosedAt(
  db: Db,
  host: ScannedHost,
  at: number,
): Promise<StoredFinding[]> {
  const rows = await readRows(db, host.id, (eb) =>
    eb.and([eb('closed_at', '=', at), eb('is_superseded', '=', 0)]),
  );
  return rows.map((row) => toStored(row, host, 'absent', null));
}

/** Writes what a comparison says: unchanged rows stay untouched. False where all of them did. */
export async function writeFindings(
  db: Db,
  scan: { hostId: number; seenAt: number; lastGoodAt: number | null },
  comparison: FindingComparison<OpenRow>,
): Promise<boolean> {
  const { opened, unchanged, updated, closed } = comparison;
  const unread = comparison.unverified.filter((row) => row.isVerified);
  const readAgain = unchanged.filter((row) => !row.isVerified);
  // One that was unverified already keeps the time at which it was really seen.
  const last_seen = lastSeenBefore(scan.lastGoodAt);
  await inChunks(closed, (chunk) => updateRows(db, chunk, { closed_at: scan.seenAt, last_seen }));
  await inChunks(unread, (chunk) => updateRows(db, chunk, { last_seen }));
  await inChunks(readAgain, (chunk) => updateRows(db, chunk, { last_seen: null }));
  const isSameSeverity = ({ open, current }: (typeof updated)[number]) =>
    open.severity === current.severity;
  await inChunks(updated.filter(isSameSeverity), async (chunk) => {
    for (const { open, current } of chunk) {
      await updateRows(db, [open], {
        ...contentColumns(current),
        changed_at: scan.seenAt,
        last_seen: null,
      });
    }
  });
  const followed = updated.filter((update) => !isSameSeverity(update));
  await inChunks(followed, (chunk) => {
    const rows = chunk.map(({ open }) => open);
    return updateRows(db, rows, { closed_at: scan.seenAt, last_seen, is_superseded: 1 });
  });
  const fresh = [
    ...opened.map((finding) => ({ finding, first_seen: scan.seenAt, changed_at: null })),
    ...followed.map(({ open, current }) => ({
      finding: current,
      first_seen: open.firstSeen,
      changed_at: scan.seenAt,
    })),
  ];
  await insertEach(db, 'finding', fresh, ({ finding, ...times }) => ({
    host_id: scan.hostId,
    fingerprint: finding.fingerprint,
    rule_id: finding.rule,
    subject_kind: finding.subjectKind,
    subject_key: finding.subjectKey,
    ...contentColumns(finding),
    ...times,
    opened_at: scan.seenAt,
    last_seen: null,
    closed_at: null,
  }));
  return [opened, updated, closed, unread, readAgain].some(({ length }) => length > 0);
}

/** Open findings by severity after a comparison. */
export function countOpen(comparison: FindingComparison<OpenRow>): OpenCounts {
  const open: { severity: Severity }[] = [
    ...comparison.opened,
    ...comparison.unchanged,
    ...comparison.updated.map(({ current }) => current),
    ...comparison.unverified,
  ];
  const { low, medium, high, critical } = countBySeverity(open);
  return { open_low: low, open_medium: medium, open_high: high, open_critical: critical };
}

/** Rows of a host's findings under a condition, in order of their key. */
export const readRows = (
  db: Db,
  hostId: number,
  condition: FindingCondition,
): Promise<FindingRow[]> =>
  readInChunks(db.selectFrom('finding').selectAll().where('host_id', '=', hostId).where(condition));

/** Rows of findings by their keys, in order of these. */
export const readRowsById = (db: Db, ids: readonly number[]): Promise<FindingRow[]> =>
  gather(inKeyOrder(ids), (chunk) =>
    db.selectFrom('finding').selectAll().where('id', 'in', chunk).orderBy('id').execute(),
  );

async function updateRows(
  db: Db,
  rows: readonly OpenRow[],
  change: Updateable<FindingTable> | { last_seen: Expression<number> },
): Promise<void> {
  await db.updateTable('finding').set(change).where('id', 'in', idsOf(rows)).execute();
}

const contentOf = (row: FindingRow): OpenFinding => ({
  fingerprint: row.fingerprint,
  rule: row.rule_id,
  subjectKey: row.subject_key,
  severity: severityAt(row.severity),
  message: row.message,
  evidence: row.evidence_json,
  subjects: row.subjects_json,
});

const contentColumns = (finding: CurrentFinding) => ({
  severity: severities.indexOf(finding.severity) + 1,
  message: finding.message,
  evidence_json: JSON.stringify(finding.evidence),
  subjects_json: JSON.stringify(finding.subjects),
});

/** State of an open row against the scan before the last. */
export function baselineStateOf(row: FindingRow, host: ScannedHost): BaselineState {
  if (row.first_seen === host.lastAt) return 'new';
  return row.changed_at === host.lastAt ? 'updated' : 'unchanged';
}

/** A row as the finding it holds; the caller knows how it stands, and of acceptances. */
export const toStored = (
  row: FindingRow,
  host: ScannedHost,
  baselineState: BaselineState,
  unverifiedReason: string | null,
  toTime: (epochMs: number) => string = isoTime,
): StoredFinding => ({
  host: host.name,
  subjectKind: row.subject_kind,
  ...contentOf(row),
  firstSeen: toTime(row.first_seen),
  lastSeen: toTime(lastSeenOf(row, host)),
  baselineState,
  unverifiedReason,
  acceptance: null,
});
