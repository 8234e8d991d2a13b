import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

const RETENTION_MS = 24 * 60 * 60 * 1000;
const CLEANUP_EVERY_MS = 60 * 60 * 1000;
const CLEANUP_ROWS = 500;

/**
 * Claims deliveries by key: true for the first to claim one within a day, whichever process that
 * is. Old claims are removed now and then, a chunk at a time.
 */
export function createDeliveryClaims(
  db: Kysely<Tables>,
): (key: string, at: number) => Promise<boolean> {
  // Only housekeeping: which claims hold is decided by the row alone.
  let nextCleanupAt = 0;
  return async (key, at) => {
    const claimed = await claim(db, key, at);
    if (at >= nextCleanupAt) {
      const removed = await removeOld(db, at);
      nextCleanupAt = removed < CLEANUP_ROWS ? at + CLEANUP_EVERY_MS : at;
    }
    return claimed;
  };
}

async function claim(db: Kysely<Tables>, key: string, at: number): Promise<boolean> {
  const row = await db
    .insertInto('delivery')
    .values({ key, seen_at: at })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({ seen_at: at })
        .where('delivery.seen_at', '<', at - RETENTION_MS),
    )
    .returning('key')
    .executeTakeFirst();
  return row !== undefined;
}

async function removeOld(db: Kysely<Tables>, at: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('delivery')
    .where('key', 'in', (eb) =>
      eb
        .selectFrom('delivery')
        .select('key')
        .where('seen_at', '<', at - RETENTION_MS)
        .limit(CLEANUP_ROWS),
    )
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}
