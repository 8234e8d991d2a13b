// How long a scan at the level `api` takes on a real engine, as a ratio to the same API calls made bare
// (read, not parsed) at the same concurrency, in the same run. Root on Linux is needed.
// `node bench/scan.ts 400` starts 400 containers; 100 without a number.
import http from 'node:http';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { limits } from '../src/engine/limits.ts';
import { createSnapshotTaker } from '../src/engine/snapshot-taker.ts';
import { evaluate } from '../src/findings/evaluate.ts';
import { rules } from '../src/programs/assemble.ts';
import { baseImage, openRealEngine } from '../test/support/real-engine.ts';
import { openRecordingProxy } from '../test/support/recording-proxy.ts';

const CONTAINERS = Number(process.argv[2] ?? 100);
const ROUNDS = 7;

const say = (text: string) => process.stdout.write(`${text}\n`);
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const spread = (values: number[]) =>
  `median ${median(values).toFixed(0)} ms (${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)})`;

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function scan(url: string): Promise<number> {
  const taker = createSnapshotTaker({ hosts: [{ name: 'bench', url }], clock: Date.now });
  return evaluate(rules, await taker.takeSnapshot('bench')).length;
}

/** The same calls in the same order, bodies read and thrown away. */
async function bare(socketPath: string, calls: readonly string[]): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: limits.concurrentCalls });
  const limit = pLimit(limits.concurrentCalls);
  await Promise.all(calls.map((call) => limit(() => callOnce(agent, socketPath, call))));
  agent.destroy();
}

function callOnce(agent: http.Agent, socketPath: string, call: string): Promise<void> {
  const [method = 'GET', path = '/'] = call.split(' ');
  return new Promise((resolve, reject) => {
    const request = http.request({ agent, socketPath, method, path }, (response) => {
      response.resume().on('end', resolve).on('error', reject);
    });
    request.on('error', reject).end();
  });
}

const engine = await openRealEngine();
try {
  engine.importBaseImage();
  for (let index = 0; index < CONTAINERS; index++) {
    engine.docker(
      'run',
      '--detach',
      '--network',
      'none',
      '--name',
      `c${index}`,
      baseImage,
      'sleep',
      '3600',
    );
  }
  const listenOn = join(engine.folder, 'proxy.sock');
  const proxy = await openRecordingProxy({ listenOn, engineSocket: engine.socketPath });
  await scan(proxy.url);
  const calls = [...proxy.calls];
  await proxy.close();

  const scans: number[] = [];
  const bares: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const bareMs = await time(() => bare(engine.socketPath, calls));
    const scanMs = await time(() => scan(engine.url));
    bares.push(bareMs);
    scans.push(scanMs);
    ratios.push(scanMs / bareMs);
  }
  say(`${CONTAINERS} running containers, ${calls.length} API calls, ${ROUNDS} rounds`);
  say(`bare calls: ${spread(bares)}`);
  say(`scan with verdicts: ${spread(scans)}`);
  say(`ratio: median ${median(ratios).toFixed(2)} (goal: at most 1.3)`);
} finally {
  await engine.close();
}
