import { type Selectable, sql } from 'kysely';
import type { AlertStore } from '../ports/alert-store.ts';
import { type AlertCursor, beganAt, type HostNews } from '../ports/host-news.ts';
import { partAcceptances, readInForce, readLapsed } from './alert-acceptances.ts';
import type { LookedHost } from './alert-cursor.ts';
import { readBlindHosts, readBlindIntervals } from './blind-intervals.ts';
import { idsOf, numberRows } from './chunks.ts';
import { readContainers } from './container-lists.ts';
import {
  newEvents,
  newRows,
  readAppeared,
  readEventNews,
  readFirstScans,
} from './container-news.ts';
import { countExecs, EXECS_MAX, readExecSinces, readTracedExecs } from './exec-rows.ts';
import { countingRows, ROWS_MAX, withFewRows } from './few-rows.ts';
import { type Compared, changedRows, readChangesSince, readCompared } from './finding-changes.ts';
import { readKnownHosts } from './host-rows.ts';
import { readLoose, readOpenParts } from './open-troubles.ts';
import type { Db, Tables } from './schema.ts';

/** How far the blind intervals of two looks overlap: one counts once it is a minute long. */
const BLIND_OVERLAP_MS = 5 * 60_000;
/** Existing containers that are held at once. */
const CONTAINERS_MAX = 2_000;
/** Findings that changed, at once. */
const FINDINGS_MAX = 2_000;

/** See `AlertStore.readNews`: news of each kind are read for all of the hosts at once. */
export async function readHostNews(
  db: Db,
  [channel, cursors, at]: Parameters<AlertStore['readNews']>,
): Promise<HostNews[]> {
  const known = (await readKnownHosts(db, [...cursors.keys()])).flatMap((host): LookedHost[] => {
    const cursor = cursors.get(host.name);
    return cursor === undefined ? [] : [{ ...host, cursor }];
  });
  const found = await readWhatIsNew(db, { channel, at, ...(await chooseHosts(db, known)) });
  const news = new Map(found.map((one) => [one.host, one]));
  const names = new Set(known.map(({ name }) => name));
  return [...cursors].flatMap(([host, cursor]) => {
    const unknown = names.has(host) ? [] : { ...nothingNew, host, cursor };
    return news.get(host) ?? unknown;
  });
}

/** As many of the hosts, in order of their keys, as may have in memory all that is told of them; at least one. */
async function chooseHosts(db: Db, known: readonly LookedHost[]) {
  const [rows, events] = [newRows(db), newEvents(db)];
  let hosts = known.toSorted((a, b) => a.id - b.id);
  hosts = await withFewRows(hosts, ROWS_MAX, events.count);
  hosts = await withFewRows(hosts, ROWS_MAX, rows.count);
  hosts = await withFewRows(hosts, CONTAINERS_MAX, countingRows(db, existingOf));
  const sinceOf = new Map(hosts.map(({ name, cursor }) => [name, cursor.findingsAt]));
  const scanned = hosts.filter(({ lastScanId }) => lastScanId > 0);
  const all = await readCompared(db, scanned, sinceOf);
  const bases = new Map(all.map((one) => [one.host.id, one]));
  const comparedOf = (few: readonly LookedHost[]) => few.flatMap(({ id }) => bases.get(id) ?? []);
  hosts = await withFewRows(hosts, FINDINGS_MAX, (few, limit) =>
    countChanged(db, comparedOf(few), limit),
  );
  const sinces = await readExecSinces(db, hosts);
  hosts = await withFewRows(hosts, EXECS_MAX, countExecs(db, sinces));
  const compared = comparedOf(hosts);
  return {
    hosts,
    compared,
    sinces,
    rowsOf: await rows.read(hosts),
    eventsOf: await events.read(hosts),
  };
}

const countChanged = (db: Db, compared: readonly Compared[], limit: number) =>
  countingRows(db, (one: Compared & { id: number }) => changedRows(one))(
    compared.map((one) => ({ ...one, id: one.host.id })),
    limit,
  );

const existingOf = ({ id }: LookedHost) =>
  sql`select host_id from container where host_id = ${id} and closed_at is null`;

const nothingNew: Omit<HostNews, 'host' | 'cursor'> = {
  ...{ findings: null, appeared: [], imageChanges: [], defaults: [] },
  ...{ execs: [], tracedExecs: [], loose: [], gone: [], existing: [] },
  ...{ blind: [], acceptances: [], held: [], lapsed: [] },
};

interface Looked extends Awaited<ReturnType<typeof chooseHosts>> {
  channel: string;
  at: number;
}

