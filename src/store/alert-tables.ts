import type { Generated, GeneratedAlways, JSONColumnType } from 'kysely';
import type { AlertKind } from '../ports/alert-store.ts';
import type { Severity } from '../rules/rule.ts';

// Rows of alerts as the migration made them. Times are epoch milliseconds, `is_…` columns 0 or 1.

export interface AlertTable {
  id: GeneratedAlways<number>;
  channel: string;
  key: string;
  kind: AlertKind;
  host: string;
  severity: Severity;
  title: string;
  detail: string | null;
  next_json: JSONColumnType<string[]>;
  first_at: number;
  last_at: number;
  count: number;
  replies: Generated<number>;
  resolved_at: number | null;
  resolved_why: string | null;
  snoozed_until: number | null;
  snoozed_by: string | null;
  flood_id: number | null;
  is_silent: number;
  is_told: Generated<number>;
  is_stale: number;
}

interface AlertPostTable {
  id: GeneratedAlways<number>;
  channel: string;
  at: number;
}

interface AlertCursorTable {
  channel: string;
  host: string;
  findings_at: number;
  container_id: number;
  engine_change_id: number;
  event_id: number;
  blind_at: number;
}

interface EngineDefaultsTable {
  id: GeneratedAlways<number>;
  host_id: number;
  at: number;
  defaults_json: JSONColumnType<string[]>;
}

export interface AlertTables {
  alert: AlertTable;
  alert_post: AlertPostTable;
  alert_cursor: AlertCursorTable;
  engine_defaults: EngineDefaultsTable;
}
