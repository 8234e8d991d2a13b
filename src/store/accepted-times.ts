import { type RawBuilder, type Selectable, type SqlBool, sql } from 'kysely';
import { countBySeverity, type SeverityCounts } from '../findings/severity-counts.ts';
import { severityAt } from './acceptance-rows.ts';
import type { DecisionColumns } from './decision-columns.ts';
import type { FindingTable } from './finding-rows.ts';
import { isOfHosts } from './host-rows.ts';
import type { Db } from './schema.ts';

/** A time in which a finding of a host was open and accepted, in epoch milliseconds. */
export interface AcceptedTime {
  host_id: number;
  severity: number;
  from: number;
  /** It is over then. */
  to: number;
}

type AcceptedRow = Pick<
  Selectable<FindingTable>,
  'host_id' | 'severity' | 'opened_at' | 'closed_at'
> &
  Pick<Selectable<DecisionColumns>, 'made_at' | 'until_at' | 'ended_at'>;

/** Times since `since` in which findings of these hosts were open and accepted. */
export async function readAcceptedTimes(
  db: Db,
  ids: readonly number[],
  since: number,
): Promise<AcceptedTime[]> {
  const times = (isThen: RawBuilder<SqlBool>) => sql`
    select accepted.host_id, severity, opened_at, closed_at, made_at, until_at, ended_at
    from accepted cross join finding
    where finding.host_id = accepted.host_id and finding.fingerprint = accepted.fingerprint and ${isThen}`;
  // PostgreSQL would start other processes for what takes a few milliseconds, were it not materialized; for `cross` SQLite
  // takes what is accepted first. What is open and what was closed apart, each by its index: together all findings are read.
  const { rows } = await sql<AcceptedRow>`
    with accepted as materialized (
      select host_id, fingerprint, made_at, until_at, ended_at from acceptance
      where ${isOfHosts('host_id', ids)} and until_at > ${since})
    ${times(sql`closed_at is null`)} union all ${times(sql`closed_at > ${since}`)}`.execute(db);
  const never = Number.POSITIVE_INFINITY;
  return rows.map((row) => ({
    host_id: row.host_id,
    severity: row.severity,
    from: Math.max(row.made_at, row.opened_at),
    to: Math.min(row.until_at, row.ended_at ?? never, row.closed_at ?? never),
  }));
}

const nothingAccepted: Readonly<SeverityCounts> = Object.freeze(countBySeverity([]));

/** How many findings were open and accepted at a time, by severity; nobody may change it. */
export function acceptedAt(times: readonly AcceptedTime[], at: number): SeverityCounts {
  if (times.length === 0) return nothingAccepted;
  const counts = countBySeverity([]);
  for (const { from, to, severity } of times) {
    if (from <= at && at < to) counts[severityAt(severity)] += 1;
  }
  return counts;
}
