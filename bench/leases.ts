// How long it takes to claim, renew and hand over the leases of many hosts on PostgreSQL, all by four processes' worth of
// connections at once. `node bench/leases.ts [hosts] [rounds]`
import type { WatchState } from '../src/ports/watch-store.ts';
import { openStore } from '../src/store/open-store.ts';
import { startPostgres } from '../test/support/postgres-server.ts';

const HOSTS = Number(process.argv[2] ?? 1_000);
const ROUNDS = Number(process.argv[3] ?? 200);
const say = (text: string) => process.stdout.write(`${text}\n`);
const names = Array.from({ length: HOSTS }, (_, index) => `host-${index}`);
const lease = (owner: string) => ({ owner, leaseMs: 15_000 });
async function time(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
const percentile = (times: readonly number[], part: number) =>
  (times.toSorted((a, b) => a - b)[Math.floor(times.length * part)] ?? Number.NaN).toFixed(1);

const server = startPostgres(['fsync=on', 'synchronous_commit=on']);
const { url } = server.create();
const stores = await Promise.all(
  Array.from({ length: 4 }, () => openStore({ url, now: Date.now })),
);
const [first] = stores as [(typeof stores)[number]];
const taking = (states: ReadonlyMap<string, WatchState>) =>
  [...states].map(([host, { held }], index) => ({
    ...{ host, held, coveredUntil: Date.now() },
    mark: { timeNano: `${Date.now()}000000`, id: `c${index}`, action: 'start' },
  }));
try {
  let all = new Map<string, WatchState>();
  const claim = async (owner: string) => {
    all = await first.watches.claimFree(names, lease(owner));
  };
  say(`claim ${HOSTS} that were never seen: ${(await time(() => claim('a'))).toFixed(0)} ms`);
  const renewals: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    renewals.push(await time(() => first.watches.renew(taking(all))));
  }
  say(`renew ${HOSTS}: p50 ${percentile(renewals, 0.5)} ms, p99 ${percentile(renewals, 0.99)} ms`);
  say(
    `hand over ${HOSTS}: ${(await time(() => first.watches.handOver(taking(all)))).toFixed(0)} ms`,
  );
  const again = await time(() => claim('b'));
  say(`claim ${all.size} that are free: ${again.toFixed(0)} ms`);
  await first.watches.handOver(taking(all));
  const claimed = await Promise.all(
    stores.map((store, index) =>
      store.watches.claimFree(
        names.filter((_name, at) => at % stores.length === index),
        lease(`p${index}`),
      ),
    ),
  );
  const together: number[] = [];
  for (let round = 0; round < ROUNDS / 4; round += 1) {
    const of = (index: number) => taking(claimed[index] ?? new Map());
    together.push(
      ...(await Promise.all(
        stores.map((store, index) => time(() => store.watches.renew(of(index)))),
      )),
    );
  }
  say(
    `renew a quarter each by four at once: p50 ${percentile(together, 0.5)} ms, p99 ${percentile(together, 0.99)} ms`,
  );
} finally {
  for (const store of stores) await store.close();
  server.stop();
}
