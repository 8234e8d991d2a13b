import { OutsideError } from '../shared/errors.ts';
import { openJob } from '../timers/job.ts';
import { HostWatch } from './watch-host.ts';
import { type WatchParts, type WatchTimings, watchTimings } from './watch-parts.ts';

export interface WatchOptions extends Omit<WatchParts, 'signal' | 'timings'> {
  timings?: WatchTimings;
}

export interface Watch {
  /** Stops listening, stores what was heard, and gives the hosts back to other processes. */
  close(): Promise<void>;
}

/** A host that this process holds. */
interface HeldHost {
  /** Null while it is being claimed. */
  watch: HostWatch | null;
  lost: AbortController;
  ended: Promise<void>;
}

/**
 * Watches hosts from now on, each for as long as this process holds it in the database; what another
 * process holds is asked for again and again. Nothing here rejects for a dead host or database.
 */
export function openWatch(options: WatchOptions): Watch {
  const stop = new AbortController();
  const parts: WatchParts = { timings: watchTimings, ...options, signal: stop.signal };
  const { log, timings, store, owner } = parts;
  const held = new Map<string, HeldHost>();
  const claim = openJob({
    pattern: timings.claim,
    work: async () => {
      for (const host of parts.hosts) if (!held.has(host)) hold(parts, held, host);
    },
    failure: 'watching failed: a bug',
    log,
  });
  const beat = openJob({
    pattern: timings.beat,
    work: () => sayAlive(parts, held),
    failure: 'the watch could not be kept up',
    log,
  });
  claim.wake();
  return {
    async close() {
      stop.abort();
      await claim.close();
      await beat.close();
      await Promise.all([...held.values()].map(({ ended }) => ended));
      try {
        await store.release(owner);
      } catch (error) {
        if (!(error instanceof OutsideError)) throw error;
        log.info({ error }, 'hosts could not be given back; their leases end by themselves');
      }
    },
  };
}

/** Asks for a host, and watches it for as long as it is held. */
function hold(parts: WatchParts, held: Map<string, HeldHost>, host: string): void {
  const lost = new AbortController();
  const one: HeldHost = { watch: null, lost, ended: Promise.resolve() };
  held.set(host, one);
  one.ended = watchHeld(parts, one, host).finally(() => held.delete(host));
}

/** Never rejects. */
async function watchHeld(parts: WatchParts, one: HeldHost, host: string): Promise<void> {
  const { store, owner, timings, log, signal } = parts;
  try {
    const state = await store.claim(host, { owner, leaseMs: timings.leaseMs });
    if (state === null) return;
    log.info({ host }, 'watching a host');
    const both = AbortSignal.any([signal, one.lost.signal]);
    one.watch = new HostWatch(parts, host, state, {
      signal: both,
      onLost: () => one.lost.abort(),
    });
    await one.watch.run();
  } catch (error) {
    const isOutside = error instanceof OutsideError;
    log[isOutside ? 'warn' : 'error']({ host, error }, 'a host could not be watched');
  }
}

/** Says that this process is alive, and how far its hosts are covered. */
async function sayAlive(
  { store, owner, timings }: WatchParts,
  held: ReadonlyMap<string, HeldHost>,
): Promise<void> {
  const asked = [...held].flatMap(([host, { watch, lost }]) =>
    watch === null ? [] : [{ host, watch, lost }],
  );
  if (asked.length === 0) return;
  const covered = asked.flatMap(({ host, watch }): [string, number][] => {
    const until = watch.coveredUntil();
    return until === null ? [] : [[host, until]];
  });
  const lease = { owner, leaseMs: timings.leaseMs };
  const ours = new Set(await store.renew(lease, new Map(covered)));
  for (const { host, lost } of asked) if (!ours.has(host)) lost.abort();
}
