import type { ColumnType, Generated } from 'kysely';

export interface DeliveryTable {
  key: string;
  /** When it came first, by the clock of the process that it came to. */
  seen_at: number;
  /** Who answers it; null once nobody does any more. */
  lease_owner: string | null;
  lease_token: Generated<number>;
  lease_until: Generated<number>;
  /** Later nobody can be answered; by the clock of leases. */
  answer_until: Generated<number>;
  tries: Generated<number>;
  progress_ts: string | null;
  /** In an object, because of JSON columns only objects come back parsed. */
  body_json: ColumnType<{ body: unknown } | null, string | null, string | null>;
}
