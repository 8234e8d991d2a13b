import { type GeneratedAlways, sql } from 'kysely';
import type { PackageManager } from '../snapshot/facts/packages.ts';
import { idsOf, inChunks, keyList } from './chunks.ts';
import { bounded, HISTORY, type Life, type Trim } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    inventory: InventoryTable;
    package: {
      id: GeneratedAlways<number>;
      name: string;
      version: string;
      architecture: string;
      source_name: string;
      source_version: string;
      built_by: string;
    };
    inventory_package: { inventory_id: number; package_id: number };
  }
}

export interface InventoryTable {
  id: GeneratedAlways<number>;
  key: string;
  manager: PackageManager | null;
  os_id: string | null;
  os_version: string | null;
  os_name: string | null;
  packages: number;
  first_seen: number;
  last_seen: number;
}

export const inventoryLife: Life = {
  until: `${HISTORY} it was last seen, and no container is left that had it`,
  why: 'what was installed',
  trims: [trimContents({ holder: 'inventory', member: 'package', usedBy: ['container', 'image'] })],
};

export const packageLife = bounded(
  'the last inventory with it is removed',
  'a package that many have stands there once',
);

export const inventoryPackageLife = bounded(
  'its inventory is removed',
  'which package is in which inventory',
);

/** What is stored once for all that have it, and the tables whose rows say who has. */
interface Contents {
  holder: 'filesystem' | 'inventory';
  member: 'component' | 'package';
  usedBy: readonly ('container' | 'image' | 'image_filesystem')[];
}

/** One has thousands of members. */
const HOLDERS_AT_ONCE = 5;

/** Removes holders that nobody has for long, and their members that are in no other. */
export function trimContents({ holder, member, usedBy }: Contents): Trim {
  const [holders, members] = [sql.table(holder), sql.table(member)];
  const links = sql.table(`${holder}_${member}`);
  const [holderKey, memberKey] = [sql.ref(`${holder}_id`), sql.ref(`${member}_id`)];
  const isUnused = usedBy.map(
    (table) => sql`and not exists (
      select 1 from ${sql.table(table)} as one where one.${holderKey} = ${holders}.id)`,
  );
  return async (db, { history }) => {
    const { rows: old } = await sql<{ id: number }>`
      select id from ${holders} where last_seen < ${history} ${sql.join(isUnused, sql` `)}
      limit ${HOLDERS_AT_ONCE}`.execute(db);
    for (const { id } of old) {
      const { rows: removed } = await sql<{ id: number }>`
        delete from ${links} where ${holderKey} = ${id} returning ${memberKey} as id`.execute(db);
      await inChunks(removed, (chunk) =>
        sql`delete from ${members} where id in (${keyList(idsOf(chunk))})
          and not exists (select 1 from ${links} where ${memberKey} = ${members}.id)`.execute(db),
      );
      await sql`delete from ${holders} where id = ${id}`.execute(db);
    }
    return old.length;
  };
}
