import { sql } from 'kysely';
import type { ScanStore } from '../ports/scan-store.ts';
import type { StoredFinding } from '../ports/stored-finding.ts';
import { withAcceptances } from './acceptance-rows.ts';
import { idsOf, inChunks, keyList, rowsAtOnce } from './chunks.ts';
import type { FindingRow } from './finding-rows.ts';
import { openRows, showRows } from './open-findings.ts';
import { parsingOnce } from './parse-json-columns.ts';
import { keysOfAsked, readAskedHosts } from './past-rows.ts';
import type { Db } from './schema.ts';

/**
 * Open findings, host by host in order of name, then of age; nobody may change what they share. A fleet has so many that
 * most of the time went into keeping their rows until the last was read: each is shown at once.
 */
export async function listOpenFindings(
  db: Db,
  { container, ...asked }: Parameters<ScanStore['listOpenFindings']>[0],
  at: number,
): Promise<StoredFinding[]> {
  const hosts = await readAskedHosts(db, asked);
  const open = openRows(db, keysOfAsked(hosts), asked).as('open');
  const keys = await db
    .selectFrom(open)
    .select(['open.id', 'open.host_id'])
    .$if(container !== undefined, (query) =>
      query
        .where('open.subject_kind', '=', 'container')
        .where('open.subject_key', '=', container ?? ''),
    )
    .execute();
  const byHost = Map.groupBy(keys, ({ host_id }) => host_id);
  const inOrder = hosts.flatMap((host) =>
    (byHost.get(host.state.id) ?? []).map(({ id }) => ({ id, host })).sort((a, b) => a.id - b.id),
  );
  const parse = parsingOnce();
  const found: StoredFinding[] = [];
  const read = async (chunk: typeof inOrder) => {
    const rows = await readAsText(db, idsOf(chunk), parse);
    const byId = new Map(rows.map((row) => [row.id, row]));
    const ordered = chunk.flatMap(({ id }) => byId.get(id) ?? []);
    const own = new Set(chunk.map(({ host }) => host));
    for (const one of await showRows(db, ordered, [...own])) found.push(one);
  };
  await inChunks(inOrder, read, rowsAtOnce(db));
  return withAcceptances(
    db,
    hosts.map(({ state }) => state),
    found,
    at,
  );
}

const plainColumns = [
  ...(['id', 'host_id', 'fingerprint', 'rule_id', 'severity', 'subject_kind'] as const),
  ...(['subject_key', 'message', 'first_seen', 'opened_at', 'changed_at'] as const),
  ...(['last_seen', 'closed_at', 'is_superseded'] as const),
] as const satisfies (keyof FindingRow)[];

/** Rows with their JSON as text, since many have it alike: it is parsed once. */
async function readAsText(
  db: Db,
  ids: readonly number[],
  parse: (text: string) => unknown,
): Promise<FindingRow[]> {
  const rows = await db
    .selectFrom('finding')
    .select(plainColumns)
    .select([
      sql<string>`cast(subjects_json as text)`.as('subjects'),
      sql<string>`cast(evidence_json as text)`.as('evidence'),
    ])
    .where(sql<boolean>`id in (${keyList(ids)})`)
    .execute();
  return rows.map((row) =>
    Object.assign(row, {
      subjects_json: parse(row.subjects) as FindingRow['subjects_json'],
      evidence_json: parse(row.evidence) as FindingRow['evidence_json'],
    }),
  );
}
