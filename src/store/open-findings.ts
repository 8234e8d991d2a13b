import { expressionBuilder, type RawBuilder, type SqlBool, sql } from 'kysely';
import { countBySeverity } from '../findings/severity-counts.ts';
import type { FindingsPage, OpenFindingsAsked, RuleCount, StoredFinding } from '../ports/stored.ts';
import { severities } from '../rules/rule.ts';
import { compareText } from '../shared/text.ts';
import { isoTimes } from '../shared/time.ts';
import { isInForce, newestAcceptances, severityAt, withAcceptances } from './acceptance-rows.ts';
import { inByteOrder } from './byte-order.ts';
import { countRows } from './chunks.ts';
import { type FindingRow, isAsked, showNow } from './finding-rows.ts';
import { isAmongHosts, isOfHosts } from './host-rows.ts';
import { isOpenAtScan } from './joins.ts';
import { type AskedHost, type AskedKeys, readAsked, showThen } from './past-rows.ts';
import type { Db, Tables } from './schema.ts';

/** Position of a finding in a list: worst first, then by text as its bytes are. */
interface Position {
  rank: number;
  rule: string;
  host: string;
  subject: string;
  fingerprint: string;
}

/** One page of the open findings that nobody accepted. `at`: for the state of acceptances. */
export async function pageOpenFindings(
  db: Db,
  { after, limit, ...asked }: OpenFindingsAsked & { after: string | null; limit: number },
  at: number,
): Promise<FindingsPage> {
  const { keys, hostsOf } = await readAsked(db, asked);
  const groups = await countGroups(db, keys, asked, await readAccepted(db, keys, asked, at));
  const counts = countBySeverity([]);
  for (const { rank, count } of groups) counts[severityAt(rank)] += count;
  const last = after === null ? null : toPosition(after);
  const isBehind = (group: { rank: number; rule: string }) =>
    last !== null && byRankAndRule(group, last) < 0;
  const ahead = groups.filter((group) => !isBehind(group));
  const shown: { rank: number; rule: string }[] = [];
  for (let index = 0, rows = 0; rows <= limit && index < ahead.length; index += 1) {
    const group = ahead[index];
    if (group === undefined) break;
    shown.push(group);
    // Of the group in which the last page ended nobody knows yet how much is left.
    if (last === null || byRankAndRule(group, last) > 0) rows += group.count;
  }
  const among = { keys, shown, last, at };
  const rows = shown.length === 0 ? [] : await readPage(db, asked, among, limit);
  const whole = groups.filter(isBehind).reduce((sum, { count }) => sum + count, 0);
  const begun = last === null ? 0 : await countBegun(db, asked, { ...among, last });
  return {
    findings: await show(db, rows, await hostsOf(rows), at),
    ...{ counts, byRule: groups.map(toRuleCount), before: whole + begun },
  };
}

/** Open findings that somebody decided on, whatever became of it, worst first. */
export async function listDecidedFindings(
  db: Db,
  asked: OpenFindingsAsked,
  at: number,
): Promise<StoredFinding[]> {
  const { keys, hostsOf } = await readAsked(db, asked);
  const rows = await readDecided(db, keys, asked, at);
  return show(db, rows, await hostsOf(rows), at);
}

/** Open rows of hosts, as they are now or were after a scan, under the filter. */
export function openRows(
  db: Db,
  { now, scans }: AskedKeys,
  asked: OpenFindingsAsked,
  isOneOf: typeof isOfHosts = isOfHosts,
) {
  const open = db
    .selectFrom('finding')
    .selectAll('finding')
    .where('finding.closed_at', 'is', null)
    .where(isOneOf('finding.host_id', now))
    .where(isAsked(asked));
  if (scans.length === 0) return open;
  const then = db
    .selectFrom('finding')
    .innerJoin('scan', 'scan.host_id', 'finding.host_id')
    .selectAll('finding')
    .where('scan.id', 'in', scans)
    .where(isOpenAtScan('finding'))
    .where(isAsked(asked) as never);
  return open.unionAll(then);
}

/** The newest acceptance of each finding by `at`. */
const decisionsBy = (db: Db, at: number) =>
  newestAcceptances(db, expressionBuilder<Tables, 'acceptance'>()('made_at', '<=', at)).as(
    'decision',
  );

/** Rows with an acceptance by `at`. */
const decided = (db: Db, keys: AskedKeys, asked: OpenFindingsAsked, at: number) =>
  db
    .selectFrom(decisionsBy(db, at))
    .innerJoin(openRows(db, keys, asked, isAmongHosts).as('open'), (join) =>
      join
        .onRef('open.host_id', '=', 'decision.host_id')
        .onRef('open.fingerprint', '=', 'decision.fingerprint'),
    );

const readDecided = (...[db, ...asked]: Parameters<typeof decided>): Promise<FindingRow[]> =>
  decided(db, ...asked)
    .innerJoin('host', 'host.id', 'open.host_id')
    .selectAll('open')
    .orderBy(positionOrder(db))
    .execute();

const countedColumns = [
  ...(['id', 'host_id', 'subject_kind', 'subject_key'] as const),
  ...(['severity', 'rule_id'] as const),
] as const satisfies (keyof FindingRow)[];

/** What of a finding that is accepted decides where it counts. */
export type CountedFinding = Pick<FindingRow, (typeof countedColumns)[number]>;

/** Findings that are accepted at `at`. */
export const readAccepted = (
  db: Db,
  keys: AskedKeys,
  asked: OpenFindingsAsked,
  at: number,
): Promise<CountedFinding[]> =>
  decided(db, keys, asked, at)
    .where(isInForce(at))
    .select(countedColumns.map((column) => `open.${column}` as const))
    .execute();

