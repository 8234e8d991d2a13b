import type { Kysely } from 'kysely';
import { alertKey } from '../ports/alert-store.ts';
import type { Tables } from './schema.ts';
import type { Trim } from './trim.ts';

/**
 * Removes alerts that ended long ago, with their messages in the outbox, which later ones of the same
 * alert lean on. A flood stays as long as one of those that it stands for.
 */
export const trimAlerts: Trim = async (db, { history }, rows) => {
  const ended = await db
    .selectFrom('alert')
    .select('id')
    .where('resolved_at', '<', history)
    .where('is_stale', '=', 0)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('alert as part')
            .select('part.id')
            .whereRef('part.flood_id', '=', 'alert.id'),
        ),
      ),
    )
    .limit(rows)
    .execute();
  for (const { id } of ended) await removeMessages(db, id);
  const ids = ended.map(({ id }) => id);
  await db.deleteFrom('alert').where('id', 'in', ids).execute();
  return ids.length;
};

/** Every key of an alert begins alike; `;` follows `:`. */
async function removeMessages(db: Kysely<Tables>, id: number): Promise<void> {
  const first = alertKey(id, '');
  await db
    .deleteFrom('outbox')
    .where('key', '>=', first)
    .where('key', '<', `${first.slice(0, -1)};`)
    .where('state', '!=', 'pending')
    .execute();
}
