import pLimit from 'p-limit';
import { createBucket } from '../shared/bucket.ts';
import { OutsideError } from '../shared/errors.ts';
import type { FairShare } from '../shared/fair-shares.ts';
import { limits } from './limits.ts';

/** What one call may take beside the limit of its kind. */
export interface Allowance {
  /** Counts what was read of an answer. Throws `OutsideError` when there is no more of it. */
  spend(bytes: number, values: number): void;
  /** Resolves when no other large answer of the engine is held; the result ends the turn. */
  enterLarge(signal: AbortSignal): Promise<() => void>;
  /** Told of each answer that went beyond a limit. */
  noteCut(): void;
  /** Of the processor, among all scans of this process; not counted when not given. */
  share?: FairShare | undefined;
}

/** Runs a call of one kind when there is room for it. */
export type Lane = <T>(call: () => Promise<T>) => Promise<T>;

/**
 * What all who talk to one engine share, however many scans and watchers these are: so many calls at
 * once, so much of its answers held.
 */
export interface EngineTraffic {
  readonly scanning: Lane;
  /** Apart from reading, because a probe that was begun cannot wait. */
  readonly probing: Lane;
  readonly watching: Lane;
  /** As much as the limits of single calls allow. */
  readonly unbudgeted: Allowance;
  /** Of one reader in one scan: refuses from the answer on that goes beyond. */
  ofScan(): Allowance;
  /** Of the watcher, whose answers never end: so much in a time. */
  readonly ofWatch: Allowance;
  /** Answers so far that went beyond a limit. */
  cutCount(): number;
}

export function createTraffic(): EngineTraffic {
  const all = pLimit(limits.concurrentLooks);
  const lane = (atOnce: number): Lane => {
    const own = pLimit(atOnce);
    return (call) => own(() => all(call));
  };
  let last: Promise<void> = Promise.resolve();
  let cuts = 0;
  const unbudgeted: Allowance = {
    spend() {},
    async enterLarge(signal) {
      const before = last;
      const { promise, resolve } = Promise.withResolvers<void>();
      last = before.then(() => promise);
      await before;
      // Whoever waited too long has to let go of it at once.
      if (signal.aborted) resolve();
      signal.throwIfAborted();
      return resolve;
    },
    noteCut() {
      cuts += 1;
    },
  };
  return {
    scanning: lane(limits.concurrentCalls),
    probing: lane(limits.concurrentCalls),
    watching: lane(limits.concurrentLooks),
    unbudgeted,
    ofScan: () => ({ ...unbudgeted, spend: scanBudget() }),
    ofWatch: { ...unbudgeted, spend: watchBudget() },
    cutCount: () => cuts,
  };
}

function watchBudget(): Allowance['spend'] {
  const { watchBurstBytes: burst, watchBytesPerSecond: perSecond } = limits;
  const pace = createBucket(burst, perSecond, () => performance.now());
  return (bytes) => {
    if (pace.take(bytes) === 0) return;
    const detail = `the engine sends more than ${perSecond / 1024} KB a second to its watcher`;
    throw new OutsideError('engine-answer-too-large', detail);
  };
}

function scanBudget(): Allowance['spend'] {
  let [bytesLeft, valuesLeft] = [limits.scanBytes, limits.scanValues];
  return (bytes, values) => {
    bytesLeft -= bytes;
    valuesLeft -= values;
    if (bytesLeft >= 0 && valuesLeft >= 0) return;
    const most =
      bytesLeft < 0 ? `${limits.scanBytes / 1024 / 1024} MB` : `${limits.scanValues} values`;
    const detail = `the engine has sent ${most}, which is all that one scan reads`;
    throw new OutsideError('engine-answer-too-large', detail);
  };
}

/** The traffic of each engine by its url: two names may mean one. */
export type TrafficOf = (url: string) => EngineTraffic;

/** One for a whole process. */
export function createTrafficOf(): TrafficOf {
  const known = new Map<string, EngineTraffic>();
  return (url) => {
    const traffic = known.get(url) ?? createTraffic();
    known.set(url, traffic);
    return traffic;
  };
}
