// What one `seawall serve` takes, as built: memory once it has scanned 50 hosts of 40 containers by itself and watches
// them, and how long it takes from its start until it is ready on a database of 1 GB. Ends with 1 beyond a
// budget. `npm run build` comes first, then `node bench/one-process.ts`; it takes a minute, and 1 GB of the temporary folder.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { openWorkspace } from '../demo/workspace/workspace.ts';
import { seedFleet } from '../test/support/seed-fleet.ts';
import { median, say } from './measure.ts';

const HOSTS = 50;
const CONTAINERS = 40;
const BUDGET_MB = 250;
const BUDGET_READY_MS = 2_000;
/** A gigabyte of 90 days. */
const STORED_HOSTS = 2_500;
const STARTS = 5;
/** Scans of all hosts are over by then, and what they left was collected. */
const SETTLED_MS = 20_000;

const folder = mkdtempSync(join(tmpdir(), 'seawall-bench-'));
const workspace = await openWorkspace({ delivery: { mode: 'socket' } });
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

async function start(
  words: readonly string[],
  fits: RegExp,
  env: Record<string, string> = {},
): Promise<{ child: ChildProcess; line: string; ms: number }> {
  const startedAt = performance.now();
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const child = spawn(process.execPath, words, { cwd: folder, env, stdio: [...stdio] });
  running.add(child);
  for await (const line of createInterface({ input: child.stdout })) {
    if (!fits.test(line)) continue;
    child.stdout.resume();
    return { child, line, ms: performance.now() - startedAt };
  }
  throw new Error(`${words.join(' ')} ended`);
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill();
  await ended;
  running.delete(child);
}

const serve = (database: string) =>
  start([resolve(import.meta.dirname, '../dist/src/main.js'), 'serve'], /"ready"/, {
    SLACK_API_URL: workspace.apiUrl,
    SLACK_BOT_TOKEN: workspace.botToken,
    SLACK_APP_TOKEN: workspace.appToken,
    DATABASE_URL: `sqlite:${join(folder, database)}`,
    PORT: '0',
  });

function residentMegabytes({ pid }: ChildProcess, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s*(\\d{1,12}) kB$`, 'm').exec(status)?.[1]) / 1024;
}

try {
  const program = resolve(import.meta.dirname, 'large-engine.ts');
  const engines = await start([program, String(CONTAINERS), String(HOSTS)], /^tcp:/);
  const hosts = engines.line.split(' ').map((url, index) => ({ name: `web-${index}`, url }));
  // JSON is YAML.
  writeFileSync(join(folder, 'seawall.yml'), JSON.stringify({ hosts }));

  const { child } = await serve('small.db');
  await sleep(SETTLED_MS);
  const [now, most] = (['VmRSS', 'VmHWM'] as const).map((one) => residentMegabytes(child, one));
  await stop(child);
  say(
    `memory with ${HOSTS} hosts and ${HOSTS * CONTAINERS} containers: ${now?.toFixed(0)} MB resident, ` +
      `at most ${most?.toFixed(0)} (budget ${BUDGET_MB})`,
  );

  await seedFleet(`sqlite:${join(folder, 'large.db')}`, {
    ...{ hosts: STORED_HOSTS, days: 90, now: Date.now() },
  });
  const times: number[] = [];
  for (let time = 0; time < STARTS; time += 1) {
    const started = await serve('large.db');
    times.push(started.ms);
    await stop(started.child);
  }
  const bytes = statSync(join(folder, 'large.db')).size;
  say(
    `start to ready with ${(bytes / 2 ** 30).toFixed(2)} GB: median ${median(times).toFixed(0)} ms, ` +
      `at most ${Math.max(...times).toFixed(0)} (budget ${BUDGET_READY_MS})`,
  );
  const isOver = (now ?? Number.POSITIVE_INFINITY) > BUDGET_MB || median(times) > BUDGET_READY_MS;
  process.exitCode = isOver ? 1 : 0;
  await stop(engines.child);
} finally {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
}
