import { type GeneratedAlways, type JSONColumnType, type Selectable, sql } from 'kysely';
import type { ForeignList, ListedPackage, ListFormat } from '../exposure/foreign-list.ts';
import type { AskedPackages } from '../ports/exposure-store.ts';
import type { BoundList, ImageListStore, StoredImageList } from '../ports/image-list-store.ts';
import { isoTime, isoTimeOrNull } from '../shared/time.ts';
import { inChunks, insertEach } from './chunks.ts';
import type { Database } from './database.ts';
import { bounded, type Db, HISTORY, type Life, remove } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    imported_list: ImportedListTable;
    imported_package: {
      id: GeneratedAlways<number>;
      list_id: number;
      name: string;
      source_name: string;
      package_json: JSONColumnType<ListedPackage>;
    };
  }
}

interface ImportedListTable {
  id: GeneratedAlways<number>;
  image_id: string;
  image_name: string;
  tool: string;
  tool_version: string;
  format: ListFormat;
  made_at: number | null;
  imported_at: number;
  imported_by: string;
  packages: number;
}

export const importedListLife: Life = {
  until: `\`images forget\`, or ${HISTORY} it was taken, when its image and its containers are gone`,
  why: 'what another program says is in an image',
  trims: [
    remove(
      'imported_list',
      ({ history }) => sql`imported_at < ${history}
        and not exists (select 1 from image where image.image_id = imported_list.image_id)
        and not exists (select 1 from container where container.image_id = imported_list.image_id)`,
    ),
  ],
};

export const importedPackageLife = bounded('its list is removed', 'the packages of such a list');

export const createImageListsStore = ({ read, write }: Database): ImageListStore => ({
  save: (list, bound) => write((db) => save(db, list, bound)),
  list: () =>
    read(async (db) => {
      const rows = await db
        .selectFrom('imported_list')
        .selectAll()
        .orderBy('image_name')
        .orderBy('image_id')
        .orderBy('tool')
        .orderBy('format')
        .execute();
      return rows.map(toStored);
    }),
  forget: (imageId) =>
    write(async (db) => {
      const rows = await db
        .deleteFrom('imported_list')
        .where('image_id', '=', imageId)
        .returningAll()
        .execute();
      return rows.map(toStored);
    }),
  findPackages: (asked) => read((db) => findPackages(db, asked)),
});

const toStored = (row: Selectable<ImportedListTable>): StoredImageList => ({
  key: row.id,
  imageId: row.image_id,
  imageName: row.image_name,
  tool: row.tool,
  toolVersion: row.tool_version,
  format: row.format,
  madeAt: isoTimeOrNull(row.made_at),
  importedAt: isoTime(row.imported_at),
  importedBy: row.imported_by,
  packages: row.packages,
});

async function save(
  db: Db,
  { format, tool, toolVersion, madeAt, packages }: ForeignList,
  { imageId, imageName, at, by }: BoundList,
): Promise<StoredImageList> {
  await db
    .deleteFrom('imported_list')
    .where('image_id', '=', imageId)
    .where('tool', '=', tool)
    .where('format', '=', format)
    .execute();
  const row = await db
    .insertInto('imported_list')
    .values({
      ...{ image_id: imageId, image_name: imageName, tool, tool_version: toolVersion, format },
      ...{ made_at: madeAt === null ? null : Date.parse(madeAt), imported_at: at },
      ...{ imported_by: by, packages: packages.length },
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await insertEach(db, 'imported_package', packages, (one) => ({
    ...{ list_id: row.id, name: one.name, source_name: one.sourceName },
    package_json: JSON.stringify(one),
  }));
  return toStored(row);
}

async function findPackages(
  db: Db,
  { names, sources, components }: AskedPackages,
): Promise<Map<number, ListedPackage[]>> {
  const found = new Map<number, { list: number; one: ListedPackage }>();
  const take = (column: 'name' | 'source_name', values: readonly string[]) =>
    inChunks(values, async (some) => {
      const rows = await db
        .selectFrom('imported_package')
        .select(['id', 'list_id as list', 'package_json'])
        .where(column, 'in', some)
        .execute();
      for (const { id, list, package_json: one } of rows) found.set(id, { list, one });
    });
  await take('name', [...new Set([...names, ...components])]);
  await take('source_name', sources);
  const sorted = [...found].sort(([a], [b]) => a - b).map(([, row]) => row);
  return new Map(
    [...Map.groupBy(sorted, ({ list }) => list)].map(([list, rows]) => [
      list,
      rows.map(({ one }) => one),
    ]),
  );
}
