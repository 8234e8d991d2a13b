import { hostname } from 'node:os';
import type { Clock } from '../ports/clock.ts';
import type { LiveProcess, ProcessRole, ProcessStore } from '../ports/process-store.ts';
import { createClockDifference } from '../shared/clock-difference.ts';
import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { pause } from '../timers/pause.ts';

/** Milliseconds of real time, except for the lease, which the database counts. */
export interface PresenceTimings {
  /**
   * Without a sign of life for so long a process counts as dead: less than its hosts are leased for, so that the
   * others know how much they are to take once they may.
   */
  leaseMs: number;
  beatMs: number;
  /** What all processes need to give a sign of life, once they can reach a database again that was away. */
  settleMs: number;
}

export const presenceTimings: PresenceTimings = { leaseMs: 10_000, beatMs: 2_000, settleMs: 4_000 };

export interface Presence {
  /** Those that live, by the newest sign of life of this process. */
  live(): readonly LiveProcess[];
  /**
   * Those that live now; null while that cannot be known: for a moment after this process could give no sign of life
   * for longer than its lease, since the others may not have given theirs yet. Rejects like the database.
   */
  peers(): Promise<LiveProcess[] | null>;
  /** Epoch milliseconds by the clock of the database, as all processes date what they write together. */
  now: Clock;
  /** True once somebody asked this process to give its work back. */
  isDraining(): boolean;
  close(): Promise<void>;
}

interface PresenceParts {
  store: { processes: ProcessStore };
  processId: string;
  context: { version: string; now: Clock };
}

interface PresenceOptions {
  role: ProcessRole;
  /** Called once somebody asked this process to give its work back, and again now and then. */
  onDraining?: () => void;
  log: Logger;
  timings?: PresenceTimings;
}

/**
 * Says that this process is there until it is closed, which takes its row away, and sees who else is. A
 * database that is away is told again. Rejects with `OutsideError` where it cannot be told at first.
 */
export async function openPresence(
  { store: { processes }, processId, context: { version, now } }: PresenceParts,
  options: PresenceOptions,
): Promise<Presence> {
  const { role, onDraining = () => {}, log, timings = presenceTimings } = options;
  const { leaseMs, beatMs, settleMs } = timings;
  const here = { machine: hostname(), pid: process.pid, weight: 1 };
  const told = { id: processId, role, version, ...here };
  const stop = new AbortController();
  let live: readonly LiveProcess[] = [];
  let toldAt = performance.now();
  let settledAt = 0;
  const ahead = createClockDifference();
  const isDraining = () => live.some((one) => one.id === told.id && one.isDraining);
  const look = async () => {
    const [at, asked] = [performance.now(), now()];
    // A list that comes late has this process in it no more.
    const seenAt =
      (await processes.beat(told.id, leaseMs)) ?? (await processes.announce(told, leaseMs));
    ahead.learn(asked, seenAt, now());
    const answeredAt = performance.now();
    if (answeredAt - toldAt > leaseMs) settledAt = answeredAt + settleMs;
    toldAt = at;
    live = await processes.list();
    if (isDraining()) onDraining();
  };
  await look();
  const beating = (async () => {
    for (;;) {
      await pause(beatMs, stop.signal);
      if (stop.signal.aborted) return;
      await look().catch((error: unknown) => {
        const isOutside = error instanceof OutsideError;
        log[isOutside ? 'warn' : 'error']({ error }, 'no sign of life could be given');
      });
    }
  })();
  return {
    live: () => live,
    async peers() {
      const at = performance.now();
      return at - toldAt > leaseMs || at < settledAt ? null : processes.list();
    },
    now: () => now() + ahead.ms(),
    isDraining,
    async close() {
      stop.abort();
      await beating;
      // The lease ends by itself as well.
      await processes.leave(told.id).catch(() => {});
    },
  };
}
