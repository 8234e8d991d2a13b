import type { History, HostHistory } from '../answers/history.ts';
import { addCounts, countBySeverity } from '../findings/severity-counts.ts';
import type { PastScan, ScanHistory } from '../ports/past.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import { DAY_MS, isoTime, isoTimes, MINUTE_MS } from '../shared/time.ts';

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
  /** True where all hosts together are shown alone: the points of each are left out. */
  isOfFleet?: boolean;
}

/** Reads the history of hosts from the store. Rejects with `OutsideError` when that fails. */
export async function historyOfHosts(
  { hosts, since, now, isOfFleet = false }: HistoryAsked,
  store: Pick<ScanStore, 'listScanHistory'>,
): Promise<History> {
  const stretchMs = chooseStretch(now - since);
  const from = startOf(since, stretchMs);
  const names = hosts.map(({ name }) => name);
  const stored = await store.listScanHistory({ hosts: names, since: from, stretchMs });
  const stretches = stretchMs < DAY_MS ? tried(stored) : allBetween(stored, from, now, stretchMs);
  const byHost = new Map(stored.map((one) => [one.host, one]));
  const placeOf = new Map(stretches.map((stretch, place) => [stretch, place]));
  const pasts = names.map((name) => toPast(name, byHost.get(name), placeOf));
  const toTime = isoTimes();
  return {
    since: isoTime(from),
    stretchMs,
    stretches,
    histories: pasts.map((past) => toHistory(isOfFleet ? { ...past, scans: [] } : past, toTime)),
    fleet: hosts.length > 1 ? fleetPoints(pasts, stretches, stretchMs) : null,
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
  const isTodayTried = stored.some((one) => one.stretches.some(({ from }) => from === today));
  const all: string[] = [];
  for (let at = start; at <= now; at += stretchMs) all.push(isoTime(at));
  return isTodayTried ? all : all.filter((stretch) => stretch !== today);
}

interface HostPast extends Pick<HostHistory, 'host' | 'firstReadAt'> {
  /** One for each stretch. */
  scans: (PastScan | null)[];
}

function toPast(
  host: string,
  stored: ScanHistory | undefined,
  placeOf: ReadonlyMap<string, number>,
): HostPast {
  const scans = Array.from(placeOf, (): PastScan | null => null);
  for (const { from, scan } of stored?.stretches ?? []) {
    const place = placeOf.get(from);
    if (place !== undefined) scans[place] = scan;
  }
  return { host, firstReadAt: stored?.firstGoodAt ?? null, scans };
}

const toHistory = (
  { host, firstReadAt, scans }: HostPast,
  toTime: (at: number) => string,
): HostHistory => ({
  host,
  firstReadAt,
  points: scans.map(
    (scan) =>
      scan && {
        at: toTime(scan.at),
        score: scan.score,
        grade: scan.grade,
        open: scan.open,
        accepted: scan.accepted,
        changes: scan.changes && { new: scan.changes.opened, fixed: scan.changes.closed },
      },
  ),
});

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
  pasts: readonly HostPast[],
  stretches: readonly string[],
  stretchMs: number,
): NonNullable<History['fleet']> {
  const ends = endsOf(stretches, stretchMs);
  const known = pasts.map(({ scans, ...past }) => ({ scans, from: knownFrom(past, ends) }));
  return stretches.map((_stretch, index) => {
    const members = known.filter(({ from }) => from >= 0 && from <= index);
    return sumOf(members.map(({ scans }) => scans[index] ?? null));
  });
}

/** All hosts together, unless one of them was not read. */
function sumOf(scans: readonly (PastScan | null)[]): NonNullable<History['fleet']>[number] {
  const [open, accepted] = [countBySeverity([]), countBySeverity([])];
  let [newest, score, scored] = [0, 0, 0];
  for (const scan of scans) {
    if (scan === null) return null;
    newest = Math.max(newest, scan.at);
    if (scan.score !== null) scored += 1;
    score += scan.score ?? 0;
    addCounts(open, scan.open);
    addCounts(accepted, scan.accepted);
  }
  if (scans.length === 0) return null;
  return {
    at: isoTime(newest),
    score: scored < scans.length ? null : Math.round(score / scans.length),
    open,
    accepted,
  };
}
