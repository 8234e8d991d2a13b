import type { Selectable, UpdateObject } from 'kysely';
import type { Control } from '../controls/control.ts';
import type { ObservedContainer } from '../ports/scan-record.ts';
import type { StoredContainer } from '../ports/stored.ts';
import { isoTime, isoTimeOrNull } from '../shared/time.ts';
import { idsOf, inChunks, insertEach, readInChunks } from './chunks.ts';
import type { ContainerTable } from './container-table.ts';
import { takeReadGlimpses } from './glimpse-rows.ts';
import { lastSeenBefore, lastSeenOf, type ScannedHost } from './host-rows.ts';
import type { SurfaceColumns } from './inventory-rows.ts';
import type { Db, Tables } from './schema.ts';
import { hashOf, stableJson } from './stable-json.ts';

/** As Compose makes it; a label may hold anything. */
const COMPOSE_HASH_LENGTH = 64;
/** More than any engine takes. */
const IMAGE_LENGTH = 500;

/** Rows of containers are larger than any other. */
const CONTAINER_ROWS = 40;

type OpenContainer = Pick<
  Selectable<ContainerTable>,
  | ('id' | 'container_id' | 'content_hash' | 'controls_hash_of')
  | ('first_seen' | 'surface_json' | 'opened_at' | 'inventory_id' | 'image_id')
>;

/** One that came back under its id stands there once, with its newest facts. */
export function newestRows<Row extends { container_id: string }>(rows: readonly Row[]): Row[] {
  const newest = new Map(rows.map((row) => [row.container_id, row]));
  return rows.filter((row) => newest.get(row.container_id) === row);
}

/**
 * Closes the rows of containers that are gone or changed, and opens rows for new and changed ones.
 * `unreadIds` exist but could not be read: their rows stay. Unchanged rows stay untouched but for
 * their surface, and so does what was opened or closed for events of the engine after the scan began,
 * unless the scan saw the very same and knows more of it.
 */
export async function writeContainers(
  db: Db,
  scan: { hostId: number; seenAt: number; lastGoodAt: number | null },
  containers: readonly ObservedContainer[],
  unreadIds: readonly string[],
  surfaceOf: (container: ObservedContainer) => SurfaceColumns,
): Promise<void> {
  const open = new Map((await readOpen(db, scan.hostId)).map((row) => [row.container_id, row]));
  const changed: ChangedContainer[] = [];
  const opened: { container: ObservedContainer; hash: string; firstSeen: number }[] = [];
  const refreshed: { id: number; columns: UpdateObject<Tables, 'container'> }[] = [];
  const goneSince = await readGoneSince(db, scan);
  const observed = new Map(containers.map((container) => [container.facts.id, container]));
  const glimpsed = await takeReadGlimpses(db, { id: scan.hostId }, (id) => observed.has(id));
  await inChunks(
    [...observed],
    async (chunk) => {
      for (const [id, container] of chunk) {
        const known = open.get(id);
        const columns = surfaceOf(container);
        const hash = contentHash(container, columns);
        open.delete(id);
        if (known?.content_hash === hash) {
          const fresh = freshColumns(known, container, columns);
          if (fresh !== null) refreshed.push({ id: known.id, columns: fresh });
          continue;
        }
        if (goneSince.has(id)) continue;
        if (known !== undefined && known.opened_at > scan.seenAt) {
          await completeSeen(db, known.id, container, columns);
          continue;
        }
        if (known !== undefined)
          changed.push({ ...known, held: heldBefore(known, container, columns) });
        const began = Math.min(glimpsed.get(id) ?? scan.seenAt, scan.seenAt);
        opened.push({ container, hash, firstSeen: known?.first_seen ?? began });
      }
    },
    CONTAINER_ROWS,
  );
  for (const id of unreadIds) open.delete(id);
  // The list of the scan is older than what the events of the engine told since it began.
  for (const [id, row] of open) if (row.opened_at > scan.seenAt) open.delete(id);
  await close(db, scan, changed, 0);
  await holdBefore(db, scan.hostId, changed);
  await close(db, scan, [...open.values()], 1);
  await inChunks(refreshed, async (chunk) => {
    for (const one of chunk) await updateRow(db, one.id, one.columns);
  });
  const toRow = ({ container, hash, firstSeen }: (typeof opened)[number]) => ({
    host_id: scan.hostId,
    ...contentColumns(container, surfaceOf(container), hash),
    first_seen: firstSeen,
    opened_at: scan.seenAt,
    last_seen: null,
    closed_at: null,
  });
  await insertEach(db, 'container', opened, toRow, CONTAINER_ROWS);
}

/** Of a container of which events alone told before, the packages that its first scan found; null for any other. */
type ChangedContainer = OpenContainer & { held: number | null };

/** Events say nothing of packages: what the first scan finds is taken for what the container had since it was made. */
const heldBefore = (
  known: OpenContainer,
  { facts }: ObservedContainer,
  { inventoryId }: SurfaceColumns,
): number | null =>
  known.surface_json === null && known.inventory_id === null && known.image_id === facts.imageId
    ? inventoryId
    : null;

/** With each change of it that events told before that scan. */
async function holdBefore(
  db: Db,
  host_id: number,
  changed: readonly ChangedContainer[],
): Promise<void> {
  const found = changed.filter(({ held }) => held !== null);
  for (const [inventory_id, ones] of Map.groupBy(found, ({ held }) => held)) {
    for (const [image_id, rows] of Map.groupBy(ones, (one) => one.image_id)) {
      const ids = rows.map((one) => one.container_id);
      await inChunks(ids, (chunk) =>
        db
          .updateTable('container')
          .set({ inventory_id })
          .where('host_id', '=', host_id)
          .where('container_id', 'in', chunk)
          .where('image_id', '=', image_id)
          .where('inventory_id', 'is', null)
          .where('surface_json', 'is', null)
          .execute(),
      );
    }
  }
}

