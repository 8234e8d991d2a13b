import { hostname } from 'node:os';
import type { CoreContext } from '../command/command.ts';
import type { AnnouncedProcess, LiveProcess, ProcessRole } from '../ports/process-store.ts';
import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { openJob } from '../timers/job.ts';

/** Milliseconds of real time, except for the lease, which the database counts. */
export interface PresenceTimings {
  /** How long a process counts as alive without a sign of life. */
  leaseMs: number;
  /** Cron pattern: when this process says that it is alive. */
  beat: string;
  /** What all processes need to say so, once they can reach a database again that was away. */
  settleMs: number;
}

/** The lease is that of hosts, so that whoever takes a dead one's share finds its hosts free. */
export const presenceTimings: PresenceTimings = {
  leaseMs: 15_000,
  beat: '*/5 * * * * *',
  settleMs: 6_000,
};

export interface Presence {
  /** The owner of the leases of this process. */
  readonly id: string;
  /**
   * The live processes, this one among them; null while that cannot be known: for a moment after it could not
   * say that it is alive for longer than its lease, as others may not have said so yet. Rejects like the database.
   */
  peers(): Promise<LiveProcess[] | null>;
  /** Says that it takes no more work and gives back what it has. Never rejects. */
  drain(): Promise<void>;
  /** Says that it ends. Never rejects. */
  close(): Promise<void>;
}

export interface PresenceParts {
  context: Pick<CoreContext, 'processes' | 'newId' | 'version'>;
  role: ProcessRole;
  log: Logger;
  timings?: PresenceTimings;
}

/** Says from now on that this process is alive. Rejects with `OutsideError` when the database fails at first. */
export async function openPresence(parts: PresenceParts): Promise<Presence> {
  const { context, role, log, timings = presenceTimings } = parts;
  const { processes: store, version } = context;
  const id = context.newId();
  const { leaseMs, settleMs } = timings;
  const self: AnnouncedProcess = {
    ...{ id, role, version, machine: hostname(), pid: process.pid, weight: 1 },
  };
  let heardAt = performance.now();
  let settledAt = 0;
  await store.announce(self, leaseMs);
  const beat = openJob({
    pattern: timings.beat,
    async work() {
      const at = performance.now();
      if (!(await store.beat(id, leaseMs))) await store.announce(self, leaseMs);
      if (at - heardAt > leaseMs) settledAt = performance.now() + settleMs;
      heardAt = at;
    },
    failure: 'this process could not say that it is alive',
    log,
  });
  const say = async (what: Promise<unknown>): Promise<void> => {
    await what.catch((error: unknown) => {
      if (!(error instanceof OutsideError)) throw error;
      log.info({ error }, 'the other processes notice by themselves that this one ends');
    });
  };
  return {
    id,
    async peers() {
      const now = performance.now();
      return now - heardAt > leaseMs || now < settledAt ? null : store.list();
    },
    drain: () => say(store.drain(id)),
    async close() {
      await beat.close();
      await say(store.leave(id));
    },
  };
}
