import type { History, HostHistory } from '../answers/history.ts';
import { addCounts, countBySeverity, type SeverityCounts } from '../findings/severity-counts.ts';
import type { PastScans, ScanHistory } from '../ports/past.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import { DAY_MS, isoTime, isoTimes, MINUTE_MS } from '../shared/time.ts';
import { HOSTS_LISTED } from './count-open.ts';

/** Lengths of a stretch, of which one point is shown: parts of an hour for two days, days beyond. */
const SHORT_STRETCHES_MS = [MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS];
const LONG_STRETCHES_MS = [DAY_MS, 7 * DAY_MS, 28 * DAY_MS];
const SHORT_WINDOW_MS = 2 * DAY_MS;
/** More points than this are no longer told apart in a picture. */
const POINTS_MAX = 100;

/** Of many hosts so many have a line, a line in the picture, and changes that are told. */
export const historyShown = { hosts: 10, lines: 6, changes: 5 } as const;

export interface HistoryAsked {
  hosts: readonly { name: string }[];
  /** Epoch milliseconds. */
  since: number;
  now: number;
  /** Of many hosts those have points of which a message tells, or none has any, where all together are shown alone; each when left out. */
  points?: 'told' | 'none';
}

/** Reads the history of hosts from the store. Rejects with `OutsideError` when that fails. */
export async function historyOfHosts(
  { hosts, since, now, points }: HistoryAsked,
  store: Pick<ScanStore, 'listScanHistory'>,
): Promise<History> {
  const stretchMs = chooseStretch(now - since);
  const from = startOf(since, stretchMs);
  const names = hosts.map(({ name }) => name);
  const asked = { hosts: names, since: from, stretchMs };
  const stored = await store.listScanHistory({ ...asked, withChanges: points !== 'none' });
  const begins = stretchMs < DAY_MS ? tried(stored) : allBetween(stored, from, now, stretchMs);
  const byHost = new Map(stored.map((one) => [one.host, one]));
  const placeOf = new Map(begins.map((begin, place) => [begin, place]));
  const pasts = names.map((name) => toPast(name, byHost.get(name), placeOf));
  const stretches = begins.map((begin) => isoTime(begin * stretchMs));
  const scored = points === 'told' && names.length > HOSTS_LISTED ? pasts.map(withScores) : null;
  const told = scored === null ? new Set(points === 'none' ? [] : names) : toldOf(scored);
  const toTime = isoTimes();
  return {
    since: isoTime(from),
    stretchMs,
    stretches,
    histories: pasts.map((past) => ({
      host: past.host,
      firstReadAt: past.firstReadAt,
      points: told.has(past.host) ? pointsOf(past, toTime) : [],
    })),
    ...(scored && { rest: restOf(scored) }),
    fleet: hosts.length > 1 ? fleetPoints(pasts, stretches, stretchMs) : null,
  };
}

function chooseStretch(windowMs: number): number {
  const choices = windowMs <= SHORT_WINDOW_MS ? SHORT_STRETCHES_MS : LONG_STRETCHES_MS;
  const fitting = choices.find((stretchMs) => windowMs / stretchMs <= POINTS_MAX);
  return fitting ?? choices.at(-1) ?? DAY_MS;
}

const startOf = (at: number, stretchMs: number) => Math.floor(at / stretchMs) * stretchMs;

const stretchesIn = ({ scans, unread }: ScanHistory): number[] => [...scans.stretch, ...unread];

/** Parts of an hour in which nobody looked say nothing. */
const tried = (stored: readonly ScanHistory[]): number[] =>
  [...new Set(stored.flatMap(stretchesIn))].sort((a, b) => a - b);

/** Days in which nobody looked are days that are not known; today is not over. */
function allBetween(
  stored: readonly ScanHistory[],
  from: number,
  now: number,
  stretchMs: number,
): number[] {
  const firsts = stored.flatMap(({ firstGoodAt }) => firstGoodAt ?? []).map(Date.parse);
  if (firsts.length === 0) return [];
  const start = Math.floor(Math.max(from, Math.min(...firsts)) / stretchMs);
  const today = Math.floor(now / stretchMs);
  const all = Array.from({ length: today - start + 1 }, (_, place) => start + place);
  const isTodayTried = stored.some((one) => stretchesIn(one).includes(today));
  return isTodayTried ? all : all.filter((stretch) => stretch !== today);
}

interface HostPast extends Pick<HostHistory, 'host' | 'firstReadAt'> {
  scans: PastScans;
  /** For each stretch the place of its scan among these; -1 for none. Others have no point, and say nothing. */
  places: number[];
}

/** The same with what tells which hosts are drawn and told of. */
interface ScoredPast extends HostPast {
  /** Score of its last scan, -1 for none, of which there was one in any stretch; null where there was no scan. */
  last: number | null;
  /** The scores that are known. */
  scores: number[];
}

/** What stands at a place of a column. Throws where nothing does: what was not read is not 0. */
function valueAt<Value>(column: readonly Value[], place: number): Value {
  const value = column[place];
  if (value === undefined) throw new Error(`a column of the past has nothing at ${place}`);
  return value;
}

const noScans: PastScans = {
  ...{ stretch: [], at: [], score: [], grade: [], accepted: [], opened: [], closed: [] },
  open: { low: [], medium: [], high: [], critical: [] },
};

function toPast(
  host: string,
  stored: ScanHistory | undefined,
  placeOf: ReadonlyMap<number, number>,
): HostPast {
  const { scans = noScans, firstGoodAt: firstReadAt = null } = stored ?? {};
  const places = new Array<number>(placeOf.size).fill(-1);
  for (let index = 0; index < scans.stretch.length; index += 1) {
    const place = placeOf.get(valueAt(scans.stretch, index));
    if (place !== undefined) places[place] = index;
  }
  return { host, firstReadAt, scans, places };
}

