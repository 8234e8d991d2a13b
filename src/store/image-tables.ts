import type { GeneratedAlways, JSONColumnType } from 'kysely';
import type { KeptImage } from '../ports/image-store.ts';

export interface ImageTable {
  id: GeneratedAlways<number>;
  host_id: number;
  image_id: string;
  name: string;
  created_at: number | null;
  layers_key: string | null;
  facts_json: JSONColumnType<KeptImage> | null;
  unread_reason: string | null;
  facets_json: JSONColumnType<string[]>;
  unverified_facets_json: JSONColumnType<string[]>;
  inventory_id: number | null;
  content_hash: string;
}

interface ImageListTable {
  host_id: number;
  seen_at: number;
  is_use_known: number;
}

export interface ImageTables {
  image: ImageTable;
  image_list: ImageListTable;
}
