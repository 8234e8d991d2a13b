import type { ColumnType, Generated } from 'kysely';

export interface DeliveryTable {
  key: string;
  seen_at: number;
  /** Who answers it; null once nobody does any more. */
  owner: string | null;
  claimed_until: number | null;
  tries: Generated<number>;
  progress_ts: string | null;
  /** In an object, because of JSON columns only objects come back parsed. */
  body_json: ColumnType<{ body: unknown } | null, string | null, string | null>;
}
