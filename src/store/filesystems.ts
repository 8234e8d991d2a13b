import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Clock } from '../ports/clock.ts';
import {
  FILESYSTEM_READER,
  type FilesystemReading,
  type FilesystemStore,
  type ImageFilesystem,
  type SeenImage,
} from '../ports/filesystem-store.ts';
import { HOUR_MS, isoTime, isoTimeOrNull } from '../shared/time.ts';
import { gather, idsOf, inChunks } from './chunks.ts';
import type { Database } from './database.ts';
import {
  findComponents,
  keepFilesystem,
  listEcosystems,
  readComponents,
} from './filesystem-rows.ts';
import type { ImageFilesystemTable } from './filesystem-tables.ts';
import { ensureHost } from './host-rows.ts';
import { type PackageBudget, reasonOf } from './package-budget.ts';
import type { Db } from './schema.ts';

type Row = Selectable<ImageFilesystemTable>;

/** What a host still has is noted as seen so often. */
const NOTED_EVERY_MS = HOUR_MS;

export const createFilesystemsStore = (
  { read, write, single }: Database,
  _now: Clock,
  budget: PackageBudget,
): FilesystemStore => ({
  async seeImages(host, seenAt, images) {
    const seen = images.map(({ id, name, layers }) => ({ id, name, layersKey: hashOf(layers) }));
    const known = await single((db) => readImages(db, [host]));
    if (isNoted(known, seen, Date.parse(seenAt))) return known;
    return write(async (db) => {
      const hostId = await ensureHost(db, host, null);
      await noteImages(db, hostId, Date.parse(seenAt), seen);
      return readImages(db, [host]);
    });
  },
  async save(host, layersKey, reading) {
    const { inventory, triedAt } = reading;
    // Asked once, however often the writing is tried.
    let hasRoom: boolean | undefined;
    const isRoom = (components: number) => {
      hasRoom ??= budget.take(host, components);
      return hasRoom;
    };
    // What hosts share is written before one of them is held, see `keepInventories`.
    const filesystemId =
      inventory.state === 'read'
        ? await write((db) => keepFilesystem(db, Date.parse(triedAt), inventory.value, isRoom))
        : null;
    await write(async (db) => {
      const hostId = await ensureHost(db, host, null);
      await db
        .updateTable('image_filesystem')
        .set(columnsOf(reading, filesystemId))
        .where('host_id', '=', hostId)
        .where('layers_key', '=', layersKey)
        .execute();
    });
    return reasonOf(inventory, filesystemId);
  },
  listImages: (hosts) => read((db) => readImages(db, hosts)),
  readComponents: (ids) => read((db) => readComponents(db, ids)),
  listEcosystems: (ids) => read((db) => listEcosystems(db, ids)),
  findComponents: (ids, names) => read((db) => findComponents(db, ids, names)),
});

const columnsOf = (
  { triedAt, readFrom, inventory }: FilesystemReading,
  filesystemId: number | null,
) => ({
  tried_at: Date.parse(triedAt),
  reason: reasonOf(inventory, filesystemId),
  ...(filesystemId !== null && {
    ...{ filesystem_id: filesystemId, read_from: readFrom, reader: FILESYSTEM_READER },
  }),
});

type Seen = Omit<SeenImage, 'layers'> & { layersKey: string };

/** True where the last note names these very images, and is young enough to stand for now. */
function isNoted(
  known: readonly ImageFilesystem[],
  images: readonly Seen[],
  seenAt: number,
): boolean {
  const there = known.filter(({ isThere }) => isThere);
  const of = new Map(there.map((image) => [image.id, image]));
  const isSame = ({ id, name, layersKey }: Seen) =>
    of.get(id)?.name === name && of.get(id)?.layersKey === layersKey;
  const isYoung = ({ lastSeen }: ImageFilesystem) => {
    const age = seenAt - Date.parse(lastSeen);
    return age >= 0 && age < NOTED_EVERY_MS;
  };
  return there.length === images.length && images.every(isSame) && there.every(isYoung);
}

