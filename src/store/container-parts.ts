import type { Control } from '../controls/control.ts';
import type { AsOf } from '../ports/past.ts';
import type { ContainerPart, PartsOfContainer } from '../ports/stored.ts';
import { once } from '../shared/once.ts';
import { isoTimes } from '../shared/time.ts';
import { inChunks } from './chunks.ts';
import { HASH, type KnownControls, keyOf, readControls } from './container-controls.ts';
import { controlsOf } from './container-rows.ts';
import type { ContainerTable } from './container-table.ts';
import { lastSeenOf } from './host-rows.ts';
import { isOpenAtScan } from './joins.ts';
import { sharingJson } from './parse-json-columns.ts';
import { keysOfAsked, readAskedHosts } from './past-rows.ts';
import type { Db } from './schema.ts';

/** Hosts of one statement: a part is a small share of a row. */
const HOSTS_AT_ONCE = 100;

const columnOf = {
  facts: 'facts_json',
  facets: 'facets_json',
  unverifiedFacets: 'unverified_facets_json',
  isolation: 'isolation_json',
  surface: 'surface_json',
  imageId: 'image_id',
  pid: 'pid',
} as const satisfies Record<PlainPart, keyof ContainerTable>;

/** A part that is read with its row. */
type PlainPart = Exclude<ContainerPart, 'controls'>;

/** Parts of the existing containers of hosts, host by host in order of name; nothing else of them is read. */
export async function readParts<Part extends ContainerPart>(
  db: Db,
  { parts, ...asked }: { hosts: readonly string[]; asOf?: AsOf; parts: readonly Part[] },
): Promise<PartsOfContainer<Part>[]> {
  const hosts = await readAskedHosts(db, asked);
  const sharing = sharingJson(db);
  const toTime = isoTimes();
  const plain = parts.filter((part): part is Part & PlainPart => part !== 'controls');
  const controls: KnownControls | null = plain.length < parts.length ? new Map() : null;
  const query = partsQuery(sharing, plain, controls !== null);
  // Containers that are alike and were seen at one time share one list, which is then told of once.
  const heldBy = once((stored: Control[] | null) =>
    once((lastSeen: string) => controlsOf(stored, lastSeen)),
  );
  const found: PartsOfContainer<Part>[] = [];
  await inChunks(
    hosts,
    async (batch) => {
      const { now, scans } = keysOfAsked(batch);
      const rows = [
        ...(await readNow(query, now)),
        ...(scans.length > 0 ? await readThen(query, scans) : []),
      ];
      if (controls !== null) await readControls(sharing, rows, controls);
      const byHost = Map.groupBy(rows, ({ host_id }) => host_id);
      const inOrder = batch.flatMap(({ state: host }) =>
        (byHost.get(host.id) ?? []).map((row) => ({ host, row })),
      );
      for (const { host, row } of inOrder) {
        const { name, id, state } = row;
        const one: Record<string, unknown> = { host: host.name, name, id, state };
        for (const part of plain) one[part] = row[columnOf[part]] ?? null;
        const held = controls && {
          controls: heldBy(controls.get(keyOf(row)) ?? null)(seenAt(row, host, toTime)),
        };
        found.push({ ...one, ...held } as PartsOfContainer<Part>);
      }
    },
    HOSTS_AT_ONCE,
  );
  return found;
}

const seenAt = (
  { first_seen = 0, last_seen = null }: PartRow,
  host: Parameters<typeof lastSeenOf>[1],
  toTime: ReturnType<typeof isoTimes>,
): string => toTime(lastSeenOf({ first_seen, last_seen }, host));

/** The last three of who reads controls. */
interface PartRow extends Partial<Record<(typeof columnOf)[PlainPart], unknown>> {
  row_id: number;
  host_id: number;
  name: string;
  id: string;
  state: string;
  first_seen?: number;
  last_seen?: number | null;
  controls_hash?: string | null;
}

const columns = [
  ...(['container.id as row_id', 'container.host_id', 'container.name'] as const),
  ...(['container.container_id as id', 'container.state'] as const),
] as const;

/** Behind all JSON in their row, so that they are read only by who needs them, and mostly in an index. */
const hashColumns = [
  ...(['container.first_seen', 'container.last_seen'] as const),
  HASH.as('controls_hash'),
] as const;

const partsQuery = (db: Db, parts: readonly PlainPart[], isHashed: boolean) =>
  db
    .selectFrom('container')
    .select(columns)
    .select(parts.map((part) => `container.${columnOf[part]}` as const))
    .$if(isHashed, (query) => query.select(hashColumns))
    .orderBy('container.id');

type PartsQuery = ReturnType<typeof partsQuery>;

const readNow = (query: PartsQuery, hostIds: readonly number[]): Promise<PartRow[]> =>
  query.where('host_id', 'in', hostIds).where('closed_at', 'is', null).execute();

const readThen = (query: PartsQuery, scanIds: readonly number[]): Promise<PartRow[]> =>
  query
    .innerJoin('scan', 'scan.host_id', 'container.host_id')
    .where('scan.id', 'in', scanIds)
    .where(isOpenAtScan('container'))
    .execute();
