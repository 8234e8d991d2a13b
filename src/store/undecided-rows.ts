import { type GeneratedAlways, type Kysely, sql } from 'kysely';
import type { Undecided } from '../findings/result.ts';
import type { SubjectKind } from '../rules/rule.ts';
import { CHUNK_ROWS, inChunks, readInChunks } from './chunks.ts';
import { HISTORY, type Life, ofAnyHost, remove } from './life.ts';
import type { Tables } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    undecided: {
      id: GeneratedAlways<number>;
      host_id: number;
      rule_id: string;
      subject_kind: SubjectKind;
      subject_key: string | null;
      reason: string;
      first_seen: number;
      closed_at: number | null;
    };
  }
}

export const undecidedLife: Life = {
  until: `${HISTORY} it was decided`,
  why: 'what could not be judged, and why',
  trims: [
    remove(
      'undecided',
      ({ history }) => sql`${ofAnyHost} and first_seen < ${history} and closed_at < ${history}`,
    ),
  ],
};

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

/** Hosts of which the rows are read together. */
const HOSTS_AT_ONCE = 4;

/** The same of the newest scans of hosts, by their keys. */
export async function readUndecidedNow(
  db: Kysely<Tables>,
  hostIds: readonly number[],
): Promise<Map<number, Undecided[]>> {
  const found = new Map<number, Undecided[]>();
  // A page looks through all rows of its hosts.
  for (let first = 0; first < hostIds.length; first += HOSTS_AT_ONCE) {
    const rows = await readNewest(db, hostIds.slice(first, first + HOSTS_AT_ONCE));
    for (const row of rows) {
      const ofHost = found.get(row.host_id);
      if (ofHost === undefined) found.set(row.host_id, [toUndecided(row)]);
      else ofHost.push(toUndecided(row));
    }
  }
  return found;
}

const readNewest = (db: Kysely<Tables>, hostIds: readonly number[]) =>
  readInChunks((after) =>
    db
      .selectFrom('undecided')
      .innerJoin('host_summary', 'host_summary.host_id', 'undecided.host_id')
      .innerJoin('scan', 'scan.id', 'host_summary.last_scan_id')
      .select([
        'undecided.id',
        'undecided.host_id',
        'rule_id',
        'subject_kind',
        'subject_key',
        'reason',
      ])
      .where('undecided.host_id', 'in', hostIds)
      .whereRef('undecided.first_seen', '<=', 'scan.seen_at')
      .where((eb) =>
        eb.or([
          eb('undecided.closed_at', 'is', null),
          eb('undecided.closed_at', '>', eb.ref('scan.seen_at')),
        ]),
      )
      .where('undecided.id', '>', after)
      .orderBy('undecided.id')
      .limit(CHUNK_ROWS)
      .execute(),
  );

/** Opens and closes intervals so that what is open is what the scan at `seenAt` said. */
export async function writeUndecided(
  db: Kysely<Tables>,
  hostId: number,
  seenAt: number,
  undecided: readonly Undecided[],
): Promise<void> {
  const current = mergeReasons(undecided);
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
  const gone = open.filter((row) => {
    const ofRule = current.get(row.rule_id);
    const entry = ofRule?.get(row.subject_key);
    const stays = entry?.reason === row.reason && entry.subjectKind === row.subject_kind;
    if (stays) ofRule?.delete(row.subject_key);
    return !stays;
  });
  const fresh = [...current.values()].flatMap((ofRule) => [...ofRule.values()]);
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
  await inChunks(fresh, (chunk) =>
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

type ByRuleAndSubject = Map<string, Map<string | null, Undecided>>;

/** One entry per rule and subject: the reasons of several replicas in one line. */
function mergeReasons(undecided: readonly Undecided[]): ByRuleAndSubject {
  const merged: ByRuleAndSubject = new Map();
  for (const [rule, ofRule] of Map.groupBy(undecided, (entry) => entry.rule)) {
    const subjects = [...Map.groupBy(ofRule, ({ subjectKey }) => subjectKey)];
    merged.set(rule, new Map(subjects.map(([key, replicas]) => [key, inOneLine(replicas)])));
  }
  return merged;
}

function inOneLine([first, ...others]: Undecided[]): Undecided {
  if (first === undefined) throw new Error('a group without an entry');
  if (others.length === 0) return first;
  const reasons = new Set([first, ...others].map(({ reason }) => reason));
  return { ...first, reason: [...reasons].join('; ') };
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
