import type { JSONColumnType } from 'kysely';
import type { ReachFacts } from '../paths/reach-facts.ts';
import { putRow } from './chunks.ts';
import { bounded, type Db } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    reach_facts: { host_id: number; facts_json: JSONColumnType<ReachFacts> };
  }
}

export const reachFactsLife = bounded(
  'the next scan',
  'one row for each host: what its containers reach',
);

/** By the newest scan that could read the host; null when none of this version did. */
export async function readReachFacts(db: Db, host: string): Promise<ReachFacts | null> {
  const row = await db
    .selectFrom('reach_facts')
    .innerJoin('host', 'host.id', 'reach_facts.host_id')
    .select('facts_json')
    .where('host.name', '=', host)
    .executeTakeFirst();
  return row?.facts_json ?? null;
}

/** Takes the place of what was known, which is `standing`. */
export async function writeReachFacts(
  db: Db,
  hostId: number,
  facts: ReachFacts,
  standing: string | null,
): Promise<void> {
  const facts_json = JSON.stringify(facts);
  if (facts_json === standing) return;
  await putRow(db, 'reach_facts', { host_id: hostId }, { facts_json });
}
