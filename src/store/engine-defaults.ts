import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

/** Keeps the security defaults of an engine when they are others than before. */
export async function writeEngineDefaults(
  db: Kysely<Tables>,
  hostId: number,
  at: number,
  defaults: readonly string[],
): Promise<void> {
  const newest = await db
    .selectFrom('engine_defaults')
    .select('defaults_json')
    .where('host_id', '=', hostId)
    .orderBy('id', 'desc')
    .executeTakeFirst();
  const text = JSON.stringify(defaults);
  if (newest !== undefined && JSON.stringify(newest.defaults_json) === text) return;
  await db
    .insertInto('engine_defaults')
    .values({ host_id: hostId, at, defaults_json: text })
    .execute();
}
