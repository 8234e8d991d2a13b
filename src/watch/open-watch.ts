import { setTimeout as sleep } from 'node:timers/promises';
import { OutsideError } from '../shared/errors.ts';
import { HostWatch } from './watch-host.ts';
import { type WatchParts, type WatchTimings, watchTimings } from './watch-parts.ts';

export interface WatchOptions extends Omit<WatchParts, 'signal' | 'timings'> {
  timings?: WatchTimings;
}

export interface Watch {
  /** Stops listening, stores what was heard, and gives the hosts back to other processes. */
  close(): Promise<void>;
}

/**
 * Watches hosts from now on, each for as long as this process holds it in the database; what another
 * process holds is asked for again and again. Nothing here rejects for a dead host or database.
 */
export function openWatch(options: WatchOptions): Watch {
  const stop = new AbortController();
  const parts: WatchParts = { timings: watchTimings, ...options, signal: stop.signal };
  const { log, timings, store, owner } = parts;
  const held = new Map<string, { watch: HostWatch; lost: AbortController }>();
  const work = [
    ...parts.hosts.map((host) => keepHost(parts, held, host)),
    every(parts, timings.beatMs, () => beat(parts, held)),
  ];
  for (const one of work) one.catch((error) => log.error({ error }, 'watching failed: a bug'));
  return {
    async close() {
      stop.abort();
      await Promise.allSettled(work);
      try {
        await store.release(owner);
      } catch (error) {
        if (!(error instanceof OutsideError)) throw error;
        log.info({ error }, 'hosts could not be given back; their leases end by themselves');
      }
    },
  };
}

/** Claims a host when nobody holds it, watches it while it is held, and claims it again. */
async function keepHost(
  parts: WatchParts,
  held: Map<string, { watch: HostWatch; lost: AbortController }>,
  host: string,
): Promise<void> {
  const { store, owner, timings, log, signal } = parts;
  while (!signal.aborted) {
    try {
      const state = await store.claim(host, { owner, leaseMs: timings.leaseMs });
      if (state !== null) {
        log.info({ host }, 'watching a host');
        const lost = new AbortController();
        const both = AbortSignal.any([signal, lost.signal]);
        const watch = new HostWatch(parts, host, state, {
          signal: both,
          onLost: () => lost.abort(),
        });
        held.set(host, { watch, lost });
        await watch.run();
      }
    } catch (error) {
      const isOutside = error instanceof OutsideError;
      log[isOutside ? 'warn' : 'error']({ host, error }, 'a host could not be watched');
    } finally {
      held.delete(host);
    }
    await sleep(timings.claimEveryMs, undefined, { signal }).catch(() => {});
  }
}

/** Says that this process is alive, and how far its hosts are covered. */
async function beat(
  { store, owner, timings }: WatchParts,
  held: ReadonlyMap<string, { watch: HostWatch; lost: AbortController }>,
): Promise<void> {
  if (held.size === 0) return;
  const asked = [...held];
  const covered = asked.flatMap(([host, { watch }]): [string, number][] => {
    const until = watch.coveredUntil();
    return until === null ? [] : [[host, until]];
  });
  const lease = { owner, leaseMs: timings.leaseMs };
  const ours = new Set(await store.renew(lease, new Map(covered)));
  for (const [host, { lost }] of asked) if (!ours.has(host)) lost.abort();
}

/** Again and again with a pause; what fails is tried the next time. */
async function every(
  { log, signal }: WatchParts,
  pauseMs: number,
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    try {
      await work();
    } catch (error) {
      const isOutside = error instanceof OutsideError;
      log[isOutside ? 'warn' : 'error']({ error }, 'the watch could not be kept up');
    }
  }
}
