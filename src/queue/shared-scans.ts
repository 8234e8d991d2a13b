import {
  type FollowedScanJob,
  type Leaving,
  type RunningJob,
  type ScanJob,
  type ScanJobEnd,
  type ScanJobStore,
  type ScanQueue,
  ScanStopped,
} from '../ports/scan-queue.ts';
import { OutsideError } from '../shared/errors.ts';
import { pause } from '../timers/pause.ts';
import { doJob, JOB_LEASE_MS } from './do-job.ts';
import type { ScanMessages } from './messages.ts';

/** Between two looks at the rows of what is waited for, and what each row adds: of many nobody follows every step. */
const LOOK_MS = 150;
const LOOK_EACH_MS = 0.25;
/** Workers are told again of a job that nobody does; also how long an answer to who works is believed. */
const AGAIN_MS = 2_000;
/** A database that is away so long is no longer waited for. */
const AWAY_MS = 60_000;

export interface SharedScansParts {
  jobs: ScanJobStore;
  /** True while workers live, which do what is asked for. */
  hasWorkers: () => Promise<boolean>;
  /** Who can reach a host: every process, this one alone, or another one alone, which looks for what waits. */
  placeOf: (host: string) => HostPlace;
  /** Connected by the first who has workers to tell. */
  messages: () => Promise<Pick<ScanMessages, 'send'>>;
  /** The owner of this process's leases; never used twice. */
  owner: string;
  /** Told how long a job waited that this process began. */
  onBegun: (waitedMs: number) => void;
}

export type HostPlace = 'any' | 'here' | 'elsewhere';

export interface SharedScans extends ScanQueue {
  /**
   * Begins the jobs that wait on these hosts, which only this process can reach, whoever asked. Rejects with
   * `OutsideError` 'store-failed'.
   */
  doWaiting(
    hosts: readonly string[],
    workOf: (job: Pick<ScanJob, 'host' | 'what'>) => Waiting['work'],
  ): Promise<void>;
  /** Gives back what this process does; who still waits for anything is told that it ends. */
  close(): Promise<void>;
}

interface Waiting {
  job: ScanJob;
  work: (running: RunningJob) => Promise<unknown>;
  onStep: RunningJob['onStep'];
  /** How many steps it was told of. */
  told: number;
  /** By `performance.now()`: when workers are told again. */
  tellAt: number;
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}

/**
 * The queue of processes that share a database: a job is a row, which workers do while there are any, and
 * who asks does where there are none. Who asked follows the row; when the one who does it dies, it is done again.
 * While the database cannot be reached a job is done here, so that there is an answer that says so.
 */
export function openSharedScans(parts: SharedScansParts): SharedScans {
  const { jobs, owner } = parts;
  const stop = new AbortController();
  const waiting = openWaiters();
  const doing = new Map<number, Promise<void>>();
  const hasWorkers = believed(parts.hasWorkers);
  let looking: Promise<void> | null = null;

  /** Does a job here, unless somebody else does it by now. Never rejects. */
  const doHere = async (id: number, { work }: Pick<Waiting, 'work'>): Promise<void> => {
    try {
      const claimed = await jobs.claim(id, { owner, leaseMs: JOB_LEASE_MS });
      if (claimed === null) return;
      if (claimed.waitedMs !== null) parts.onBegun(claimed.waitedMs);
      const onStep: RunningJob['onStep'] = (step) => waiting.tell(id, step);
      const done = await doJob({ jobs, signal: stop.signal }, claimed, work, onStep);
      if (done !== null) waiting.settle(id, (one) => one.resolve(done.result));
    } catch (error) {
      // The database: the row says what became of the job, once it can be read.
      if (!isStoreFailure(error)) waiting.settle(id, (one) => one.reject(error));
    } finally {
      doing.delete(id);
    }
  };

  /** Sees to it that a job is done of which nobody does anything. */
  const urge = async (id: number, one: Waiting): Promise<void> => {
    const place = parts.placeOf(one.job.host);
    if (doing.has(id) || place === 'elsewhere') return;
    if (place === 'here' || !(await hasWorkers())) {
      if (!doing.has(id)) doing.set(id, doHere(id, one));
    } else if (one.tellAt <= performance.now()) {
      one.tellAt = performance.now() + AGAIN_MS;
      await (await parts.messages()).send(id, one.job.asker);
    }
  };

  const follow = async (): Promise<void> => {
    // Somebody may come between the last look and its end.
    while (waiting.ids().length > 0 && !stop.signal.aborted) {
      await followRows({ jobs, waiting, urge, signal: stop.signal });
    }
    looking = null;
  };

  return {
    async run<Result>(
      job: ScanJob,
      work: (running: RunningJob) => Promise<Result>,
      onStep: RunningJob['onStep'] = () => {},
      leaving?: AbortSignal,
    ) {
      if (leaving?.aborted) throw new ScanStopped(job.host, byOf(leaving));
      const id = await jobs.ask(job).catch((error: unknown) => {
        if (!isStoreFailure(error)) throw error;
        return null;
      });
      if (id === null) return work({ onStep, onEnded() {}, signal: stop.signal, held: null });
      return new Promise<Result>((resolve, reject) => {
        const result = resolve as (result: unknown) => void;
        const one = { job, work, onStep, told: 0, tellAt: 0, resolve: result, reject };
        waiting.add(id, one);
        leaving?.addEventListener(
          'abort',
          () => void leave({ jobs, waiting }, id, one, byOf(leaving)),
          {
            once: true,
          },
        );
        // What fails now is tried with the next look.
        void urge(id, one).catch(() => {});
        looking ??= follow();
      });
    },
    async doWaiting(hosts, workOf) {
      for (const { id, ...job } of await jobs.listWaiting(hosts)) {
        if (!doing.has(id)) doing.set(id, doHere(id, { work: workOf(job) }));
      }
    },
    stop: (host, by) => jobs.stop(host, by),
    async close() {
      stop.abort(stopping());
      for (const id of waiting.ids()) waiting.settle(id, (one) => one.reject(stopping()));
      await Promise.all([looking, ...doing.values()]);
    },
  };
}

