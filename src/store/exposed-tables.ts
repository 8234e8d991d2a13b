import { type GeneratedAlways, type JSONColumnType, sql } from 'kysely';
import type { AffectedState, MatchBasis, TellEvent } from '../ports/exposed-store.ts';
import type { DecisionColumns } from './decision-columns.ts';
import type { LeaseColumns } from './leases.ts';
import { HISTORY, type Life, lasting, remove, type Trim } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    exposed: ExposedTable;
    /** What only a feed clears that is too old; the rows are alike. */
    exposed_unknown: ExposedTable;
    /** At most one row, whose id is 1. */
    exposed_match: LeaseColumns & {
      id: number;
      generation: number;
      basis_json: JSONColumnType<MatchBasis>;
      matched_at: number | null;
    };
    exposed_channel: {
      channel: string;
      generation: number;
      container: number;
      sources_json: JSONColumnType<string[]>;
      looked_at: number;
      summaries: number;
    };
    exposed_told: {
      channel: string;
      vulnerability: string;
      event: TellEvent;
      at: number;
      is_post: number;
    };
    exposed_acceptance: ExposedAcceptanceTable;
  }
}

export interface ExposedTable {
  id: GeneratedAlways<number>;
  vulnerability: string;
  /** 0 for a library or program. */
  package_id: number;
  /** 0 for a package of a system. */
  component_id: number;
  os_id: string;
  os_version: string;
  state: AffectedState;
  fixed: string | null;
  is_exploited: number;
  severity: number | null;
  first_seen: number;
  fixable_since: number | null;
  exploited_since: number | null;
  opened_in: number;
  closed_in: number | null;
  closed_at: number | null;
}

export interface ExposedAcceptanceTable extends DecisionColumns {
  vulnerability: string;
  package: string;
  versions_json: JSONColumnType<string[]>;
  scope: string;
}

/** As long as a vulnerability may come again it is remembered who was told of it. */
const forgetTold: Trim = async (db, { history }, rows) => {
  const { numAffectedRows } = await sql`
    delete from exposed_told where (channel, vulnerability, event) in (
      select channel, vulnerability, event from exposed_told where at < ${history}
      and not exists (select 1 from exposed where vulnerability = exposed_told.vulnerability)
      and not exists (select 1 from exposed_unknown where vulnerability = exposed_told.vulnerability)
      limit ${rows})`.execute(db);
  return Number(numAffectedRows ?? 0);
};

export const exposedLife: Life = {
  until: `${HISTORY} a match did not find it any more`,
  why: 'which vulnerability affects which package here, and since when',
  trims: [remove('exposed', ({ history }) => sql`closed_at < ${history}`)],
};

export const exposedUnknownLife: Life = {
  until: `${HISTORY} it was known again, or gone`,
  why: 'what only a feed clears that is too old, and since when it was known before',
  trims: [remove('exposed_unknown', ({ history }) => sql`closed_at < ${history}`)],
};

export const exposedMatchLife = lasting('one row: the match that answers');

export const exposedChannelLife = lasting(
  'one row for each channel: how far it was told of vulnerabilities',
);

export const exposedToldLife: Life = {
  until: `${HISTORY} it, once nothing of the vulnerability is left`,
  why: 'a channel is told of a vulnerability once',
  trims: [forgetTold],
};

export const exposedAcceptanceLife: Life = {
  until: `${HISTORY} its end`,
  why: 'who took which risk; the audit keeps it',
  trims: [
    remove('exposed_acceptance', ({ history }) => sql`coalesce(ended_at, until_at) < ${history}`),
  ],
};
