import { type GeneratedAlways, type JSONColumnType, sql } from 'kysely';
import type { LanguageEcosystem, UnreadFile } from '../inventory/filesystem-inventory.ts';
import type { ComponentPlace } from '../ports/filesystem-store.ts';
import { trimContents } from './inventory-tables.ts';
import { bounded, HISTORY, type Life, ofAnyHost, remove } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    filesystem: FilesystemTable;
    component: ComponentTable;
    filesystem_component: FilesystemComponentTable;
    image_filesystem: ImageFilesystemTable;
  }
}

interface FilesystemTable {
  id: GeneratedAlways<number>;
  key: string;
  owned_by_system: number;
  cut: string | null;
  unread_json: JSONColumnType<UnreadFile[]>;
  components: number;
  first_seen: number;
  last_seen: number;
}

interface ComponentTable {
  id: GeneratedAlways<number>;
  key: string;
  ecosystem: LanguageEcosystem | null;
  name: string;
  version: string | null;
  purl: string;
  is_main_module: number;
}

interface FilesystemComponentTable {
  filesystem_id: number;
  component_id: number;
  places_json: JSONColumnType<ComponentPlace[]>;
  places: number;
}

export interface ImageFilesystemTable {
  id: GeneratedAlways<number>;
  host_id: number;
  image_id: string;
  name: string;
  layers_key: string;
  filesystem_id: number | null;
  tried_at: number | null;
  read_from: 'probe' | 'container' | null;
  reason: string | null;
  reader: number | null;
  first_seen: number;
  last_seen: number;
}

export const imageFilesystemLife: Life = {
  until: `${HISTORY} its image was last seen, and no container is left that had it`,
  why: 'which image holds what',
  trims: [
    remove(
      'image_filesystem',
      ({ history }) =>
        sql`${ofAnyHost} and last_seen < ${history} and not exists (
          select 1 from container where container.host_id = image_filesystem.host_id
            and container.image_id = image_filesystem.image_id)`,
    ),
    trimContents({ holder: 'filesystem', member: 'component', usedBy: ['image_filesystem'] }),
  ],
};

export const filesystemLife = bounded(
  `${HISTORY} it was read, and no image is left that has it`,
  'what whole file systems hold',
);

export const filesystemComponentLife = bounded(
  'its file system is removed',
  'what is in which file system, and where',
);

export const componentLife = bounded(
  'the last file system with it is removed',
  'a library that many have stands there once',
);
