import { sql } from 'kysely';
import { type AdvisoryRecord, isOfOne, namesOf } from '../exposure/advisory.ts';
import { packageKey } from '../exposure/osv-ecosystems.ts';
import { possibleSources } from '../exposure/record-index.ts';
import type { AskedRecords, KnownOf, VulnerabilitySeverity } from '../ports/feed-store.ts';
import { byBytes } from './byte-order.ts';
import { inChunks, insertEach } from './chunks.ts';
import { answeringFeed, isOfAnsweringFeed } from './joins.ts';
import { bounded, type Db } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    advisory_package: {
      /** Without its release, e.g. `Debian`. */
      ecosystem: string;
      name: string;
      advisory_id: number;
    };
  }
}

export const advisoryPackageLife = bounded(
  'its advisory is removed',
  'which packages an advisory speaks of',
);

/** What stands before the release, e.g. `Debian` of `Debian:12`. */
const baseOf = (ecosystem: string): string => ecosystem.split(':', 1)[0] ?? '';

/** Remembers of which packages advisories speak; `ids` are their keys, in the same order. */
export async function nameAdvisoryPackages(
  db: Db,
  records: readonly AdvisoryRecord[],
  ids: readonly number[],
): Promise<void> {
  const rows = records.flatMap(({ affected }, index) => {
    const named = new Map<string, { ecosystem: string; name: string; advisory_id: number }>();
    for (const one of affected) {
      const ecosystem = baseOf(one.ecosystem);
      // A record of a binary package speaks of others of its source too.
      const names =
        one.nameKind === 'binary'
          ? possibleSources(one.name)
          : [packageKey(one.ecosystem, one.name)];
      for (const name of names) {
        const row = { ecosystem, name, advisory_id: ids[index] ?? 0 };
        named.set(`${ecosystem} ${name}`, row);
      }
    }
    return [...named.values()];
  });
  await insertEach(db, 'advisory_package', rows, (row) => row);
}

/** See `FeedStore.recordsAbout`. */
export async function readRecordsAbout(
  db: Db,
  { ecosystem, names }: AskedRecords,
): Promise<AdvisoryRecord[]> {
  const keys = [...new Set(names.map((name) => packageKey(ecosystem, name)))];
  const found = new Map<number, AdvisoryRecord>();
  await inChunks(keys, async (chunk) => {
    const rows = await db
      .selectFrom('advisory_package')
      .innerJoin('advisory', 'advisory.id', 'advisory_package.advisory_id')
      .innerJoin('feed', answeringFeed('advisory'))
      .select(['advisory.id', 'advisory.record_json'])
      .where('advisory_package.ecosystem', '=', baseOf(ecosystem))
      .where('advisory_package.name', 'in', chunk)
      .execute();
    for (const { id, record_json: record } of rows) {
      const affected = record.affected.filter((one) => one.ecosystem === ecosystem);
      if (affected.length > 0) found.set(id, { ...record, affected });
    }
  });
  return [...found].sort(([a], [b]) => a - b).map(([, record]) => record);
}

const idKey = (id: string): string => id.toUpperCase();

/** See `FeedStore.knownOfEach`. */
export async function readKnownOfEach(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, KnownOf>> {
  const found = new Map<string, KnownOf>();
  const of = (cve: string): KnownOf => {
    const known = found.get(cve) ?? { exploited: null, prediction: null };
    found.set(cve, known);
    return known;
  };
  await inChunks([...new Set(ids.map(idKey))], async (chunk) => {
    const exploited = await db
      .selectFrom('known_exploited')
      .select(['cve', 'entry_json'])
      .where('cve', 'in', chunk)
      .where(isOfAnsweringFeed('known_exploited'))
      .execute();
    for (const { cve, entry_json: entry } of exploited) of(cve).exploited = entry;
    const predictions = await db
      .selectFrom('exploit_prediction')
      .select(['cve', 'probability', 'percentile'])
      .where('cve', 'in', chunk)
      .where(isOfAnsweringFeed('exploit_prediction'))
      .execute();
    for (const prediction of predictions) of(prediction.cve).prediction = prediction;
  });
  return found;
}

/** See `FeedStore.knownOf`. */
export async function readKnownOf(db: Db, ids: readonly string[]): Promise<KnownOf> {
  const known = [...(await readKnownOfEach(db, ids))].sort(([a], [b]) => byBytes(a, b));
  const [exploited = null] = known.flatMap(([, one]) => one.exploited ?? []);
  const [prediction = null] = known.flatMap(([, one]) => one.prediction ?? []);
  return { exploited, prediction };
}

/** See `FeedStore.severitiesOf`. */
export async function readSeveritiesOf(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, VulnerabilitySeverity[]>> {
  const found = new Map<string, VulnerabilitySeverity[]>();
  await inChunks([...new Set(ids.map(idKey))], async (chunk) => {
    const rows = await db
      .selectFrom('advisory_name')
      .innerJoin('advisory', 'advisory.id', 'advisory_name.advisory_id')
      .innerJoin('feed', answeringFeed('advisory'))
      .select([
        'advisory_name.name',
        sql<AdvisoryRecord['advisory']>`advisory.record_json -> 'advisory'`.as('said_json'),
      ])
      .where('advisory_name.name', 'in', chunk)
      .orderBy('advisory.id')
      .execute();
    for (const { name, said_json: said } of rows) {
      // A record about several vulnerabilities has the severity of the worst of them.
      const isAlone = isOfOne(said) && namesOf(said).includes(name);
      if (said.withdrawn !== null || !isAlone) continue;
      const severities = said.severities.map((one) => ({ ...one, record: said.id }));
      found.set(name, [...(found.get(name) ?? []), ...severities]);
    }
  });
  return found;
}
