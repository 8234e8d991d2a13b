import type { GeneratedAlways, JSONColumnType } from 'kysely';
import type { ConfiguredFields } from '../drift/configured-fields.ts';

/** How a container should look; times are epoch milliseconds. */
export interface BaselineTable {
  id: GeneratedAlways<number>;
  host_id: number;
  container_key: string;
  container_name: string;
  fields_json: JSONColumnType<ConfiguredFields>;
  reason: string | null;
  made_at: number;
  made_by: string;
  ended_at: number | null;
  ended_by: string | null;
  ended_kind: 'withdrawn' | 'replaced' | null;
}
