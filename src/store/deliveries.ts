import type { Kysely } from 'kysely';
import { DAY_MS } from '../shared/time.ts';
import type { Tables } from './schema.ts';

/** Claims a delivery by its key: true for the first to claim it within a day, whichever process that is. */
export async function claimDelivery(db: Kysely<Tables>, key: string, at: number): Promise<boolean> {
  const row = await db
    .insertInto('delivery')
    .values({ key, seen_at: at })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({ seen_at: at })
        .where('delivery.seen_at', '<', at - DAY_MS),
    )
    .returning('key')
    .executeTakeFirst();
  return row !== undefined;
}
