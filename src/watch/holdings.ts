import pLimit from 'p-limit';
import type { WatchState } from '../ports/watch-store.ts';
import { createBucket } from '../shared/bucket.ts';
import { OutsideError } from '../shared/errors.ts';
import { pause, within } from '../timers/pause.ts';
import { HostWatch } from './watch-host.ts';
import type { WatchParts } from './watch-parts.ts';

/** What is heard already is stored within this before a host is given back; the next one asks for the rest. */
const FLUSH_WITHIN_MS = 1_000;

/** The hosts that this process holds, each with what watches it. */
export interface Holdings {
  hosts(): string[];
  /** Watches a host from now on, for as long as the taking holds. */
  begin(host: string, state: WatchState): void;
  /** A host can be heard again: what waits to try does so at once. */
  hurry(host: string): void;
  /** Says that this process is alive, and how far its hosts are watched. Rejects like the database. */
  renew(): Promise<void>;
  /**
   * Stores what was heard of hosts, stops listening and gives them back, so that whoever takes them goes on from
   * there. Rejects like the database; they are not watched any more then.
   */
  handOver(hosts: readonly string[]): Promise<void>;
}

interface Holding {
  watch: HostWatch;
  over: AbortController;
  ended: Promise<void>;
}

export function createHoldings(parts: WatchParts): Holdings {
  const { store, log, signal, timings } = parts;
  const holdings = new Map<string, Holding>();
  const { connectsBurst, connectsPerSecond } = timings;
  const pace = createBucket(connectsBurst, connectsPerSecond, () => performance.now());
  const inTurn = pLimit(1);
  // Who does not need to connect any more keeps nobody waiting.
  const toConnect = (until: AbortSignal) =>
    inTurn(async () => {
      if (!until.aborted) await pause(pace.take(1), until);
    });

  const run = async (host: string, watch: HostWatch): Promise<void> => {
    try {
      await watch.run();
    } catch (error) {
      const isOutside = error instanceof OutsideError;
      log[isOutside ? 'warn' : 'error']({ host, error }, 'a host could not be watched');
    } finally {
      if (holdings.get(host)?.watch === watch) holdings.delete(host);
    }
  };

  return {
    hosts: () => [...holdings.keys()],
    begin(host, state) {
      log.info({ host }, 'watching a host');
      const over = new AbortController();
      const until = AbortSignal.any([signal, over.signal]);
      const watch = new HostWatch(parts, host, state, {
        signal: until,
        onLost: () => over.abort(),
        toConnect: () => toConnect(until),
      });
      const holding = { watch, over, ended: Promise.resolve() };
      holdings.set(host, holding);
      holding.ended = run(host, watch);
    },
    hurry: (host) => holdings.get(host)?.watch.rest.hurry(),
    async renew() {
      const taken = [...holdings];
      if (taken.length === 0) return;
      const ours = new Set(await store.renew(taken.map(([, { watch }]) => watch.taking())));
      for (const [host, { over }] of taken) {
        if (ours.has(host)) continue;
        log.warn({ host }, 'another process watches a host by now');
        over.abort();
      }
    },
    async handOver(hosts) {
      const given = hosts.flatMap((host) => holdings.get(host) ?? []);
      await within(FLUSH_WITHIN_MS, Promise.all(given.map(({ watch }) => watch.flush())));
      for (const { over } of given) over.abort();
      await Promise.all(given.map(({ ended }) => ended));
      await store.handOver(given.map(({ watch }) => watch.taking()));
    },
  };
}
