import { type GeneratedAlways, type JSONColumnType, sql } from 'kysely';
import { HISTORY, type Life, remove } from './life.ts';
import type { Db } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    engine_defaults: {
      id: GeneratedAlways<number>;
      host_id: number;
      at: number;
      defaults_json: JSONColumnType<string[]>;
    };
  }
}

export const engineDefaultsLife: Life = {
  until: `${HISTORY} it; the newest of each host stays`,
  why: 'changes of the security defaults of an engine',
  trims: [
    remove(
      'engine_defaults',
      ({ history }) =>
        sql`at < ${history} and id not in (select max(id) from engine_defaults group by host_id)`,
    ),
  ],
};

/** Keeps the security defaults of an engine when they are others than before, which is `standing`. */
export async function writeEngineDefaults(
  db: Db,
  { hostId, seenAt }: { hostId: number; seenAt: number },
  defaults: readonly string[],
  standing: string | null,
): Promise<void> {
  const text = JSON.stringify(defaults);
  if (text === standing) return;
  await db
    .insertInto('engine_defaults')
    .values({ host_id: hostId, at: seenAt, defaults_json: text })
    .execute();
}
