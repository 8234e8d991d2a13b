import { type LiveProcess, workingProcesses } from '../ports/process-store.ts';
import type { Holdings } from './holdings.ts';
import type { Dialled, Peer, WatchParts } from './watch-parts.ts';

/** What may be on its way from one process to another at once. */
const MOVING_MAX = 100;
/** So many times as long as at first a host that nobody else takes stays at most before it is offered again. */
const SPARE_AT_MOST = 256;

/**
 * Gives what brings the hosts of this process to its share of all: it claims free ones and gives back what is too
 * much. It rejects like the database.
 */
export function createShareOut(parts: WatchParts, holdings: Holdings): () => Promise<void> {
  const { store, owner, timings, log, peers, dialled = noneDialled, isHub = false } = parts;
  const weigh = createWeighing(parts);
  const freeSince = new Map<string, number>();
  const spare = createSpare(timings.weighMs);

  const take = async (hosts: readonly string[]): Promise<void> => {
    if (hosts.length === 0) return;
    const claimed = await store.claimFree(hosts, { owner, leaseMs: timings.leaseMs });
    for (const [host, state] of claimed) holdings.begin(host, state);
  };

  return async () => {
    const processes = await peers();
    if (processes?.some(({ id }) => id === owner) !== true) return;
    const working = workingProcesses(processes);
    const all = await weigh(working);
    const whole = all.reduce((sum, { weight }) => sum + weight, 0);
    const share = sharesOf(working, whole).get(owner);

    const holders = new Map((await store.listHolders()).map(({ host, owner: by }) => [host, by]));
    const isOfAnother = (host: string) => (holders.get(host) ?? owner) !== owner;
    // What another took over meanwhile goes with the next sign of life.
    const ours = new Set(holdings.hosts().filter((host) => !isOfAnother(host)));
    const isFree = (host: string) => !ours.has(host) && !isOfAnother(host);
    const shared = new Set(all.map(({ host }) => host));
    const { here, nowhere } = dialled();
    // Of what was removed, or dialled out to another process, nothing is heard here any more.
    const gone = [...ours].filter((host) => ![shared, here, nowhere].some((one) => one.has(host)));
    if (gone.length > 0) await holdings.handOver(gone);
    await take([...here, ...(isHub ? nowhere : [])].filter(isFree));

    const free = shuffled(all.filter(({ host }) => isFree(host)));
    noteFree(freeSince, free);
    spare.keep(shared);

    const held = all.filter(({ host }) => ours.has(host) && !spare.has(host));
    const given =
      share === undefined ? [...ours].filter((host) => shared.has(host)) : hostsToGive(share, held);
    const moved = given.slice(0, Math.max(0, MOVING_MAX - free.length));
    if (moved.length > 0) {
      log.info({ hosts: moved.length, of: ours.size }, 'hosts are given to other processes');
      await holdings.handOver(moved);
    }
    if (share === undefined || given.length > 0) return;
    const fitting = hostsToTake(share, held, free);
    await take(fitting);
    const isLeft = (since: number) => performance.now() - since > timings.leftMs;
    const left = [...freeSince].flatMap(([host, since]) =>
      isLeft(since) && !fitting.includes(host) ? [host] : [],
    );
    for (const host of left) spare.add(host);
    await take(left);
  };
}

const noneDialled = (): Dialled => ({ here: new Set(), elsewhere: new Set(), nowhere: new Set() });

/**
 * Hosts that no other process takes, though this one has its share: not all have the same settings, or one was away
 * when they were to be taken. After a time they count as any other, so that one too much is given back; what nobody
 * keeps then stays for twice as long each time.
 */
function createSpare(atFirstMs: number) {
  const taken = new Map<string, { at: number; forMs: number }>();
  return {
    add(host: string): void {
      const now = performance.now();
      const { at, forMs } = taken.get(host) ?? { at: 0, forMs: 0 };
      const longer = Math.min(2 * forMs, SPARE_AT_MOST * atFirstMs);
      taken.set(host, { at: now, forMs: now - at < 4 * forMs ? longer : atFirstMs });
    },
    has(host: string): boolean {
      const { at, forMs } = taken.get(host) ?? { at: 0, forMs: 0 };
      return performance.now() - at < forMs;
    },
    keep(hosts: ReadonlySet<string>): void {
      for (const host of taken.keys()) if (!hosts.has(host)) taken.delete(host);
    },
  };
}

