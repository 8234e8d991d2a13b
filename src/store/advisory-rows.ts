import { type AdvisoryRecord, isOfOne, namesOf, ownNamesOf } from '../exposure/advisory.ts';
import { inChunks } from './chunks.ts';
import { answeringFeed } from './joins.ts';
import type { Db } from './schema.ts';

/** What one vulnerability may be called by; more is no vulnerability but a mistake of a feed. */
const IDS_MAX = 500;

/**
 * The records of a vulnerability: those that name the id, and those that name what these call the
 * same, and so on. What is only `related` to them is not followed.
 */
export const readRecordsOf = async (db: Db, id: string): Promise<AdvisoryRecord[]> =>
  (await readRecordsOfEach(db, [id])).get(id) ?? [];

/** The same of each id, in as many reads as the farthest of them has steps from name to name. */
export async function readRecordsOfEach(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, AdvisoryRecord[]>> {
  const walks = [...new Set(ids)].map(
    (id): Walk => ({ id, found: new Map(), names: new Set(), fresh: [id.toUpperCase()] }),
  );
  const known: RowsByName = new Map();
  for (let open = walks; open.length > 0; open = open.filter(({ fresh }) => fresh.length > 0)) {
    const asked = new Set(open.flatMap(({ fresh }) => fresh));
    const unread = [...asked].filter((name) => !known.has(name));
    await readNamed(db, unread, known);
    for (const walk of open) step(walk, known);
  }
  return new Map(walks.map(({ id, found }) => [id, [...found.values()]]));
}

type RowsByName = Map<string, { id: number; record: AdvisoryRecord }[]>;

interface Walk {
  id: string;
  found: Map<number, AdvisoryRecord>;
  names: Set<string>;
  /** Names to be asked for next. */
  fresh: readonly string[];
}

function step(walk: Walk, known: RowsByName): void {
  const { found, names, fresh } = walk;
  for (const name of fresh) names.add(name);
  const rows = fresh.flatMap((name) => known.get(name) ?? []);
  for (const { id, record } of rows.sort((a, b) => a.id - b.id)) found.set(id, record);
  // An advisory of a distribution is about several: what it names beside this one is not the same.
  const same = [...found.values()]
    .filter(({ advisory }) => isOfOne(advisory))
    .flatMap(({ advisory }) => ownNamesOf(advisory));
  const more = [...new Set(same)].filter((one) => !names.has(one));
  walk.fresh = more.slice(0, IDS_MAX - names.size);
}

async function readNamed(db: Db, names: readonly string[], known: RowsByName): Promise<void> {
  for (const name of names) known.set(name, []);
  await inChunks(names, async (chunk) => {
    const asked = new Set(chunk);
    const rows = await db
      .selectFrom('advisory_name')
      .innerJoin('advisory', 'advisory.id', 'advisory_name.advisory_id')
      .innerJoin('feed', answeringFeed('advisory'))
      .select(['advisory.id', 'advisory.record_json'])
      .where('advisory_name.name', 'in', chunk)
      .orderBy('advisory.id')
      .execute();
    const records = new Map(rows.map(({ id, record_json: record }) => [id, record]));
    // Rows of an older version have names that are only related.
    for (const [id, record] of records) {
      const own = new Set(namesOf(record.advisory));
      for (const name of own) if (asked.has(name)) known.get(name)?.push({ id, record });
    }
  });
}