async function readWhatIsNew(
  db: Db,
  { channel, at, hosts, compared, sinces, rowsOf, eventsOf }: Looked,
): Promise<HostNews[]> {
  if (hosts.length === 0) return [];
  const ofHosts = <Row>(of: (hostId: number) => Row[]) => hosts.flatMap(({ id }) => of(id));
  const firsts = await readFirstScans(db, idsOf(hosts));
  const appearedOn = await readAppeared(db, hosts, ofHosts(rowsOf), firsts);
  const eventsOn = await readEventNews(db, hosts, ofHosts(eventsOf), firsts);
  const defaults = await readDefaults(db, hosts);
  const changes = await readChangesSince(db, compared, at);
  const findings = new Map(changes.map((one) => [one.host, one]));
  const lapsed = await readLapsed(db, hosts, at);
  const open = await readOpenParts(db, { channel, hosts: hosts.map(({ name }) => name) });
  const parts = Map.groupBy(open, ({ host }) => host);
  const loose = Map.groupBy(await readLoose(db, open), ({ host }) => host);
  const news = hosts.map((host) => ({
    ...{ host, ...appearedOn(host.name), ...eventsOn(host.name) },
    ...{ findings: findings.get(host.name) ?? null, lapsed: lapsed.get(host.id) ?? [] },
    ...{ parts: parts.get(host.name) ?? [], loose: loose.get(host.name) ?? [] },
  }));
  const existing = await readContainers(db, hostsOf(news.filter(mayEnd)), 'existing');
  const existingOn = Map.groupBy(existing, ({ host }) => host);
  const traced = await readTracedExecs(db, hosts, sinces);
  const blind = await readBlind(db, hosts);
  const asked = news.filter((one) => one.parts.length + one.appeared.length + one.made.length > 0);
  const inForce = await readInForce(db, hostsOf(asked), at);
  return news.map(({ host, parts: ownParts, loose: ownLoose, made, ...own }) => {
    const { id, name, cursor, lastAt } = host;
    const appeared = [...own.appeared, ...made];
    const held = inForce.get(name) ?? [];
    const { changes: changedDefaults, lastRow } = defaults(host);
    const to = own.findings === null ? 0 : Date.parse(own.findings.to);
    return {
      ...{ host: name, ...own, appeared, defaults: changedDefaults },
      tracedExecs: traced.get(id) ?? [],
      loose: ownLoose.map(({ key }) => key),
      existing: existingOn.get(name) ?? [],
      blind: blind.get(id) ?? [],
      acceptances: partAcceptances(host, ownParts, held, at),
      held: appeared.length > 0 ? held : [],
      cursor: {
        ...timesAfter(cursor, to, lastAt - BLIND_OVERLAP_MS),
        containerRow: rowsOf(id).at(-1)?.id ?? cursor.containerRow,
        engineChange: lastRow,
        event: eventsOf(id).at(-1)?.id ?? cursor.event,
      },
    };
  });
}

/** Times of a cursor that is moved this far. Never equal: equal times mean that no look has moved them yet (`beganAt`). */
function timesAfter(cursor: AlertCursor, findings: number, blind: number) {
  const findingsAt = Math.max(cursor.findingsAt, findings);
  const blindAt = Math.max(cursor.blindAt, blind);
  const isMoved = beganAt(cursor) !== findingsAt;
  return { findingsAt, blindAt: isMoved && findingsAt === blindAt ? blindAt - 1 : blindAt };
}

const hostsOf = (news: readonly { host: LookedHost }[]): LookedHost[] =>
  news.map(({ host }) => host);

/** Whether what exists tells what becomes of these news. */
const mayEnd = (
  news: Pick<HostNews, 'appeared' | 'gone' | 'execs' | 'lapsed' | 'findings'> & {
    loose: readonly unknown[];
  },
): boolean => {
  const changes = news.findings?.changes ?? [];
  const all = [news.appeared, news.gone, news.execs, news.lapsed, news.loose, changes];
  return all.some(({ length }) => length > 0);
};

/** Times in which hosts could not be read, by the key of the host. */
async function readBlind(
  db: Db,
  hosts: readonly LookedHost[],
): Promise<ReadonlyMap<number, HostNews['blind']>> {
  const scanned = hosts.filter(({ lastScanId }) => lastScanId > 0);
  const since = Math.min(...scanned.map(({ cursor }) => cursor.blindAt));
  // Where nothing was scanned since, only what lasts was not over then.
  const isScannedSince = scanned.some(({ lastAt }) => lastAt > since);
  const names = new Map(scanned.map(({ id, name }) => [id, name]));
  const blind = await readBlindHosts(db, names, isScannedSince ? since : null);
  const ids = new Set(idsOf(blind));
  const found = new Map<number, HostNews['blind']>();
  for (const host of scanned.filter(({ id }) => ids.has(id))) {
    found.set(host.id, await readBlindIntervals(db, [host], host.cursor.blindAt));
  }
  return found;
}

/** Changes of the security defaults of hosts, and the last of them, by the key of the host. */
async function readDefaults(
  db: Db,
  hosts: readonly LookedHost[],
): Promise<(host: LookedHost) => { changes: HostNews['defaults']; lastRow: number }> {
  const marks = hosts.map(({ id, cursor }) => [id, cursor.engineChange]);
  const { rows } = await sql<Selectable<Tables['engine_defaults']>>`
    with seen(host_id, id) as (values ${numberRows(marks)})
    select engine_defaults.host_id, engine_defaults.id, at, defaults_json
    from seen cross join engine_defaults
    where engine_defaults.host_id = seen.host_id and engine_defaults.id >= seen.id
    order by engine_defaults.id`.execute(db);
  const byHost = Map.groupBy(rows, (row) => row.host_id);
  return ({ id, cursor }) => {
    const own = byHost.get(id) ?? [];
    const changes = own.slice(1).map((row, index) => ({
      before: own[index]?.defaults_json ?? [],
      after: row.defaults_json,
      at: row.at,
    }));
    return { changes, lastRow: own.at(-1)?.id ?? cursor.engineChange };
  };
}
