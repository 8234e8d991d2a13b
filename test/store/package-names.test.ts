import fc from 'fast-check';
import { sql } from 'kysely';
import { isMeantBy, lastPartOf } from '../../src/exposure/meant-name.ts';
import type { OpenDatabase } from '../../src/store/database.ts';
import { findNames, findNear, lastPart, lowerCase } from '../../src/store/package-names.ts';
import {
  isOnPostgres,
  type TemporaryDatabase,
  temporaryDatabase,
} from '../support/temporary-database.ts';

let place: TemporaryDatabase;
let database: OpenDatabase;

beforeAll(async () => {
  place = temporaryDatabase();
  database = await place.openDatabase(() => 0);
});
afterAll(async () => {
  await database.close();
  place.remove();
});

const partsInDatabase = (names: readonly string[]) =>
  database.read(async (db) => {
    const rows = sql.join(names.map((name) => sql`(${sql.lit(name)})`));
    const { rows: found } = await sql<{ part: string }>`
      with names (name) as (values ${rows}) select ${lastPart('name')} as part from names`.execute(
      db,
    );
    return found.map(({ part }) => part);
  });

it('has the last part of a name as those who ask have it', async () => {
  expect(
    await partsInDatabase([
      ...['openssl', 'org.apache.logging.log4j:Log4j-Core', '@angular/core', 'Symfony/Process'],
      ...['golang.org/x/crypto', 'github.com/goccy/yaml/v2', 'gopkg.in/yaml.v3', 'v2', '/v2', 'a/'],
    ]),
  ).toEqual([
    ...['openssl', 'log4j-core', 'core', 'process', 'crypto', 'yaml', 'yaml.v3', 'v2', '', ''],
  ]);
  const name = fc
    .array(fc.constantFrom('a', 'B', 'v', '1', '20', '/', ':', '.', '-', '/v', '/v1'), {
      maxLength: 9,
    })
    .map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(fc.array(name, { minLength: 40, maxLength: 40 }), async (names) => {
      expect(await partsInDatabase(names)).toEqual(names.map(lastPartOf));
    }),
    { numRuns: 10 },
  );
});

it('finds what is meant by its last part, whatever it is', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-zA-Z0-9/:.@-]{1,14}$/),
      fc.stringMatching(/^[a-zA-Z0-9/:.@-]{1,14}$/),
      (asked, name) => {
        if (isMeantBy(asked, name)) expect(lastPartOf(name)).toBe(lastPartOf(asked));
        // The major version of a Go module is no part of its name.
        const last = lastPartOf(name);
        const isNamed = last !== '' && last === lastPartOf(`x/${name}`);
        if (isNamed && !name.toLowerCase().startsWith('@types/'))
          expect(isMeantBy(name.toUpperCase(), `x/${name}`)).toBe(true);
      },
    ),
  );
});

it('finds names through indexes', async () => {
  for (const [table, expression, index] of [
    ['package', lowerCase('name'), 'package_name_lower'],
    ['package', lowerCase('source_name'), 'package_source_lower'],
    ['component', lastPart('name'), 'component_last_part'],
    ['imported_package', lastPart('name'), 'imported_package_last_part'],
    ['imported_package', lowerCase('source_name'), 'imported_package_source_lower'],
  ] as const) {
    const plan = await database.read(async (db) => {
      if (isOnPostgres()) await sql`set local enable_seqscan = off`.execute(db);
      const explain = sql.raw(isOnPostgres() ? 'explain' : 'explain query plan');
      const { rows } = await sql`${explain} select * from ${sql.table(table)}
        where ${expression} in ('openssl', 'core')`.execute(db);
      return JSON.stringify(rows);
    });
    expect(plan).toContain(index);
  }
});

it('knows the other name of a release of what lists name, and cuts none of a library of a language', async () => {
  await database.write(async (db) => {
    const names = { version: '1', purl: '', is_main_module: 0 };
    await db
      .insertInto('component')
      .values({ ...names, key: 'a', ecosystem: 'npm', name: 'libfloat64' })
      .execute();
    const { id } = await db
      .insertInto('imported_list')
      .values({
        ...{
          image_id: 'a',
          image_name: 'a',
          tool: 'a',
          tool_version: '1',
          format: 'cyclonedx' as const,
        },
        ...{ made_at: null, imported_at: 0, imported_by: 'a', packages: 1 },
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const listed = { list_id: id, source_name: 'openssl', package_json: '{}' };
    await db
      .insertInto('imported_package')
      .values({ ...listed, name: 'libssl3t64' })
      .execute();
  });
  const found = (asked: string) => database.read((db) => findNames(db, asked));

  expect((await found('libssl3')).names).toEqual(['libssl3', 'libssl3t64']);
  expect((await found('libfloat64')).components).toEqual(['libfloat64']);
  expect((await found('libfloa')).components).toEqual(['libfloa']);
});

it('knows what other distributions call a source, and a program whose source has a version behind its name', async () => {
  const sources = ['xz-utils', 'postgresql-15', 'postgresql-common', 'apache2', 'python3.11'];
  await database.write(async (db) => {
    const binary = { version: '1', architecture: 'amd64', source_version: '1', built_by: '' };
    for (const [index, source] of sources.entries())
      await db
        .insertInto('package')
        .values({ ...binary, name: `lib${index}`, source_name: source })
        .execute();
  });
  const found = async (asked: string) => {
    const { sources: kept } = await database.read((db) => findNames(db, asked));
    return kept.filter((one) => one !== asked);
  };
  expect(await found('xz')).toEqual(['xz-utils']);
  expect(await found('PostgreSQL')).toEqual(['postgresql-15']);
  expect(await found('httpd')).toEqual(['apache2']);
  expect(await found('python')).toEqual(['python3.11']);
  expect(await found('lib1')).toEqual([]);
});

it('finds all names that may be meant where nothing is called so, and no other', async () => {
  const systems = ['openssl-libs', 'libopenssl3', 'openssl', 'opensslx', 'Openssl-Perl'];
  const libraries = ['@openssl/x', 'openssl/ext-x', 'org.openssl:openssl-jni', 'a-openssl'];
  await database.write(async (db) => {
    const binary = { version: '1', architecture: 'amd64', source_version: '1', built_by: '' };
    for (const name of systems)
      await db
        .insertInto('package')
        .values({ ...binary, name, source_name: 'x' })
        .execute();
    for (const name of libraries)
      await db
        .insertInto('component')
        .values({ version: '1', purl: '', is_main_module: 0, key: name, ecosystem: 'npm', name })
        .execute();
  });
  const { names, components } = await database.read((db) => findNear(db, 'openSSL'));

  expect(names.toSorted()).toEqual(['Openssl-Perl', 'libopenssl3', 'openssl-libs']);
  expect(components.toSorted()).toEqual([
    ...['@openssl/x', 'openssl/ext-x', 'org.openssl:openssl-jni'],
  ]);
});
