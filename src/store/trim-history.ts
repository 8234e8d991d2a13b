import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

/** See `WatchStore.trim`. Of what exists nothing is removed, however old it is. */
export async function trimHistory(
  db: Kysely<Tables>,
  before: number,
  rows: number,
): Promise<number> {
  const removed = [
    await db
      .deleteFrom('container')
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('container')
          .select('id')
          .where('closed_at', '<', before)
          .orderBy('id')
          .limit(rows),
      )
      .executeTakeFirstOrThrow(),
    await db
      .deleteFrom('container_event')
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('container_event')
          .select('id')
          .where('at', '<', before)
          .orderBy('id')
          .limit(rows),
      )
      .executeTakeFirstOrThrow(),
    await db
      .deleteFrom('glimpse')
      .where('id', 'in', (eb) =>
        eb.selectFrom('glimpse').select('id').where('removed_at', '<', before).limit(rows),
      )
      .executeTakeFirstOrThrow(),
    await db
      .deleteFrom('watch_blind')
      .where('id', 'in', (eb) =>
        eb.selectFrom('watch_blind').select('id').where('to_at', '<', before).limit(rows),
      )
      .executeTakeFirstOrThrow(),
    await db
      .deleteFrom('own_probe')
      .where('id', 'in', (eb) =>
        eb.selectFrom('own_probe').select('id').where('seen_at', '<', before).limit(rows),
      )
      .executeTakeFirstOrThrow(),
  ];
  return removed.reduce((sum, { numDeletedRows }) => sum + Number(numDeletedRows), 0);
}
