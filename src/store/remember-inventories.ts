import { sql } from 'kysely';
import type { MatchedInventory } from '../ports/exposure-store.ts';
import { inChunks, keyList } from './chunks.ts';
import { systemOf } from './inventory-rows.ts';
import type { Db } from './schema.ts';

/** Some hundred bytes each. */
const KEPT_MAX = 20_000;
const KEYS_AT_ONCE = 1_000;

/** Gives inventories without their packages, by their keys. */
export type ListInventories = (
  db: Db,
  ids: readonly number[],
) => Promise<Map<number, MatchedInventory>>;

/**
 * Nothing of an inventory changes but when it was last seen: those that were read stand. Whoever finds packages of one
 * takes a copy. Those of one system have the same object for it.
 */
export function rememberInventories(): ListInventories {
  const kept = new Map<number, MatchedInventory>();
  const systems = new Map<string, MatchedInventory['operatingSystem']>();
  const sameSystem = (system: MatchedInventory['operatingSystem']) => {
    const key = JSON.stringify(system);
    const known = systems.get(key) ?? system;
    systems.set(key, known);
    return known;
  };
  return async (db, ids) => {
    const found = new Map<number, MatchedInventory>();
    const unread: number[] = [];
    for (const id of ids) {
      const known = kept.get(id);
      if (known === undefined) unread.push(id);
      else found.set(id, known);
    }
    await inChunks(
      unread,
      async (chunk) => {
        const rows = await db
          .selectFrom('inventory')
          .select(['id', 'manager', 'os_id', 'os_version', 'os_name'])
          .where(sql<boolean>`id in (${keyList(chunk)})`)
          .execute();
        if (kept.size + rows.length > KEPT_MAX) {
          kept.clear();
          systems.clear();
        }
        for (const { id, manager, ...row } of rows) {
          const one = { id, manager, operatingSystem: sameSystem(systemOf(row)), packages: [] };
          kept.set(id, one);
          found.set(id, one);
        }
      },
      KEYS_AT_ONCE,
    );
    return found;
  };
}
