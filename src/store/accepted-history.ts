import { countBySeverity, type SeverityCounts } from '../findings/severity-counts.ts';
import { severityAt } from './acceptance-rows.ts';
import type { Db } from './schema.ts';

/** A time in which a finding of a host was open and accepted, in epoch milliseconds. */
export interface AcceptedTime {
  host_id: number;
  severity: number;
  from: number;
  /** It is over then. */
  to: number;
}

/** Times since `since` in which findings of these hosts were open and accepted. */
export async function readAcceptedTimes(
  db: Db,
  ids: readonly number[],
  since: number,
): Promise<AcceptedTime[]> {
  const rows = await db
    .selectFrom('acceptance')
    .innerJoin('finding', (join) =>
      join
        .onRef('finding.host_id', '=', 'acceptance.host_id')
        .onRef('finding.fingerprint', '=', 'acceptance.fingerprint'),
    )
    .select(['acceptance.host_id', 'finding.severity', 'finding.opened_at', 'finding.closed_at'])
    .select(['acceptance.made_at', 'acceptance.until_at', 'acceptance.ended_at'])
    .where('acceptance.host_id', 'in', ids)
    .where('acceptance.until_at', '>', since)
    .where((eb) => eb.or([eb('closed_at', 'is', null), eb('closed_at', '>', since)]))
    .execute();
  const never = Number.POSITIVE_INFINITY;
  return rows.map((row) => ({
    host_id: row.host_id,
    severity: row.severity,
    from: Math.max(row.made_at, row.opened_at),
    to: Math.min(row.until_at, row.ended_at ?? never, row.closed_at ?? never),
  }));
}

/** How many findings were open and accepted at a time, by severity. */
export const acceptedAt = (times: readonly AcceptedTime[], at: number): SeverityCounts =>
  countBySeverity(
    times
      .filter(({ from, to }) => from <= at && at < to)
      .map(({ severity }) => ({ severity: severityAt(severity) })),
  );
