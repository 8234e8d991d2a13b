import type { History, HistoryPoint, HostHistory } from '../answers/history.ts';
import type { SeverityCounts } from '../findings/severity-counts.ts';
import type { ScanHistory } from '../ports/past.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import { severities } from '../rules/rule.ts';
import { DAY_MS, isoTime, MINUTE_MS } from '../shared/time.ts';

/** Lengths of a stretch, of which one point is shown: parts of an hour for two days, days beyond. */
const SHORT_STRETCHES_MS = [MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS];
const LONG_STRETCHES_MS = [DAY_MS, 7 * DAY_MS, 28 * DAY_MS];
const SHORT_WINDOW_MS = 2 * DAY_MS;
/** More points than this are no longer told apart in a picture. */
const POINTS_MAX = 100;

export interface HistoryAsked {
  hosts: readonly { name: string }[];
  /** Epoch milliseconds. */
  since: number;
  now: number;
}

/** Reads the history of hosts from the store. Rejects with `OutsideError` when that fails. */
export async function historyOfHosts(
  { hosts, since, now }: HistoryAsked,
  store: Pick<ScanStore, 'listScanHistory'>,
): Promise<History> {
  const stretchMs = chooseStretch(now - since);
  const from = startOf(since, stretchMs);
  const names = hosts.map(({ name }) => name);
  const stored = await store.listScanHistory({ hosts: names, since: from, stretchMs });
  const stretches = stretchMs < DAY_MS ? tried(stored) : allBetween(stored, from, now, stretchMs);
  const byHost = new Map(stored.map((one) => [one.host, one]));
  const histories = names.map((name) => toHistory(name, byHost.get(name), stretches));
  return {
    since: isoTime(from),
    stretchMs,
    stretches,
    histories,
    fleet: hosts.length > 1 ? fleetPoints(histories, stretches, stretchMs) : null,
  };
}

function chooseStretch(windowMs: number): number {
  const choices = windowMs <= SHORT_WINDOW_MS ? SHORT_STRETCHES_MS : LONG_STRETCHES_MS;
  const fitting = choices.find((stretchMs) => windowMs / stretchMs <= POINTS_MAX);
  return fitting ?? choices.at(-1) ?? DAY_MS;
}

const startOf = (at: number, stretchMs: number) => Math.floor(at / stretchMs) * stretchMs;

/** Parts of an hour in which nobody looked say nothing. */
function tried(stored: readonly ScanHistory[]): string[] {
  return [...new Set(stored.flatMap(({ stretches }) => stretches.map(({ from }) => from)))].sort();
}

/** Days in which nobody looked are days that are not known; today is not over. */
function allBetween(
  stored: readonly ScanHistory[],
  from: number,
  now: number,
  stretchMs: number,
): string[] {
  const firsts = stored.flatMap(({ firstGoodAt }) => firstGoodAt ?? []).map(Date.parse);
  if (firsts.length === 0) return [];
  const start = Math.max(from, startOf(Math.min(...firsts), stretchMs));
  const today = isoTime(startOf(now, stretchMs));
  const isTodayTried = tried(stored).includes(today);
  const all: string[] = [];
  for (let at = start; at <= now; at += stretchMs) all.push(isoTime(at));
  return isTodayTried ? all : all.filter((stretch) => stretch !== today);
}

function toHistory(
  host: string,
  stored: ScanHistory | undefined,
  stretches: readonly string[],
): HostHistory {
  const scans = new Map(stored?.stretches.map(({ from, scan }) => [from, scan]));
  return {
    host,
    firstReadAt: stored?.firstGoodAt ?? null,
    points: stretches.map((stretch) => {
      const scan = scans.get(stretch);
      if (!scan) return null;
      const { changes, ...point } = scan;
      return { ...point, changes: changes && { new: changes.opened, fixed: changes.closed } };
    }),
  };
}

/** From which stretch on the host is part of the fleet: it could be read before the end of it; -1 for none. */
export function knownFrom(
  { firstReadAt }: Pick<HostHistory, 'firstReadAt'>,
  ends: readonly string[],
): number {
  return firstReadAt === null ? -1 : ends.findIndex((end) => firstReadAt < end);
}

/** ISO times at which stretches end. */
export const endsOf = (stretches: readonly string[], stretchMs: number): string[] =>
  stretches.map((stretch) => isoTime(Date.parse(stretch) + stretchMs));

function fleetPoints(
  histories: readonly HostHistory[],
  stretches: readonly string[],
  stretchMs: number,
): NonNullable<History['fleet']> {
  const ends = endsOf(stretches, stretchMs);
  const known = histories.map((history) => ({ history, from: knownFrom(history, ends) }));
  return stretches.map((_stretch, index) => {
    const members = known.filter(({ from }) => from >= 0 && from <= index);
    const points = members.flatMap(({ history }) => history.points[index] ?? []);
    if (points.length === 0 || points.length < members.length) return null;
    const scores = points.flatMap(({ score }) => score ?? []);
    const summed = (countsOf: (point: HistoryPoint) => SeverityCounts) =>
      Object.fromEntries(
        severities.map((severity) => [
          severity,
          points.reduce((total, point) => total + countsOf(point)[severity], 0),
        ]),
      ) as SeverityCounts;
    return {
      at: newestAt(points),
      score: scores.length < points.length ? null : Math.round(meanOf(scores)),
      open: summed(({ open }) => open),
      accepted: summed(({ accepted }) => accepted),
    };
  });
}

/** ISO times are in order as texts. */
function newestAt(points: readonly HistoryPoint[]): string {
  let newest = '';
  for (const { at } of points) if (at > newest) newest = at;
  return newest;
}

const meanOf = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
