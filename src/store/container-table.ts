import { type Generated, type GeneratedAlways, type JSONColumnType, sql } from 'kysely';
import type { Control } from '../controls/control.ts';
import type { Isolation } from '../controls/isolation.ts';
import type { ImageDeclaration } from '../drift/image-declaration.ts';
import type { StoredSurface } from '../ports/inventory.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import { HISTORY, type Life, ofAnyHost, remove } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    container: ContainerTable;
  }
}

export interface ContainerTable {
  id: GeneratedAlways<number>;
  host_id: number;
  container_id: string;
  name: string;
  image_id: string;
  state: string;
  /** What it was started from, e.g. `nginx:1.27`, cut. */
  image: Generated<string>;
  /** First process, as the engine numbers it; null: none runs. */
  pid: number | null;
  /** Hash of the configuration of which Compose made it, cut; null: of another origin. */
  compose_hash: string | null;
  facts_json: JSONColumnType<ContainerFacts>;
  facets_json: JSONColumnType<string[]>;
  unverified_facets_json: JSONColumnType<string[]>;
  /** Null: of a version that looked at no controls. */
  controls_json: JSONColumnType<Control[]> | null;
  /** The same where `controls_json` is, which is then read once. Null: of an older version. */
  controls_hash: string | null;
  /** It holds while this is `content_hash`, which older versions change alone. */
  controls_hash_of: string | null;
  isolation_json: JSONColumnType<Isolation> | null;
  /** What it had installed while the row was open. */
  inventory_id: number | null;
  /** As last seen: what changes by itself, as the number of processes, opens no row. */
  surface_json: JSONColumnType<StoredSurface> | null;
  /** Null: of a version that did not look, or the image was unread. */
  image_json: JSONColumnType<ImageDeclaration> | null;
  content_hash: string;
  first_seen: number;
  opened_at: number;
  last_seen: number | null;
  closed_at: number | null;
  is_gone: Generated<number>;
}

export const containerLife: Life = {
  until: `${HISTORY} it was gone or was followed by another state`,
  why: 'what ran, and how',
  trims: [remove('container', ({ history }) => sql`${ofAnyHost} and closed_at < ${history}`)],
};
