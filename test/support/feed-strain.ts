import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { assembleCore } from '../../src/programs/assemble.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import { openFeedServer, osvRecord, publish } from './feed-server.ts';
import { watchStops } from './strain.ts';
import { temporaryFile } from './temporary-database.ts';

const CLAIM_EVERY_MS = 25;
const RESOLUTION_MS = 2;

/** Milliseconds of the thread that answers Slack. */
export interface Strain {
  /** The longest time in which nothing else ran. */
  longestStop: number;
  /** So long and no longer in 99 of 100 moments. */
  p99Stop: number;
  /** The same of its processor time, which a busy machine does not lengthen. */
  p99Work: number;
  /** Of claiming a delivery in the database, which each acknowledged request begins with. */
  claims: number[];
}

/** What this thread feels while a feed of so many records is taken, and while nothing is. */
export async function strainOfFeed(
  count: number,
  idleMs: number,
): Promise<{ idle: Strain; taking: Strain; records: number; tookMs: number }> {
  const server = await openFeedServer();
  const at = new Date().toISOString();
  publish(
    server,
    Array.from({ length: count }, (_, number) =>
      osvRecord(`DEBIAN-CVE-2024-${10_000 + number}`, at),
    ),
  );
  const place = temporaryFile();
  const core = await assembleCore({
    ...{ hosts: [], databaseUrl: place.url, policy: defaultPolicy },
    feeds: {
      sources: [{ name: 'osv', url: server.url, ecosystems: ['Debian'] }],
      ...{ everyMs: null, staleAfterMs: 1, proxy: { address: null, except: null } },
    },
  });
  const { deliveries, feeds } = core.store;
  let key = 0;
  const strain = async (work: Promise<unknown>): Promise<Strain> => {
    const claims: number[] = [];
    let isOver = false;
    const ended = work.finally(() => {
      isOver = true;
    });
    const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    delay.enable();
    const stops = watchStops(RESOLUTION_MS);
    while (!isOver) {
      const startedAt = performance.now();
      key += 1;
      const delivery = { key: `${key}`, body: null, answerWithinMs: 60_000 };
      await deliveries.claim(delivery, { owner: 'a', leaseMs: 60_000 }, Date.now());
      claims.push(performance.now() - startedAt);
      await sleep(CLAIM_EVERY_MS);
    }
    delay.disable();
    await ended;
    const p99Stop = delay.percentile(99) / 1e6;
    return { longestStop: delay.max / 1e6, p99Stop, p99Work: stops.p99Ms(), claims };
  };
  try {
    const idle = await strain(sleep(idleMs));
    const startedAt = performance.now();
    const taking = await strain(core.feedSync.run({ isForced: true }));
    const tookMs = performance.now() - startedAt;
    return { idle, taking, records: (await feeds.list())[0]?.records ?? 0, tookMs };
  } finally {
    await core.store.close();
    await server.close();
    place.remove();
  }
}