interface Group {
  rank: number;
  rule: string;
  count: number;
}

const byRankAndRule = (a: Omit<Group, 'count'>, b: Omit<Group, 'count'>): number =>
  b.rank - a.rank || compareText(a.rule, b.rule);

/** How many there are of each severity and rule, worst first, without the accepted ones. */
async function countGroups(
  db: Db,
  keys: AskedKeys,
  asked: OpenFindingsAsked,
  accepted: readonly CountedFinding[],
): Promise<Group[]> {
  const rows = await db
    .selectFrom(openRows(db, keys, asked).as('open'))
    .select((eb) => [
      'open.severity as rank',
      'open.rule_id as rule',
      eb.fn.countAll<number>().as('count'),
    ])
    .groupBy(['open.severity', 'open.rule_id'])
    // As an index has them: PostgreSQL counts while it reads.
    .orderBy('open.severity', 'desc')
    .orderBy('open.rule_id')
    .execute();
  return rows
    .map(({ rank, rule, count }) => ({
      rank,
      rule,
      count: count - accepted.filter((row) => row.severity === rank && row.rule_id === rule).length,
    }))
    .filter(({ count }) => count > 0)
    .sort(byRankAndRule);
}

/** The same of every open finding. */
export async function countByRule(
  db: Db,
  keys: AskedKeys,
  accepted: readonly CountedFinding[],
): Promise<RuleCount[]> {
  const groups = await countGroups(db, keys, { hosts: [] }, accepted);
  return groups.map(toRuleCount);
}

const toRuleCount = ({ rank, ...group }: Group): RuleCount => ({
  severity: severityAt(rank),
  ...group,
});

interface Among {
  keys: AskedKeys;
  shown: readonly { rank: number; rule: string }[];
  last: Position | null;
  at: number;
}

const readPage = (
  db: Db,
  asked: OpenFindingsAsked,
  { keys, shown, last, at }: Among,
  limit: number,
): Promise<FindingRow[]> =>
  notAccepted(db, keys, asked, at)
    .where((eb) => eb.or(shownBySeverity(shown)))
    .$if(last !== null, (query) => query.where(isAfter(db, last as Position)))
    .selectAll('open')
    .orderBy(positionOrder(db))
    .limit(limit)
    .execute();

/** How many of the group in which the last page ended stand before this one. */
const countBegun = (
  db: Db,
  asked: OpenFindingsAsked,
  { keys, last, at }: Omit<Among, 'last'> & { last: Position },
): Promise<number> =>
  countRows(
    notAccepted(db, keys, asked, at)
      .where('open.severity', '=', last.rank)
      .where('open.rule_id', '=', last.rule)
      .where(sql<boolean>`not ${isAfter(db, last)}`),
  );

const notAccepted = (db: Db, keys: AskedKeys, asked: OpenFindingsAsked, at: number) =>
  db
    .selectFrom(openRows(db, keys, asked).as('open'))
    .innerJoin('host', 'host.id', 'open.host_id')
    .where(
      sql<boolean>`(open.host_id, open.fingerprint) not in ${db
        .selectFrom(decisionsBy(db, at))
        .select(['decision.host_id', 'decision.fingerprint'])
        .where(isInForce(at))}`,
    );

/** One condition for each severity, with the rules of it. */
function shownBySeverity(shown: Among['shown']): RawBuilder<SqlBool>[] {
  return [...Map.groupBy(shown, ({ rank }) => rank)].map(([rank, those]) => {
    const rules = sql.join(those.map(({ rule }) => rule));
    return sql`(open.severity = ${rank} and open.rule_id in (${rules}))`;
  });
}

const positionColumns = (db: Db) =>
  ['open.rule_id', 'host.name', 'open.subject_key', 'open.fingerprint'].map((column) =>
    inByteOrder(db, column),
  );

const positionOrder = (db: Db) => sql`open.severity desc, ${sql.join(positionColumns(db))}`;

const isAfter = (db: Db, { rank, rule, host, subject, fingerprint }: Position) =>
  sql<boolean>`(open.severity < ${rank} or (open.severity = ${rank}
    and (${sql.join(positionColumns(db))}) > (${sql.join([rule, host, subject, fingerprint])})))`;

/** The position that `findingOrder` makes a text of. Of its parts only a subject may have line ends. */
function toPosition(text: string): Position {
  const [order = '', rule = '', host = '', ...rest] = text.split('\n');
  const fingerprint = rest.pop() ?? '';
  return {
    rank: severities.length + 1 - Number(order),
    ...{ rule, host, subject: rest.join('\n'), fingerprint },
  };
}

/** Rows of several hosts as findings with their acceptances, in their order. */
export async function show(
  db: Db,
  rows: readonly FindingRow[],
  hosts: readonly AskedHost[],
  at: number,
): Promise<StoredFinding[]> {
  const ids = new Set(rows.map(({ host_id }) => host_id));
  const shown = hosts.flatMap(({ state }) => (ids.has(state.id) ? [state] : []));
  return withAcceptances(db, shown, await showRows(db, rows, hosts), at);
}

/** The same without acceptances. */
export async function showRows(
  db: Db,
  rows: readonly FindingRow[],
  hosts: readonly AskedHost[],
): Promise<StoredFinding[]> {
  const byHost = Map.groupBy(rows, ({ host_id }) => host_id);
  const show = new Map<number, (row: FindingRow) => StoredFinding>();
  const toTime = isoTimes();
  for (const { state, isPast } of hosts) {
    const own = byHost.get(state.id);
    if (own === undefined) continue;
    show.set(state.id, isPast ? await showThen(db, state) : await showNow(db, state, own, toTime));
  }
  return rows.flatMap((row) => show.get(row.host_id)?.(row) ?? []);
}
