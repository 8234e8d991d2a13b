import { type GeneratedAlways, sql } from 'kysely';
import type { Undecided } from '../findings/result.ts';
import type { UndecidedCount, UndecidedOnHost } from '../ports/scan-store.ts';
import type { SubjectKind } from '../rules/rule.ts';
import { addTo } from '../shared/add-to.ts';
import { compareText } from '../shared/text.ts';
import {
  idsOf,
  inChunks,
  inKeyOrder,
  insertEach,
  keyList,
  readInChunks,
  rowsAtOnce,
} from './chunks.ts';
import { inOrderOf, isInRange, readHosts } from './host-rows.ts';
import { type Db, HISTORY, type Life, ofAnyHost, remove } from './schema.ts';

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
export async function readUndecidedAt(db: Db, hostId: number, at: number): Promise<Undecided[]> {
  const rows = await readInChunks(
    db
      .selectFrom('undecided')
      .select(['id', 'rule_id', 'subject_kind', 'subject_key', 'reason'])
      .where('host_id', '=', hostId)
      .where('first_seen', '<=', at)
      .where((eb) => eb.or([eb('closed_at', 'is', null), eb('closed_at', '>', at)])),
  );
  return rows.map(toUndecided);
}

/** The same of the newest scans of hosts, in order of the hosts' names: the keys of many hosts are asked for at once. */
export async function readUndecidedNow(
  db: Db,
  names: readonly string[],
): Promise<UndecidedOnHost[]> {
  const hosts = await readHosts(db, names);
  const byHost = new Map<number, UndecidedOnHost[]>();
  await ofHosts(db, hosts, async (newest) => {
    const keys = await newest.select('id').execute();
    const read = async (ids: readonly number[]) => {
      const rows = await db
        .selectFrom('undecided')
        .select(['host_id', 'rule_id', 'subject_kind', 'subject_key', 'reason'])
        .where(sql<boolean>`id in (${keyList(ids)})`)
        .orderBy('id')
        .execute();
      for (const row of rows) {
        const host = hosts.get(row.host_id) ?? '';
        addTo(byHost, row.host_id, { ...toUndecided(row), host });
      }
    };
    await inChunks(inKeyOrder(idsOf(keys)), read, rowsAtOnce(db));
  });
  return inOrderOf(hosts, byHost).flatMap(([, found]) => found);
}

/** How much of that has which reason, most first; of all rules where none is named. */
export async function countUndecidedNow(
  db: Db,
  { hosts, rules }: { hosts: readonly string[]; rules: readonly string[] },
): Promise<UndecidedCount[]> {
  const counts = new Map<string, number>();
  await ofHosts(db, await readHosts(db, hosts), async (newest) => {
    const rows = await newest
      .select((eb) => ['reason', eb.cast<number>(eb.fn.countAll(), 'integer').as('count')])
      .$if(rules.length > 0, (query) => query.where('rule_id', 'in', rules))
      .groupBy('reason')
      .execute();
    for (const { reason, count } of rows) counts.set(reason, (counts.get(reason) ?? 0) + count);
  });
  return [...counts]
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count || compareText(a.reason, b.reason));
}

/** Works through what the newest scans of hosts could not judge: each scan closes what it could. */
const ofHosts = (
  db: Db,
  hosts: ReadonlyMap<number, string>,
  work: (newest: ReturnType<typeof openOf>) => Promise<void>,
): Promise<void> =>
  inChunks(inKeyOrder(hosts.keys()), (ids) => work(openOf(db, ids)), rowsAtOnce(db));

const openOf = (db: Db, hostIds: readonly number[]) =>
  db.selectFrom('undecided').where(isInRange('host_id', hostIds)).where('closed_at', 'is', null);

/** Opens and closes intervals so that what is open is what the scan at `seenAt` said. */
export async function writeUndecided(
  db: Db,
  hostId: number,
  seenAt: number,
  undecided: readonly Undecided[],
): Promise<void> {
  const current = mergeReasons(undecided);
  const open = await readInChunks(
    db
      .selectFrom('undecided')
      .select(['id', 'rule_id', 'subject_kind', 'subject_key', 'reason'])
      .where('host_id', '=', hostId)
      .where('closed_at', 'is', null),
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
      .where('id', 'in', idsOf(chunk))
      .execute(),
  );
  await insertEach(db, 'undecided', fresh, (entry) => ({
    host_id: hostId,
    rule_id: entry.rule,
    subject_kind: entry.subjectKind,
    subject_key: entry.subjectKey,
    reason: entry.reason,
    first_seen: seenAt,
    closed_at: null,
  }));
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

const toUndecided = (row: {
  rule_id: string;
  subject_kind: Undecided['subjectKind'];
  subject_key: string | null;
  reason: string;
}): Undecided => ({
  rule: row.rule_id,
  subjectKind: row.subject_kind,
  subjectKey: row.subject_key,
  reason: row.reason,
});