/** What an unchanged row has otherwise than a scan would write it; null for nothing. */
function freshColumns(
  known: OpenContainer,
  container: ObservedContainer,
  { surface }: SurfaceColumns,
): UpdateObject<Tables, 'container'> | null {
  const isSame = stableJson(known.surface_json) === stableJson(surface);
  const isHashed = known.controls_hash_of === known.content_hash;
  if (isSame && isHashed) return null;
  return {
    ...(isSame ? {} : { surface_json: surface && JSON.stringify(surface) }),
    ...(isHashed ? {} : controlsColumns(container, known.content_hash)),
  };
}

/** An event told nothing else of the container than the scan, which also measured it. */
async function completeSeen(
  db: Db,
  id: number,
  container: ObservedContainer,
  columns: SurfaceColumns,
): Promise<void> {
  const { facts_json: seen } = await db
    .selectFrom('container')
    .select('facts_json')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  if (stableJson(seen) !== stableJson(container.facts)) return;
  const hash = contentHash(container, columns);
  await updateRow(db, id, contentColumns(container, columns, hash));
}

const readOpen = (db: Db, hostId: number): Promise<OpenContainer[]> =>
  readInChunks(
    db
      .selectFrom('container')
      .select(['id', 'container_id', 'content_hash', 'controls_hash_of', 'first_seen'])
      .select(['opened_at', 'surface_json', 'inventory_id', 'image_id'])
      .where('host_id', '=', hostId)
      .where('closed_at', 'is', null),
  );

/** Changes columns of one row. */
export async function updateRow(
  db: Db,
  id: number,
  columns: UpdateObject<Tables, 'container'>,
): Promise<void> {
  await db.updateTable('container').set(columns).where('id', '=', id).execute();
}

/** Containers that were seen to go after a scan began, which may have them in its list. */
async function readGoneSince(
  db: Db,
  { hostId, seenAt }: { hostId: number; seenAt: number },
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('container')
    .select('container_id')
    .where('host_id', '=', hostId)
    .where('closed_at', '>=', seenAt)
    .where('is_gone', '=', 1)
    .execute();
  return new Set(rows.map((row) => row.container_id));
}

async function close(
  db: Db,
  scan: { seenAt: number; lastGoodAt: number | null },
  rows: readonly OpenContainer[],
  isGone: 0 | 1,
): Promise<void> {
  await inChunks(rows, (chunk) =>
    db
      .updateTable('container')
      .set({ closed_at: scan.seenAt, is_gone: isGone, last_seen: lastSeenBefore(scan.lastGoodAt) })
      .where('id', 'in', idsOf(chunk))
      .execute(),
  );
}

/** The columns that hold what was seen of a container; `hash` is its `contentHash`. */
export function contentColumns(
  container: ObservedContainer,
  columns: SurfaceColumns,
  hash: string,
) {
  const { facts, facets, unverifiedFacets, isolation, imageDeclares } = container;
  return {
    container_id: facts.id,
    name: facts.name,
    image_id: facts.imageId,
    state: facts.state,
    image: facts.imageReference.slice(0, IMAGE_LENGTH),
    pid: facts.pid,
    compose_hash: facts.composeConfigHash?.slice(0, COMPOSE_HASH_LENGTH) ?? null,
    facts_json: JSON.stringify(facts),
    facets_json: JSON.stringify(facets),
    unverified_facets_json: JSON.stringify(unverifiedFacets),
    isolation_json: isolation && JSON.stringify(isolation),
    inventory_id: columns.inventoryId,
    surface_json: columns.surface && JSON.stringify(columns.surface),
    image_json: imageDeclares && JSON.stringify(imageDeclares),
    content_hash: hash,
    ...controlsColumns(container, hash),
  };
}

function controlsColumns({ controls }: ObservedContainer, hash: string) {
  const text = controls && JSON.stringify(controls.map(withoutTime));
  const controls_hash = text && hashOf(text);
  return { controls_json: text, controls_hash, controls_hash_of: hash };
}

/** The same measurement at another time is no change: the row's last sight tells when it held. */
const withoutTime = (control: Control): Control => ({ ...control, at: null });

/** Differs exactly when facts, facets, controls or packages do; the order of keys does not count. */
export function contentHash(container: ObservedContainer, { surface }: SurfaceColumns): string {
  const { facts, facets, unverifiedFacets, controls, isolation, imageDeclares } = container;
  return hashOf({
    facts,
    facets,
    unverifiedFacets,
    controls: controls?.map(withoutTime) ?? null,
    isolation,
    installed: surface?.installed.state === 'read' ? surface.installed.value : null,
    imageDeclares,
  });
}

/** Controls as they are stored, with the time for what was measured: when the container was last seen. */
export function controlsOf(stored: Control[] | null, lastSeen: string): Control[] | null {
  const isMeasured = ({ source }: Control) => source === 'measured';
  if (stored === null || !stored.some(isMeasured)) return stored;
  return stored.map((control) => (isMeasured(control) ? { ...control, at: lastSeen } : control));
}

export function toStored(row: Selectable<ContainerTable>, host: ScannedHost): StoredContainer {
  const lastSeen = isoTime(lastSeenOf(row, host));
  return {
    host: host.name,
    facts: row.facts_json,
    facets: row.facets_json,
    unverifiedFacets: row.unverified_facets_json,
    controls: controlsOf(row.controls_json, lastSeen),
    isolation: row.isolation_json,
    surface: row.surface_json,
    imageDeclares: row.image_json,
    firstSeen: isoTime(row.first_seen),
    lastSeen,
    removedAt: isoTimeOrNull(row.closed_at),
  };
}