/** Who leaves last waits for what becomes of the job: it may be stored by now. Never rejects. */
async function leave(
  { jobs, waiting }: { jobs: ScanJobStore; waiting: ReturnType<typeof openWaiters> },
  id: number,
  one: Waiting,
  by: string,
): Promise<void> {
  if (!waiting.of(id).includes(one)) return;
  try {
    const goesOn = await jobs.leave(id, by);
    if (goesOn && waiting.remove(id, one)) one.reject(new ScanStopped(one.job.host, by, true));
  } catch (error) {
    // Whether it goes on is not known.
    if (waiting.remove(id, one)) one.reject(error);
  }
}

/** Looks at the rows of what is waited for until nobody waits any more, and tells who does. Never rejects. */
async function followRows(parts: {
  jobs: ScanJobStore;
  waiting: ReturnType<typeof openWaiters>;
  urge: (id: number, one: Waiting) => Promise<void>;
  signal: AbortSignal;
}): Promise<void> {
  const { jobs, waiting, urge, signal } = parts;
  const advance = async ({ id, state, latest }: FollowedScanJob): Promise<void> => {
    if (state === 'ended') {
      const end = await jobs.findEnd(id);
      waiting.settle(id, (one) => settleBy(one, end));
    } else if (latest !== null) waiting.tell(id, latest);
  };
  /** Together: what all of them need of the database is asked for once. */
  const urgeAll = (rows: readonly FollowedScanJob[]) => {
    const idle = rows.filter(({ state }) => state === 'waiting');
    return Promise.all(idle.flatMap(({ id }) => waiting.of(id).map((one) => urge(id, one))));
  };
  let awaySince: number | null = null;
  while (waiting.ids().length > 0 && !signal.aborted) {
    await pause(LOOK_MS + LOOK_EACH_MS * waiting.ids().length, signal);
    try {
      const ids = waiting.ids();
      const rows = await jobs.follow(ids);
      for (const row of rows) await advance(row);
      await urgeAll(rows);
      const known = new Set(rows.map(({ id }) => id));
      const lost = ids.filter((id) => !known.has(id));
      for (const id of lost) waiting.settle(id, (one) => settleBy(one, null));
      awaySince = null;
    } catch (error) {
      awaySince ??= performance.now();
      const isAway = isStoreFailure(error) && performance.now() - awaySince < AWAY_MS;
      if (isAway) continue;
      for (const id of waiting.ids()) waiting.settle(id, (one) => one.reject(error));
    }
  }
}

/** Who waits in this process, by the job. */
function openWaiters() {
  const waiting = new Map<number, Waiting[]>();
  const of = (id: number): readonly Waiting[] => waiting.get(id) ?? [];
  return {
    of,
    ids: () => [...waiting.keys()],
    add: (id: number, one: Waiting) => waiting.set(id, [...of(id), one]),
    /** False where it waits no more. */
    remove(id: number, one: Waiting): boolean {
      const rest = of(id).filter((other) => other !== one);
      if (rest.length === of(id).length) return false;
      if (rest.length === 0) waiting.delete(id);
      else waiting.set(id, rest);
      return true;
    },
    settle(id: number, end: (one: Waiting) => void): void {
      const all = of(id);
      waiting.delete(id);
      for (const one of all) end(one);
    },
    tell(id: number, step: Parameters<RunningJob['onStep']>[0]): void {
      for (const one of of(id).filter(({ told }) => told !== step.done)) {
        one.told = step.done;
        one.onStep(step);
      }
    },
  };
}

const byOf = ({ reason }: AbortSignal): string => (reason as Leaving).by;

const stopping = () => new OutsideError('store-failed', 'Seawall is stopping');

const isStoreFailure = (error: unknown): boolean =>
  error instanceof OutsideError && error.code === 'store-failed';

function settleBy({ job, resolve, reject }: Waiting, end: ScanJobEnd | null): void {
  if (end === null) {
    reject(new OutsideError('store-failed', `nobody knows any more what came of ${job.host}`));
  } else if (end.kind === 'result') resolve(end.result);
  else if (end.kind === 'stopped') reject(new ScanStopped(job.host, end.by));
  else if (end.code !== null) reject(new OutsideError(end.code, end.problem));
  else reject(new Error(end.problem));
}

/** Asks once for all who ask within a moment. */
function believed(ask: () => Promise<boolean>): () => Promise<boolean> {
  let asked: { at: number; answer: Promise<boolean> } | null = null;
  return () => {
    if (asked === null || asked.at + AGAIN_MS < performance.now()) {
      const answer = ask();
      const now = { at: performance.now(), answer };
      asked = now;
      answer.catch(() => {
        if (asked === now) asked = null;
      });
    }
    return asked.answer;
  };
}
