import { type Generated, type GeneratedAlways, type JSONColumnType, sql } from 'kysely';
import type { SubjectKind } from '../rules/rule.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import { HISTORY, type Life, ofAnyHost, remove } from './life.ts';

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