async function noteImages(
  db: Db,
  hostId: number,
  seenAt: number,
  images: readonly Seen[],
): Promise<void> {
  const rows = await db
    .selectFrom('image_filesystem')
    .selectAll()
    .where('host_id', '=', hostId)
    .orderBy('id')
    .execute();
  if (rows.some(({ last_seen }) => last_seen >= seenAt)) await seeBefore(db, hostId, seenAt);
  const known = new Map(rows.map((row) => [row.image_id, row]));
  const ofLayers = new Map<string, Row>();
  for (const row of rows) {
    if (row.tried_at !== null) ofLayers.set(row.layers_key, row);
  }
  const seen = images.filter(({ id, name, layersKey }) => {
    const row = known.get(id);
    return row?.name === name && row.layers_key === layersKey;
  });
  await inChunks(seen, (chunk) =>
    db
      .updateTable('image_filesystem')
      .set({ last_seen: seenAt })
      .where('host_id', '=', hostId)
      .where('image_id', 'in', idsOf(chunk))
      .execute(),
  );
  const others = images.filter((image) => !seen.includes(image));
  await inChunks(others, (chunk) =>
    db
      .insertInto('image_filesystem')
      .values(
        chunk.map((image) =>
          newRow(image, { hostId, seenAt, like: ofLayers.get(image.layersKey) }),
        ),
      )
      .onConflict((conflict) =>
        conflict.columns(['host_id', 'image_id']).doUpdateSet((eb) => ({
          name: eb.ref('excluded.name'),
          layers_key: eb.ref('excluded.layers_key'),
          filesystem_id: eb.ref('excluded.filesystem_id'),
          tried_at: eb.ref('excluded.tried_at'),
          read_from: eb.ref('excluded.read_from'),
          reason: eb.ref('excluded.reason'),
          reader: eb.ref('excluded.reader'),
          last_seen: eb.ref('excluded.last_seen'),
        })),
      )
      .execute(),
  );
}

/** A clock that was ahead must not let what is gone stand as seen last. */
const seeBefore = (db: Db, hostId: number, seenAt: number) =>
  db
    .updateTable('image_filesystem')
    .set({ last_seen: seenAt - 1 })
    .where('host_id', '=', hostId)
    .where('last_seen', '>=', seenAt)
    .execute();

const hashOf = (layers: string): string => createHash('sha256').update(layers).digest('hex');

const newRow = (
  { id, name, layersKey }: Pick<ImageFilesystem, 'id' | 'name' | 'layersKey'>,
  { hostId, seenAt, like }: { hostId: number; seenAt: number; like: Row | undefined },
) => ({
  host_id: hostId,
  image_id: id,
  name,
  layers_key: layersKey,
  filesystem_id: like?.filesystem_id ?? null,
  tried_at: like?.tried_at ?? null,
  read_from: like?.read_from ?? null,
  reason: like?.reason ?? null,
  reader: like?.reader ?? null,
  first_seen: seenAt,
  last_seen: seenAt,
});

function readImages(db: Db, hosts: readonly string[]): Promise<ImageFilesystem[]> {
  return gather(hosts, async (chunk) => {
    const rows = await db
      .selectFrom('image_filesystem')
      .innerJoin('host', 'host.id', 'image_filesystem.host_id')
      .leftJoin('image', (join) =>
        join
          .onRef('image.host_id', '=', 'image_filesystem.host_id')
          .onRef('image.image_id', '=', 'image_filesystem.image_id'),
      )
      .selectAll('image_filesystem')
      .select(['host.name as host', 'image.inventory_id as inventory_id'])
      .where('host.name', 'in', chunk)
      .orderBy('host.name')
      .orderBy('image_filesystem.name')
      .orderBy('image_filesystem.id')
      .execute();
    const newest = new Map<string, number>();
    for (const { host, last_seen } of rows) {
      newest.set(host, Math.max(newest.get(host) ?? 0, last_seen));
    }
    return rows.map((row) => ({
      host: row.host,
      id: row.image_id,
      name: row.name,
      layersKey: row.layers_key,
      filesystemId: row.filesystem_id,
      inventoryId: row.inventory_id,
      readFrom: row.read_from,
      isOutdated: row.filesystem_id !== null && (row.reader ?? 0) < FILESYSTEM_READER,
      triedAt: isoTimeOrNull(row.tried_at),
      reason: row.reason,
      firstSeen: isoTime(row.first_seen),
      lastSeen: isoTime(row.last_seen),
      isThere: row.last_seen === newest.get(row.host),
    }));
  });
}
