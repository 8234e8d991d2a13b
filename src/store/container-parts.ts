import { sql } from 'kysely';
import type { Control } from '../controls/control.ts';
import type { AsOf } from '../ports/past.ts';
import type { ContainerPart, PartsOfContainer } from '../ports/stored-container.ts';
import { isoTime } from '../shared/time.ts';
import { inChunks } from './chunks.ts';
import { controlsOf } from './container-rows.ts';
import { lastSeenOf } from './host-rows.ts';
import { parsingOnce } from './parse-json-columns.ts';
import { keysOfAsked, readAskedHosts } from './past-rows.ts';
import type { Db } from './schema.ts';

/** Hosts of one statement: a part is a small share of a row. */
const HOSTS_AT_ONCE = 25;

const columnOf = {
  facts: 'facts_json',
  facets: 'facets_json',
  unverifiedFacets: 'unverified_facets_json',
  controls: 'controls_json',
  isolation: 'isolation_json',
  surface: 'surface_json',
  imageId: 'image_id',
  pid: 'pid',
  firstSeen: 'first_seen',
} as const satisfies Record<ContainerPart, string>;

/** Parts of the existing containers of hosts, host by host in order of name; nothing else of them is read. */
export async function readParts<Part extends ContainerPart>(
  db: Db,
  { parts, ...asked }: { hosts: readonly string[]; asOf?: AsOf; parts: readonly Part[] },
): Promise<PartsOfContainer<Part>[]> {
  const hosts = await readAskedHosts(db, asked);
  const parse = parsingOnce();
  const found: PartsOfContainer<Part>[] = [];
  await inChunks(
    hosts,
    async (batch) => {
      const { now, scans } = keysOfAsked(batch);
      const rows = [
        ...(await readNow(db, now, parts)),
        ...(scans.length > 0 ? await readThen(db, scans, parts) : []),
      ];
      const byHost = Map.groupBy(rows, ({ host_id }) => host_id);
      const inOrder = batch.flatMap(({ state: host }) =>
        (byHost.get(host.id) ?? []).map((row) => ({ host, row })),
      );
      for (const { host, row } of inOrder) {
        const { name, id, state, first_seen, last_seen, ...texts } = row;
        const lastSeen = lastSeenOf({ first_seen, last_seen }, host);
        const one: Record<string, unknown> = { host: host.name, name, id, state };
        for (const part of parts) {
          const text = (texts as Partial<Record<ContainerPart, string | null>>)[part] ?? null;
          one[part] = partValue(part, text, { parse, lastSeen });
        }
        found.push(one as PartsOfContainer<Part>);
      }
    },
    HOSTS_AT_ONCE,
  );
  return found;
}

function partValue(
  part: ContainerPart,
  text: string | null,
  { parse, lastSeen }: { parse: (text: string) => unknown; lastSeen: number },
): unknown {
  if (text === null || part === 'imageId') return text;
  if (part === 'firstSeen') return isoTime(Number(text));
  const stored = parse(text);
  return part === 'controls' ? controlsOf(stored as Control[], isoTime(lastSeen)) : stored;
}

const columns = [
  ...(['container.host_id', 'container.name', 'container.container_id as id'] as const),
  ...(['container.state', 'container.first_seen', 'container.last_seen'] as const),
] as const;

/** As text: JSON that many have alike is parsed once. */
const textsOf = (parts: readonly ContainerPart[]) =>
  parts.map((part) =>
    sql<string | null>`cast(${sql.ref(`container.${columnOf[part]}`)} as text)`.as(part),
  );

const readNow = (db: Db, hostIds: readonly number[], parts: readonly ContainerPart[]) =>
  db
    .selectFrom('container')
    .select(columns)
    .select(textsOf(parts))
    .where('host_id', 'in', hostIds)
    .where('closed_at', 'is', null)
    .orderBy('container.id')
    .execute();

const readThen = (db: Db, scanIds: readonly number[], parts: readonly ContainerPart[]) =>
  db
    .selectFrom('container')
    .innerJoin('scan', 'scan.host_id', 'container.host_id')
    .select(columns)
    .select(textsOf(parts))
    .where('scan.id', 'in', scanIds)
    .whereRef('container.opened_at', '<=', 'scan.seen_at')
    .where((eb) =>
      eb.or([
        eb('container.closed_at', 'is', null),
        eb('container.closed_at', '>', eb.ref('scan.seen_at')),
      ]),
    )
    .orderBy('container.id')
    .execute();
