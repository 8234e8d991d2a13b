// What the way through edges costs: 200 of them on one hub, each with an engine of its own that is simulated
// in another process, against the same calls made directly. `node bench/edge.ts [edges]`
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEngine } from '../src/engine/open-engine.ts';
import { createSnapshotTaker } from '../src/engine/snapshot-taker.ts';
import { openHub } from '../src/hub/open-hub.ts';
import { createTunnels } from '../src/hub/tunnels.ts';
import { edgeKeyMaker } from '../src/programs/edge-keys.ts';
import { silentLogger } from '../src/shared/logger.ts';
import type { Endpoint } from '../src/snapshot/collector.ts';
import { openStore } from '../src/store/open-store.ts';
import { say } from './measure.ts';

const EDGES = Number(process.argv[2] ?? 200);
const PROCESSES = 4;
const ROUNDS = 10;
const AT_ONCE = 8;
const CALLS: Endpoint[] = ['GET /info', 'GET /containers/json'];
const folder = mkdtempSync(join(tmpdir(), 'seawall-edges-'));
const children: ChildProcess[] = [];
const at = (name: string) => join(import.meta.dirname, name);
const name = (index: number) => `edge-${index}`;
const MB = 1024 * 1024;

const start = async (program: string, ...words: string[]) => {
  const child = fork(at(program), words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  children.push(child);
  const [message] = await once(child, 'message');
  return { child, message };
};
/** Resident memory of a process in MB. */
const residentOf = (pid: number | undefined): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
const own = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().rss / MB;
};

const { child: engines, message } = await start('day-engines.ts', String(EDGES));
const { urls } = message as { urls: string[] };
const store = await openStore({ url: `sqlite:${join(folder, 'hub.db')}`, now: Date.now });
const tunnels = createTunnels();
const hub = await openHub({
  ...{ listen: { host: '127.0.0.1', port: 0 }, tls: null, store: store.edges, tunnels },
  ...{ owner: 'bench', now: Date.now, log: silentLogger, isDeclared: () => false },
});
const make = edgeKeyMaker({ url: `ws://127.0.0.1:${hub.port}/edge` }, store.edges);
if (make === null) throw new Error('no keys are made');
const oneTimeKey = async (host: string): Promise<string> => {
  const { key, secretHash, lifeMs } = await make();
  const tradeUntil = Date.now() + lifeMs;
  await store.edges.addEdge({ name: host, labels: {}, secretHash, tradeUntil, by: 'bench' });
  return key;
};
const edges = [];
for (const [index, dockerHost] of urls.entries()) {
  edges.push({ name: name(index), oneTimeKey: await oneTimeKey(name(index)), dockerHost });
}
const before = own();
const beganAt = performance.now();
const processes = [];
for (let index = 0; index < PROCESSES; index += 1) {
  const { child } = await start('many-edges.ts');
  child.send({ folder, edges: edges.filter((_, number) => number % PROCESSES === index) });
  processes.push(child);
}
while (tunnels.list().length < EDGES) await sleep(50);
const connectedMs = performance.now() - beganAt;
await sleep(2_000);
const after = own();

// One as it runs on a machine, alone.
const alone = spawn(
  process.execPath,
  [at('../src/edge/main.ts'), '--folder', join(folder, 'alone')],
  {
    env: { DOCKER_HOST: urls[0], SEAWALL_EDGE_KEY: await oneTimeKey('alone') },
    stdio: 'ignore',
  },
);
children.push(alone);
while (tunnels.find('alone') === null) await sleep(50);

type Open = (index: number) => ReturnType<typeof openEngine>;
const direct: Open = (index) => openEngine({ url: urls[index] ?? '', allowedEndpoints: CALLS });
const through: Open = (index) =>
  openEngine({ url: `edge://${name(index)}`, tunnels, allowedEndpoints: CALLS });

/** Milliseconds of each call; the two ways take turns, so that both see the same machine. */
async function measure(): Promise<{ direct: number[]; through: number[] }> {
  const times = { direct: [] as number[], through: [] as number[] };
  const doors = urls.map((_, index) => ({ direct: direct(index), through: through(index) }));
  await Promise.all(doors.flatMap((door) => [door.direct.get('/info'), door.through.get('/info')]));
  for (let round = 0; round < ROUNDS; round += 1) {
    const waiting = doors.keys();
    const work = async (): Promise<void> => {
      for (const index of waiting) {
        for (const way of round % 2 === 0
          ? (['direct', 'through'] as const)
          : (['through', 'direct'] as const)) {
          const path = index % 2 === 0 ? '/info' : '/containers/json';
          const startedAt = performance.now();
          await doors[index]?.[way].get(path);
          times[way].push(performance.now() - startedAt);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }
  for (const door of doors) {
    door.direct.close();
    door.through.close();
  }
  return times;
}

const at95 = (times: readonly number[], part: number): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length * part)] ?? Number.NaN;
const times = await measure();
const line = (way: 'direct' | 'through') =>
  `${way.padEnd(8)} p50 ${at95(times[way], 0.5).toFixed(1)} ms  p95 ${at95(times[way], 0.95).toFixed(1)} ms  p99 ${at95(times[way], 0.99).toFixed(1)} ms  (${times[way].length} calls)`;
const added = at95(times.through, 0.95) - at95(times.direct, 0.95);

const taker = (url: (index: number) => string) =>
  createSnapshotTaker({
    hosts: urls.map((_, index) => ({ name: name(index), url: url(index), tunnels })),
    clock: Date.now,
  });
const scans = async (one: ReturnType<typeof taker>): Promise<number> => {
  const startedAt = performance.now();
  const waiting = urls.keys();
  const work = async () => {
    for (const index of waiting) await one.takeSnapshot(name(index), () => {}, []);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return (performance.now() - startedAt) / urls.length;
};
const directScan = await scans(taker((index) => urls[index] ?? ''));
const throughScan = await scans(taker((index) => `edge://${name(index)}`));
const peak = own();

const perEdge = processes.reduce((sum, { pid }) => sum + residentOf(pid), 0) / EDGES;
say(
  [
    `${EDGES} edges on one hub, ${AT_ONCE} calls at once; connected after ${(connectedMs / 1000).toFixed(1)} s`,
    line('direct'),
    line('through'),
    `added at p95: ${added.toFixed(1)} ms (at most 50)`,
    `a scan of an empty engine: directly ${directScan.toFixed(0)} ms, through the edge ${throughScan.toFixed(0)} ms`,
    `hub: ${before.toFixed(0)} MB before, ${after.toFixed(0)} MB with ${EDGES} edges: ${(((after - before) * 1024) / EDGES).toFixed(0)} KB each; ${peak.toFixed(0)} MB after all calls`,
    `edge: ${residentOf(alone.pid).toFixed(0)} MB resident alone in its process; ${perEdge.toFixed(1)} MB each with ${EDGES / PROCESSES} in one`,
    '',
  ].join('\n'),
);
process.exitCode = added <= 50 ? 0 : 1;

engines.send('end');
for (const child of children) child.kill();
await hub.close();
await store.close();
rmSync(folder, { recursive: true, force: true });
