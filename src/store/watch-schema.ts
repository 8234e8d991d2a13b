import type { Generated, GeneratedAlways, JSONColumnType } from 'kysely';
import type { EventDetail, Sighting } from '../ports/watch-store.ts';
import type { EventKind } from '../snapshot/facts/event.ts';

// Rows of watching hosts, see `schema.ts`.

/** One row for each host that was ever watched. */
export interface WatchTable {
  host_id: number;
  lease_owner: string | null;
  lease_token: Generated<number>;
  lease_until: Generated<number>;
  mark_nano: string | null;
  mark_id: string | null;
  mark_action: string | null;
  covered_until: number | null;
  since_at: number | null;
  is_hearing: Generated<number>;
}

export interface WatchBlindTable {
  id: GeneratedAlways<number>;
  host_id: number;
  from_at: number;
  to_at: number | null;
  cause: string;
}

export interface GlimpseTable {
  id: GeneratedAlways<number>;
  host_id: number;
  container_id: string;
  name: string;
  image: string;
  labels_json: JSONColumnType<Sighting['labels']>;
  first_seen: number;
  last_seen: number;
  removed_at: number | null;
  reason: string;
}

export interface OwnProbeTable {
  id: GeneratedAlways<number>;
  host_id: number;
  container_id: string;
  seen_at: number;
}

export interface ContainerEventTable {
  id: GeneratedAlways<number>;
  host_id: number;
  container_id: string;
  at: number;
  time_nano: string;
  kind: EventKind;
  detail_json: JSONColumnType<EventDetail>;
  exec_id: string | null;
}
