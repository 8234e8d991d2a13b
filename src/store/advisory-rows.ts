import { type AdvisoryRecord, isOfOne, namesOf, ownNamesOf } from '../exposure/advisory.ts';
import type { KnownOf } from '../ports/feed-store.ts';
import { inChunks } from './chunks.ts';
import { answeringFeed, isOfAnsweringFeed } from './joins.ts';
import type { Db } from './schema.ts';

/** What one vulnerability may be called by; more is no vulnerability but a mistake of a feed. */
const IDS_MAX = 500;

/**
 * The records of a vulnerability: those that name the id, and those that name what these call the
 * same, and so on. What is only `related` to them is not followed.
 */
export async function readRecordsOf(db: Db, id: string): Promise<AdvisoryRecord[]> {
  const found = new Map<number, AdvisoryRecord>();
  const names = new Set<string>();
  let fresh = [id.toUpperCase()];
  while (fresh.length > 0 && names.size < IDS_MAX) {
    const some = fresh.slice(0, IDS_MAX - names.size);
    for (const one of some) names.add(one);
    await readNamed(db, some, found);
    // An advisory of a distribution is about several: what it names beside this one is not the same.
    const same = [...found.values()]
      .filter(({ advisory }) => isOfOne(advisory))
      .flatMap(({ advisory }) => ownNamesOf(advisory));
    fresh = [...new Set(same)].filter((one) => !names.has(one));
  }
  return [...found.values()];
}

async function readNamed(
  db: Db,
  names: readonly string[],
  found: Map<number, AdvisoryRecord>,
): Promise<void> {
  await inChunks(names, async (chunk) => {
    const rows = await db
      .selectFrom('advisory_name')
      .innerJoin('advisory', 'advisory.id', 'advisory_name.advisory_id')
      .innerJoin('feed', answeringFeed('advisory'))
      .select(['advisory.id', 'advisory.record_json'])
      .where('advisory_name.name', 'in', chunk)
      .orderBy('advisory.id')
      .execute();
    // Rows of an older version have names that are only related.
    const isAbout = ({ advisory }: AdvisoryRecord) =>
      namesOf(advisory).some((one) => chunk.includes(one));
    for (const { id, record_json: record } of rows) if (isAbout(record)) found.set(id, record);
  });
}

/** What feeds say of the exploitation of the first of these ids that each knows. */
export async function readKnownOf(db: Db, ids: readonly string[]): Promise<KnownOf> {
  const names = ids.slice(0, IDS_MAX).map((id) => id.toUpperCase());
  const exploited = await db
    .selectFrom('known_exploited')
    .select('entry_json')
    .where('cve', 'in', names)
    .where(isOfAnsweringFeed('known_exploited'))
    .orderBy('cve')
    .executeTakeFirst();
  const prediction = await db
    .selectFrom('exploit_prediction')
    .select(['cve', 'probability', 'percentile'])
    .where('cve', 'in', names)
    .where(isOfAnsweringFeed('exploit_prediction'))
    .orderBy('cve')
    .executeTakeFirst();
  return { exploited: exploited?.entry_json ?? null, prediction: prediction ?? null };
}
