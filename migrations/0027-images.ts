import {
  type AnyDatabase,
  createTableWithId,
  isZeroOrOne,
  jsonType,
  textType,
} from '../src/store/columns.ts';

// The images of each host as its newest scan listed them, and by which packages advisories are found.

export async function up(db: AnyDatabase): Promise<void> {
  // No row: no scan has listed the images of the host.
  await db.schema
    .createTable('image_list')
    .addColumn('host_id', 'bigint', (column) => column.primaryKey().references('host.id'))
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    // 0: a container could not be read, so that one without any may be used.
    .addColumn('is_use_known', 'integer', (column) =>
      column.notNull().check(isZeroOrOne('is_use_known')),
    )
    .execute();
  await createTableWithId(db, 'image')
    .addColumn('host_id', 'bigint', (column) => column.notNull().references('host.id'))
    .addColumn('image_id', textType(db), (column) => column.notNull())
    // Its first tag, else its id.
    .addColumn('name', textType(db), (column) => column.notNull())
    // Null: it does not say, or it could not be read.
    .addColumn('created_at', 'bigint')
    // Hash over its layers. Null: they are not known.
    .addColumn('layers_key', textType(db))
    // Null: it could not be read, for the reason beside it.
    .addColumn('facts_json', jsonType(db))
    .addColumn('unread_reason', textType(db))
    .addColumn('facets_json', jsonType(db), (column) => column.notNull())
    .addColumn('unverified_facets_json', jsonType(db), (column) => column.notNull())
    // What its containers showed of it; it outlives them.
    .addColumn('inventory_id', 'bigint', (column) => column.references('inventory.id'))
    .addColumn('content_hash', textType(db), (column) => column.notNull())
    .execute();
  const index = (name: string) => db.schema.createIndex(name);
  await index('image_of_host').on('image').columns(['host_id', 'image_id']).unique().execute();
  await index('image_order').on('image').columns(['host_id', 'name', 'image_id']).execute();
  await index('image_layers').on('image').column('layers_key').execute();
  await index('image_inventory').on('image').column('inventory_id').execute();
  await db.schema
    .createTable('advisory_package')
    // Without its release, e.g. `Debian`.
    .addColumn('ecosystem', textType(db), (column) => column.notNull())
    .addColumn('name', textType(db), (column) => column.notNull())
    .addColumn('advisory_id', 'bigint', (column) =>
      column.notNull().references('advisory.id').onDelete('cascade'),
    )
    .addPrimaryKeyConstraint('advisory_package_key', ['ecosystem', 'name', 'advisory_id'])
    .execute();
  await index('advisory_package_advisory').on('advisory_package').column('advisory_id').execute();
  await nameKnownPackages(db);
}

interface Named {
  ecosystem: string;
  name: string;
  nameKind: string;
}

/** Advisories that were taken before get the names that later ones get as they are stored. */
async function nameKnownPackages(db: AnyDatabase): Promise<void> {
  for (let after = 0; ; ) {
    const rows: { id: number; record_json: { affected: Named[] } }[] = await db
      .selectFrom('advisory')
      .select(['id', 'record_json'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(ROWS_AT_ONCE)
      .execute();
    const named = rows.flatMap(({ id, record_json: { affected } }) => {
      const pairs = affected.flatMap(({ ecosystem, name, nameKind }) => {
        const [base = ''] = ecosystem.split(':', 1);
        return namesOf(base, name, nameKind).map((one) => JSON.stringify([base, one]));
      });
      return [...new Set(pairs)].map((pair) => {
        const [ecosystem, name] = JSON.parse(pair) as [string, string];
        return { ecosystem, name, advisory_id: id };
      });
    });
    for (let start = 0; start < named.length; start += ROWS_AT_ONCE) {
      const some = named.slice(start, start + ROWS_AT_ONCE);
      await db.insertInto('advisory_package').values(some).execute();
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

const ROWS_AT_ONCE = 200;

/** PyPI compares names without case; a binary package speaks of others of its source, which begin its name. */
function namesOf(base: string, name: string, kind: string): string[] {
  if (base === 'PyPI') return [name.toLowerCase().replace(/[-_.]+/g, '-')];
  if (kind !== 'binary') return [name];
  const parts = name.split('-');
  return parts.map((_, index) => parts.slice(0, index + 1).join('-')).filter((one) => one !== '');
}

export async function down(db: AnyDatabase): Promise<void> {
  for (const table of ['advisory_package', 'image', 'image_list']) {
    await db.schema.dropTable(table).execute();
  }
}