/** Remembers since when hosts are free. */
function noteFree(freeSince: Map<string, number>, free: readonly WeighedHost[]): void {
  const names = new Set(free.map(({ host }) => host));
  for (const host of freeSince.keys()) if (!names.has(host)) freeSince.delete(host);
  for (const host of names) if (!freeSince.has(host)) freeSince.set(host, performance.now());
}

/**
 * Gives what weighs the hosts by their containers: anew after a time and when processes come and go, since a share
 * that changed all the time would move hosts all the time.
 */
function createWeighing({ store, hosts, timings }: WatchParts) {
  let among = '';
  let at = 0;
  let counts: ReadonlyMap<string, number> = new Map();
  return async (working: readonly Peer[]): Promise<WeighedHost[]> => {
    const ids = working.map(({ id }) => id).join();
    if (ids !== among || performance.now() - at > timings.weighMs) {
      counts = await store.countContainers();
      [among, at] = [ids, performance.now()];
    }
    return hosts().map((host) => ({ host, weight: Math.max(1, counts.get(host) ?? 0) }));
  };
}

/** Several processes that look at once begin with other hosts. */
const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, by: Math.random() }))
    .sort((a, b) => a.by - b.by)
    .map(({ item }) => item);

/** Of a share: so much too much is not given back, since what hosts weigh changes all the time. */
const TOLERANCE = 1 / 50;

/** A host with what watching it weighs, a whole number of at least 1. */
export interface WeighedHost {
  host: string;
  weight: number;
}

/**
 * How much of a whole each process is meant to hold, by its id: whole numbers by the weights of the processes,
 * that add up to the whole. Processes that are given the same in the same order come to the same.
 */
export function sharesOf(
  processes: readonly Pick<LiveProcess, 'id' | 'weight'>[],
  whole: number,
): Map<string, number> {
  const weights = processes.reduce((sum, { weight }) => sum + weight, 0);
  const shares = processes.map(({ id, weight }) => {
    const exact = (whole * weight) / weights;
    return { id, share: Math.floor(exact), rest: exact % 1 };
  });
  let left = whole - shares.reduce((sum, { share }) => sum + share, 0);
  // The sort is stable: of the same rest, who comes first gets more.
  for (const one of shares.toSorted((a, b) => b.rest - a.rest)) {
    if (left === 0) break;
    one.share += 1;
    left -= 1;
  }
  return new Map(shares.map(({ id, share }) => [id, share]));
}

/**
 * Which of the free hosts to take: those that fit into the share, and one more while there is room. As long as
 * shares add up to all hosts, a host that is free fits somewhere.
 */
export function hostsToTake(
  share: number,
  held: readonly WeighedHost[],
  free: readonly WeighedHost[],
): string[] {
  let sum = weightOf(held);
  const taken: string[] = [];
  const left: WeighedHost[] = [];
  for (const one of free.toSorted(heaviestFirst)) {
    if (sum + one.weight <= share) {
      sum += one.weight;
      taken.push(one.host);
    } else left.push(one);
  }
  const lightest = left.at(-1);
  if (lightest !== undefined && sum < share) taken.push(lightest.host);
  return taken;
}

/** Which of the held hosts to give back: none that is needed to fill the share. */
export function hostsToGive(share: number, held: readonly WeighedHost[]): string[] {
  let sum = weightOf(held);
  const given: string[] = [];
  const isTooMuch = (weight: number, room: number) => sum - weight >= share + room;
  const room = Math.floor(share * TOLERANCE);
  if (!held.some(({ weight }) => isTooMuch(weight, room))) return [];
  for (const { host, weight } of held.toSorted(heaviestFirst)) {
    if (!isTooMuch(weight, 0)) continue;
    sum -= weight;
    given.push(host);
  }
  return given;
}

const heaviestFirst = (a: WeighedHost, b: WeighedHost) => b.weight - a.weight;
const weightOf = (hosts: readonly WeighedHost[]) =>
  hosts.reduce((sum, { weight }) => sum + weight, 0);
