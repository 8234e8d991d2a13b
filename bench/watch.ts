// Short-lived containers on a real engine, watched by the real watcher: how many are recorded with
// their configuration, how long from an event to its row, and how much slower the engine's own
// requests are while it watches, also with the database locked for three seconds. Root on Linux is
// needed. `node bench/watch.ts 100 200` runs 100 in sequence and 200 with 20 at once.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { baseImage, openRealEngine, type RealEngine } from '../test/support/real-engine.ts';
import { temporaryDatabase } from '../test/support/temporary-database.ts';
import { openWatchRig, type WatchRig } from '../test/support/watch-rig.ts';

const IN_SEQUENCE = Number(process.argv[2] ?? 100);
const SIDE_BY_SIDE = Number(process.argv[3] ?? 200);
const AT_ONCE = 20;
const LOCKED_MS = 3_000;
const HOST = 'bench';

const say = (text: string) => process.stdout.write(`${text}\n`);
const quantile = (values: readonly number[], part: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? 0;
const spread = (values: readonly number[]) =>
  `p50 ${quantile(values, 0.5).toFixed(0)} ms, p99 ${quantile(values, 0.99).toFixed(0)} ms`;

/** Runs containers that end at once; how long each took. */
async function runMany(engine: RealEngine, count: number, atOnce: number): Promise<number[]> {
  const took: number[] = [];
  let left = count;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const began = performance.now();
      const words = ['run', '--rm', '--network', 'none', baseImage, '/bin/true'];
      const child = spawn('docker', ['--host', engine.url, ...words], { stdio: 'ignore' });
      const [code] = (await once(child, 'exit')) as [number];
      if (code !== 0) throw new Error('a container did not run');
      took.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return took;
}

const place = temporaryDatabase();
const store = await place.open(Date.now);
const engine = await openRealEngine({ options: ['--bridge=none'] });
let rig: WatchRig | undefined;
try {
  engine.importBaseImage();
  const bare = [...(await runMany(engine, 20, 1)), ...(await runMany(engine, 40, AT_ONCE))];

  const delays: number[] = [];
  rig = openWatchRig(
    store,
    { [HOST]: engine.url },
    {
      onOccurrences: (told) => {
        for (const one of told) if (one.kind === 'created') delays.push(Date.now() - one.at);
      },
    },
  );
  while ((await store.watches.listWatches([HOST]))[0]?.since == null) await sleep(20);
  const watched = [...(await runMany(engine, 20, 1)), ...(await runMany(engine, 40, AT_ONCE))];
  const ratio = quantile(watched, 0.5) / quantile(bare, 0.5);
  say(
    `docker run: bare ${spread(bare)}; watched ${spread(watched)}; ratio of medians ${ratio.toFixed(2)}`,
  );

  delays.length = 0;
  await runMany(engine, IN_SEQUENCE, 1);
  await sleep(2_000);
  say(`${IN_SEQUENCE} in sequence, event to row: ${spread(delays)}`);
  delays.length = 0;
  await runMany(engine, SIDE_BY_SIDE, AT_ONCE);
  await sleep(2_000);
  say(`${SIDE_BY_SIDE}, ${AT_ONCE} at once, event to row: ${spread(delays)}`);

  const lock = new Database(place.path);
  const burst = runMany(engine, 60, AT_ONCE);
  lock.exec('begin immediate');
  await sleep(LOCKED_MS);
  lock.exec('rollback');
  lock.close();
  const locked = await burst;
  await sleep(4_000);
  const slower = quantile(locked, 0.5) / quantile(watched.slice(20), 0.5);
  say(
    `docker run, database locked for ${LOCKED_MS} ms: ${spread(locked)}, ratio ${slower.toFixed(2)}`,
  );

  const total = 60 + IN_SEQUENCE + SIDE_BY_SIDE + 60;
  const count = (table: string) =>
    place.withConnection(
      (connection) =>
        (connection.prepare(`select count(*) as found from ${table}`).get() as { found: number })
          .found,
    );
  const blind = await store.scans.listBlindIntervals({ hosts: [HOST], since: 0 });
  say(
    `${total} ran: ${count('container')} recorded, ${count('glimpse')} glimpses, ${blind.length} blind times`,
  );
} finally {
  await rig?.close();
  await store.close();
  await engine.close();
  place.remove();
}
