import { sql } from 'kysely';
import type { Control } from '../controls/control.ts';
import type { ControlGroup } from '../ports/stored.ts';
import { inChunks, inKeyOrder, rowsAtOnce } from './chunks.ts';
import { isInRange, readHosts } from './host-rows.ts';
import { sharingJson } from './parse-json-columns.ts';
import type { Db } from './schema.ts';

/** Hash of the controls of a row; null where an older version changed what the row holds. */
export const HASH = sql<
  string | null
>`case when controls_hash_of = content_hash then controls_hash end`;

interface ControlsRow {
  row_id: number;
  controls_hash?: string | null;
}

/** By their hash, or by the row of which there is none. */
export type KnownControls = Map<string | number, Control[] | null>;

export const keyOf = ({ row_id, controls_hash }: ControlsRow): string | number =>
  controls_hash ?? row_id;

/** Reads those controls of rows that are not known yet, of equal ones one. */
export async function readControls(
  db: Db,
  rows: readonly ControlsRow[],
  known: KnownControls,
): Promise<void> {
  const missing = new Map(
    rows.filter((row) => !known.has(keyOf(row))).map((row) => [keyOf(row), row.row_id]),
  );
  await inChunks([...missing], async (chunk) => {
    const ids = chunk.map(([, id]) => id);
    const read = await db
      .selectFrom('container')
      .select(['id', 'controls_json'])
      .where('id', 'in', ids)
      .execute();
    const byId = new Map(read.map(({ id, controls_json: controls }) => [id, controls]));
    for (const [key, id] of chunk) known.set(key, byId.get(id) ?? null);
  });
}

/** See `ScanStore.listControlGroups`: no container is read, and of equal controls one. */
export async function readControlGroups(db: Db, names: readonly string[]): Promise<ControlGroup[]> {
  const hosts = await readHosts(db, names);
  const known: KnownControls = new Map();
  const sharing = sharingJson(db);
  const counted: Awaited<ReturnType<typeof countControls>> = [];
  await inChunks(
    inKeyOrder(hosts.keys()),
    async (chunk) => {
      const rows = await countControls(db, chunk);
      await readControls(sharing, rows, known);
      counted.push(...rows);
    },
    rowsAtOnce(db),
  );
  const byHost = Map.groupBy(counted, ({ host_id }) => host_id);
  const found: ControlGroup[] = [];
  for (const [id, host] of hosts) {
    const own = (byHost.get(id) ?? []).sort((a, b) => a.row_id - b.row_id);
    for (const row of own) {
      const { state, containers } = row;
      found.push({ host, state, containers, controls: known.get(keyOf(row)) ?? null });
    }
  }
  return found;
}

function countControls(db: Db, hostIds: readonly number[]) {
  const existing = db
    .selectFrom('container')
    .innerJoin('host_summary', 'host_summary.host_id', 'container.host_id')
    .innerJoin('scan as good', 'good.id', 'host_summary.last_good_scan_id')
    .select(['container.id', 'container.host_id', 'container.state'])
    .select(sql<string>`coalesce(${HASH}, cast(container.id as text))`.as('controls_hash'))
    .where(isInRange('container.host_id', hostIds))
    // Said twice: PostgreSQL would join all scans.
    .where(isInRange('host_summary.host_id', hostIds))
    .where('container.closed_at', 'is', null)
    // The sign keeps SQLite from taking an index that has those that are gone, and no controls.
    .where(sql<boolean>`(+container.first_seen) <= good.finished_at`);
  return db
    .selectFrom(existing.as('one'))
    .select(['host_id', 'state', 'controls_hash'])
    .select((eb) => [eb.fn.min('id').as('row_id'), eb.fn.countAll<number>().as('containers')])
    .groupBy(['host_id', 'state', 'controls_hash'])
    .execute();
}
