// How long a scan at the level `api` takes on a real engine, as a ratio to the same API calls made bare
// (read, not parsed) at the same concurrency, in the same run. Root on Linux is needed.
// `node bench/scan.ts 400` starts 400 containers; 100 without a number. Each round starts the process that reads foreign
// bytes anew, as a scan after a pause does: from the sources, but compiled before, as in the build.
import { env } from 'node:process';
import { assess } from '../src/assessment/assess.ts';
import { createSnapshotTaker } from '../src/engine/snapshot-taker.ts';
import { evaluate } from '../src/findings/evaluate.ts';
import { rules } from '../src/programs/assemble.ts';
import { openRealEngine } from '../test/support/real-engine.ts';
import { sparingNode } from '../test/support/sources.ts';
import { bare, callsOf, median, say, spread, startContainers, time } from './measure.ts';

const CONTAINERS = Number(process.argv[2] ?? 100);
const ROUNDS = 7;

async function scan(url: string): Promise<number> {
  const taker = createSnapshotTaker({ hosts: [{ name: 'bench', url }], clock: Date.now });
  return evaluate(rules, assess(await taker.takeSnapshot('bench'))).length;
}

Object.assign(env, sparingNode);
const engine = await openRealEngine();
try {
  startContainers(engine, CONTAINERS);
  const calls = await callsOf(engine, scan);

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
