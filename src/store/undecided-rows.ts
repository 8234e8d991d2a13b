import type { Kysely } from 'kysely';
import type { Undecided } from '../findings/result.ts';
import { CHUNK_ROWS, inChunks, readInChunks } from './chunks.ts';
import type { Tables } from './schema.ts';

/** What a host's scan at this time could not judge, in the order in which it came up. */
export async function readUndecidedAt(
  db: Kysely<Tables>,
  hostId: number,
  at: number,
): Promise<Undecided[]> {
  const rows = await readInChunks((after) =>
    db
      .selectFrom('undecided')
      .select(['id', 'rule_id', 'subject_kind', 'subject_key', 'reason'])
      .where('host_id', '=', hostId)
      .where('first_seen', '<=', at)
      .where((eb) => eb.or([eb('closed_at', 'is', null), eb('closed_at', '>', at)]))
      .where('id', '>', after)
      .orderBy('id')
      .limit(CHUNK_ROWS)
      .execute(),
  );
  return rows.map(toUndecided);
}

/** Opens and closes intervals so that what is open is what the scan at `seenAt` said. */
export async function writeUndecided(
  db: Kysely<Tables>,
  hostId: number,
  seenAt: number,
  undecided: readonly Undecided[],
): Promise<void> {
  const current = new Map(mergeReasons(undecided).map((entry) => [contentKey(entry), entry]));
  const open = await readInChunks((after) =>
    db
      .selectFrom('undecided')
      .select(['id', 'rule_id', 'subject_kind', 'subject_key', 'reason'])
      .where('host_id', '=', hostId)
      .where('closed_at', 'is', null)
      .where('id', '>', after)
      .orderBy('id')
      .limit(CHUNK_ROWS)
      .execute(),
  );
  const gone = open.filter((row) => !current.delete(contentKey(toUndecided(row))));
  await inChunks(gone, (chunk) =>
    db
      .updateTable('undecided')
      .set({ closed_at: seenAt })
      .where(
        'id',
        'in',
        chunk.map((row) => row.id),
      )
      .execute(),
  );
  await inChunks([...current.values()], (chunk) =>
    db
      .insertInto('undecided')
      .values(
        chunk.map((entry) => ({
          host_id: hostId,
          rule_id: entry.rule,
          subject_kind: entry.subjectKind,
          subject_key: entry.subjectKey,
          reason: entry.reason,
          first_seen: seenAt,
          closed_at: null,
        })),
      )
      .execute(),
  );
}

const contentKey = (entry: Undecided): string =>
  JSON.stringify([entry.rule, entry.subjectKind, entry.subjectKey, entry.reason]);

/** One entry per rule and subject: the reasons of several replicas in one line. */
function mergeReasons(undecided: readonly Undecided[]): Undecided[] {
  const merged = new Map<string, { entry: Undecided; reasons: Set<string> }>();
  for (const entry of undecided) {
    const key = JSON.stringify([entry.rule, entry.subjectKind, entry.subjectKey]);
    const known = merged.get(key);
    if (known === undefined) merged.set(key, { entry, reasons: new Set([entry.reason]) });
    else known.reasons.add(entry.reason);
  }
  return [...merged.values()].map(({ entry, reasons }) => ({
    ...entry,
    reason: [...reasons].join('; '),
  }));
}

function toUndecided(row: {
  rule_id: string;
  subject_kind: Undecided['subjectKind'];
  subject_key: string | null;
  reason: string;
}): Undecided {
  return {
    rule: row.rule_id,
    subjectKind: row.subject_kind,
    subjectKey: row.subject_key,
    reason: row.reason,
  };
}
