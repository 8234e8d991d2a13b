import type { Held } from '../ports/lease.ts';
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
  /** A host can be heard again: what waits to try does so at once. */
  hurry(host: string): void;
}

/** A host that this process asked for. */
interface AskedHost {
  /** Null while it is being claimed. */
  watching: { watch: HostWatch; held: Held } | null;
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
  const held = new Map<string, AskedHost>();
  const claim = openJob({
    pattern: timings.claim,
    work: async () => {
      const wanted = new Set(parts.hosts());
      for (const host of wanted) if (!held.has(host)) hold(parts, held, host);
      // Of what was removed nothing is heard any more.
      for (const [host, { lost }] of held) if (!wanted.has(host)) lost.abort();
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
    hurry: (host) => held.get(host)?.watching?.watch.rest.hurry(),
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
function hold(parts: WatchParts, held: Map<string, AskedHost>, host: string): void {
  const lost = new AbortController();
  const one: AskedHost = { watching: null, lost, ended: Promise.resolve() };
  held.set(host, one);
  one.ended = watchHeld(parts, one, host).finally(() => held.delete(host));
}

/** Never rejects. */
async function watchHeld(parts: WatchParts, one: AskedHost, host: string): Promise<void> {
  const { store, owner, timings, log, signal } = parts;
  try {
    const state = await store.claim(host, { owner, leaseMs: timings.leaseMs });
    if (state === null) return;
    log.info({ host }, 'watching a host');
    const both = AbortSignal.any([signal, one.lost.signal]);
    const watch = new HostWatch(parts, host, state, {
      signal: both,
      onLost: () => one.lost.abort(),
    });
    one.watching = { watch, held: state.held };
    await watch.run();
  } catch (error) {
    const isOutside = error instanceof OutsideError;
    log[isOutside ? 'warn' : 'error']({ host, error }, 'a host could not be watched');
  }
}

/** Says that this process is alive, and how far its hosts are covered. */
async function sayAlive(
  { store }: WatchParts,
  asked: ReadonlyMap<string, AskedHost>,
): Promise<void> {
  const watched = [...asked].flatMap(([host, { watching, lost }]) =>
    watching === null
      ? []
      : [{ host, held: watching.held, coveredUntil: watching.watch.coveredUntil(), lost }],
  );
  if (watched.length === 0) return;
  const ours = new Set(await store.renew(watched));
  for (const { host, lost } of watched) if (!ours.has(host)) lost.abort();
}