function withScores(past: HostPast): ScoredPast {
  const { scans, places } = past;
  const found = places.flatMap((index) => (index < 0 ? [] : [valueAt(scans.score, index)]));
  const scores = found.filter((score) => score !== null);
  return { ...past, last: found.length === 0 ? null : (found.at(-1) ?? -1), scores };
}

/** What opened and closed since the scan before; null for the first. */
const changesAt = ({ opened, closed }: PastScans, index: number) =>
  index === 0 ? null : { new: valueAt(opened, index), fixed: valueAt(closed, index) };

const pointsOf = ({ scans, places }: HostPast, toTime: (at: number) => string) =>
  places.map((index): HostHistory['points'][number] => {
    if (index < 0) return null;
    return {
      at: toTime(valueAt(scans.at, index)),
      score: valueAt(scans.score, index),
      grade: valueAt(scans.grade, index),
      open: countsAt(scans.open, index),
      accepted: valueAt(scans.accepted, index),
      changes: changesAt(scans, index),
    };
  });

const countsAt = (
  { low, medium, high, critical }: PastScans['open'],
  index: number,
): SeverityCounts => ({
  low: valueAt(low, index),
  medium: valueAt(medium, index),
  high: valueAt(high, index),
  critical: valueAt(critical, index),
});

/** The hosts of which a message tells: those with the lowest scores now, that are drawn, and with most changes at once. */
function toldOf(pasts: readonly ScoredPast[]): ReadonlySet<string> {
  const { hosts, lines, changes } = historyShown;
  const biggest = pasts.map((past) => ({ past, size: biggestChange(past) }));
  return new Set([
    ...pasts
      .flatMap((past) => (past.last === null ? [] : [{ past, last: past.last }]))
      .sort((a, b) => a.last - b.last)
      .slice(0, hosts)
      .map(({ past }) => past.host),
    ...pasts
      .filter(isDrawable)
      .map((past) => ({ past, score: valueAt(past.scores, past.scores.length - 1) }))
      .sort((a, b) => a.score - b.score)
      .slice(0, lines)
      .map(({ past }) => past.host),
    // One more tells that those are not all.
    ...biggest
      .filter(({ size }) => size > 0)
      .sort((a, b) => b.size - a.size)
      .slice(0, changes + 1)
      .map(({ past }) => past.host),
  ]);
}

function biggestChange({ scans, places }: HostPast): number {
  let biggest = 0;
  for (const index of places) {
    const changes = index < 0 ? null : changesAt(scans, index);
    if (changes) biggest = Math.max(biggest, changes.new + changes.fixed);
  }
  return biggest;
}

/** A line takes two points. */
const isDrawable = ({ scores }: ScoredPast): boolean => scores.length > 1;

const restOf = (pasts: readonly ScoredPast[]): NonNullable<History['rest']> => ({
  unread: pasts.filter(({ last }) => last === null).length,
  drawable: pasts.filter(isDrawable).length,
});

/** From which stretch on the host is part of the fleet: it could be read before the end of it; -1 for none. */
export const knownFrom = (
  { firstReadAt }: Pick<HostHistory, 'firstReadAt'>,
  ends: readonly string[],
): number => (firstReadAt === null ? -1 : ends.findIndex((end) => firstReadAt < end));

/** ISO times at which stretches end. */
export const endsOf = (stretches: readonly string[], stretchMs: number): string[] =>
  stretches.map((stretch) => isoTime(Date.parse(stretch) + stretchMs));

/** All hosts together in one stretch, so far. */
interface Together {
  members: number;
  /** One of them was unread in it. */
  isUnread: boolean;
  newest: number;
  score: number;
  scored: number;
  open: SeverityCounts;
  accepted: SeverityCounts;
}

/** All hosts together, for each stretch in which none of them was unread. */
function fleetPoints(
  pasts: readonly HostPast[],
  stretches: readonly string[],
  stretchMs: number,
): NonNullable<History['fleet']> {
  const ends = endsOf(stretches, stretchMs);
  const sums = stretches.map(
    (): Together => ({
      ...{ members: 0, isUnread: false, newest: 0, score: 0, scored: 0 },
      ...{ open: countBySeverity([]), accepted: countBySeverity([]) },
    }),
  );
  // Host by host, whose columns lie together.
  for (const past of pasts) {
    const from = knownFrom(past, ends);
    if (from >= 0) addTo(sums, past, from);
  }
  return sums.map(({ members, isUnread, newest, score, scored, open, accepted }) =>
    isUnread || members === 0
      ? null
      : {
          at: isoTime(newest),
          score: scored < members ? null : Math.round(score / members),
          ...{ open, accepted },
        },
  );
}

function addTo(sums: readonly Together[], { scans, places }: HostPast, from: number): void {
  const { at, score, accepted } = scans;
  const { low, medium, high, critical } = scans.open;
  for (let place = from; place < sums.length; place += 1) {
    const sum = valueAt(sums, place);
    const index = valueAt(places, place);
    sum.members += 1;
    sum.isUnread ||= index < 0;
    if (index < 0) continue;
    sum.newest = Math.max(sum.newest, valueAt(at, index));
    const own = valueAt(score, index);
    if (own !== null) sum.scored += 1;
    sum.score += own ?? 0;
    sum.open.low += valueAt(low, index);
    sum.open.medium += valueAt(medium, index);
    sum.open.high += valueAt(high, index);
    sum.open.critical += valueAt(critical, index);
    addCounts(sum.accepted, valueAt(accepted, index));
  }
}
