import type { Generated, GeneratedAlways, JSONColumnType } from 'kysely';
import type { AffectedState, MatchBasis, TellEvent } from '../ports/exposed-store.ts';
import type { DecisionColumns } from './decision-columns.ts';

/** At most one row, whose id is 1. */
interface ExposedMatchTable {
  id: number;
  generation: number;
  basis_json: JSONColumnType<MatchBasis>;
  matched_at: number | null;
  lease_owner: string | null;
  lease_token: Generated<number>;
  lease_until: Generated<number>;
}

export interface ExposedTable {
  id: GeneratedAlways<number>;
  vulnerability: string;
  package_id: number;
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

interface ExposedChannelTable {
  channel: string;
  generation: number;
  container: number;
  sources_json: JSONColumnType<string[]>;
  looked_at: number;
  summaries: number;
}

interface ExposedToldTable {
  channel: string;
  vulnerability: string;
  event: TellEvent;
  at: number;
  is_post: number;
}

export interface ExposedAcceptanceTable extends DecisionColumns {
  vulnerability: string;
  package: string;
  versions_json: JSONColumnType<string[]>;
  scope: string;
}

export interface ExposedTables {
  exposed_match: ExposedMatchTable;
  exposed: ExposedTable;
  exposed_channel: ExposedChannelTable;
  exposed_told: ExposedToldTable;
  exposed_acceptance: ExposedAcceptanceTable;
}
