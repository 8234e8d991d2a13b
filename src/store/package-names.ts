import { type RawBuilder, sql } from 'kysely';
import {
  beginningsOf,
  isMeantBy,
  isMeantInReleases,
  isSourceMeant,
  lastPartOf,
  mayBeMeantBy,
  namesInReleases,
  sourcesBegin,
  sourcesCalled,
} from '../exposure/meant-name.ts';
import { packageKey } from '../exposure/osv-ecosystems.ts';
import type { AskedPackages } from '../ports/exposure-store.ts';
import type { Db } from './schema.ts';

/** A column of text in lower case, as an index of migration 44 has it. */
export const lowerCase = (column: string) => sql.raw<string>(`lower(${column})`);

/**
 * The last part of a name in lower case, as an index has it: `log4j-core` of `org.apache.logging.log4j:log4j-core`, `core` of
 * `@angular/core`, `crypto` of `golang.org/x/crypto`, `yaml` of `github.com/goccy/yaml/v2`.
 */
export function lastPart(column: string) {
  const slashed = `replace(lower(${column}), ':', '/')`;
  const bare = `rtrim(${slashed}, '0123456789')`;
  const named = `case when substr(${bare}, length(${bare}) - 1) = '/v'
    then substr(${bare}, 1, length(${bare}) - 2) else ${slashed} end`;
  // What is left of it without all signs of its end that are no slash is what stands before its last part.
  const before = `rtrim(${named}, replace(${named}, '/', ''))`;
  return sql.raw<string>(`substr(${named}, length(${before}) + 1)`);
}

/** See `ExposureStore.findNames`. */
export async function findNames(db: Db, asked: string): Promise<AskedPackages> {
  const key = packageKey('PyPI', asked);
  const lower = sourcesCalled(asked);
  const begun = sourcesBegin(asked).map(
    (one) => sql`or ${lowerCase('source_name')} like ${`${one}%`}`,
  );
  const begins = sql.join(begun, sql` `);
  const namesIn = async (
    table: 'package' | 'component' | 'imported_package',
    column: 'name' | 'source_name',
    [expression, values]: readonly [RawBuilder<string>, readonly string[]],
  ): Promise<string[]> => {
    const isOfSource = column === 'source_name';
    const { rows } = await sql<{ name: string }>`
      select distinct ${sql.ref(column)} as name from ${sql.table(table)}
      where ${expression} in (${sql.join(values)}) ${isOfSource ? begins : sql``}`.execute(db);
    const isOther = table === 'component' ? isMeantBy : isMeantInReleases;
    const isMeant = isOfSource ? isSourceMeant : isOther;
    return rows.map(({ name }) => name).filter((name) => name === key || isMeant(asked, name));
  };
  const last = [lastPartOf(asked), key];
  const inReleases = namesInReleases(asked);
  const names = await namesIn('package', 'name', [lowerCase('name'), inReleases]);
  const sources = await namesIn('package', 'source_name', [lowerCase('source_name'), lower]);
  const components = await namesIn('component', 'name', [lastPart('name'), last]);
  const listed = await namesIn('imported_package', 'name', [
    lastPart('name'),
    [...last, ...inReleases],
  ]);
  const origins = await namesIn('imported_package', 'source_name', [
    lowerCase('source_name'),
    lower,
  ]);
  return {
    names: [...new Set([asked, ...names, ...listed])],
    sources: [...new Set([asked, ...sources, ...origins])],
    components: [...new Set([asked, key, ...components])],
  };
}

/** See `ExposureStore.findNear`. */
export async function findNear(
  db: Db,
  asked: string,
): Promise<Pick<AskedPackages, 'names' | 'components'>> {
  const begun = beginningsOf(asked);
  const scopes = begun.flatMap((one) => [`${one}/`, `@${one}/`]);
  const near = async (
    table: 'package' | 'component' | 'imported_package',
    begins: readonly RawBuilder<unknown>[],
  ): Promise<string[]> => {
    const { rows } = await sql<{ name: string }>`
      select distinct name from ${sql.table(table)} where ${sql.join(begins, sql` or `)}`.execute(
      db,
    );
    return rows.map(({ name }) => name).filter((name) => mayBeMeantBy(asked, name));
  };
  const slashed = sql.raw<string>(`replace(lower(name), ':', '/')`);
  const ofLibraries = [
    ...begun.map((one) => isBegun(lastPart('name'), one)),
    ...scopes.map((one) => isBegun(slashed, one)),
  ];
  const listed = await near('imported_package', ofLibraries);
  const names = await near(
    'package',
    begun.map((one) => isBegun(lowerCase('name'), one)),
  );
  return {
    names: [...new Set([...names, ...listed])],
    components: [...new Set([...(await near('component', ofLibraries)), ...listed])],
  };
}

/** Between two texts, for which an index is of use. */
const isBegun = (expression: RawBuilder<string>, begin: string): RawBuilder<unknown> =>
  sql`(${expression} >= ${begin} and ${expression} < ${`${begin}\u{10ffff}`})`;
