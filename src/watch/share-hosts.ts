import type { LiveProcess } from '../ports/process-store.ts';

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
