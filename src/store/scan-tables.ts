import type { GeneratedAlways, JSONColumnType } from 'kysely';
import type { UnreadSection } from '../ports/scan-record.ts';
import type { HostPosture } from '../posture/assess-host.ts';
import { bounded, HISTORY, type Life } from './life.ts';
import { trimScans } from './trim-scans.ts';

declare module './schema.ts' {
  interface Tables {
    host: {
      id: GeneratedAlways<number>;
      name: string;
      engine_id: string | null;
    };
    scan: ScanTable;
    host_summary: OpenCounts & {
      host_id: number;
      last_scan_id: number;
      last_good_scan_id: number | null;
    };
  }
}

/** Open findings by severity. */
export interface OpenCounts {
  open_low: number;
  open_medium: number;
  open_high: number;
  open_critical: number;
}

export interface ScanTable extends OpenCounts {
  id: GeneratedAlways<number>;
  uid: string;
  host_id: number;
  started_at: number;
  finished_at: number;
  seen_at: number;
  is_good: number;
  engine_id: string | null;
  engine_version: string | null;
  api_version: string | null;
  answered: number;
  unknown: number;
  not_applicable: number;
  total: number;
  unread_sections_json: JSONColumnType<UnreadSection[]>;
  /** Null: as in the host's scan before. */
  posture_json: JSONColumnType<HostPosture> | null;
}

export const hostLife: Life = bounded(
  'the end of the database',
  'one row for each host that was ever scanned',
);

export const scanLife: Life = {
  until: `${HISTORY} it; the newest, and those that the rest of history leans on, stay`,
  why: 'grades and blind times of the past',
  trims: [trimScans],
};

export const hostSummaryLife: Life = bounded(
  'the end of the database',
  'one row for each host: its newest scan',
);
