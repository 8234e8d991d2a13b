// How soon Slack is acknowledged while Seawall scans a host of 200 containers without a pause, and as
// the baseline of the same run, how soon when it scans nothing. Workspace, app and engine are three
// processes. `node bench/acknowledge.ts [http|socket]`
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { openWorkspace, type Workspace } from '../demo/workspace/workspace.ts';
import { oftenRates } from '../test/support/seawall.ts';

const COMMANDS = 500;
const PER_SECOND = 20;
const BUDGET_P99_MS = 100;
const LINES = ['help', 'findings', 'containers', 'status'];

const mode = process.argv[2] === 'socket' ? 'socket' : 'http';
const say = (text: string) => process.stdout.write(`${text}\n`);

interface Program {
  child: ChildProcess;
  /** The first line of its output that fits. */
  line: string;
}

async function start(
  words: readonly string[],
  fits: RegExp,
  place: { cwd: string; env: Record<string, string> },
): Promise<Program> {
  const child = spawn(process.execPath, words, { ...place, stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill());
  const lines = createInterface({ input: child.stdout });
  const first = new Promise<string>((done, fail) => {
    lines.on('line', (line) => {
      if (fits.test(line)) done(line);
    });
    child.once('exit', (code) => fail(new Error(`${words.join(' ')} ended with ${code}`)));
  });
  return { child, line: await first };
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}

/** Milliseconds until each command was acknowledged, at a steady rate whatever the answers take. */
async function measure(workspace: Workspace): Promise<number[]> {
  const start = performance.now();
  const sent = [];
  for (let index = 0; index < COMMANDS; index++) {
    const due = start + (index * 1000) / PER_SECOND;
    await sleep(Math.max(0, due - performance.now()));
    const text = LINES[index % LINES.length] ?? 'help';
    sent.push(workspace.sendCommand({ text, channel: 'general', user: 'bob' }));
  }
  const deliveries = await Promise.all(sent);
  const refused = deliveries.filter(({ ackStatus }) => ackStatus !== 200);
  if (refused.length > 0) throw new Error(`${refused.length} commands were not acknowledged`);
  return deliveries.map(({ ackMs }) => ackMs).toSorted((a, b) => a - b);
}

/** Scans one after the other until told to stop; how many were answered. */
function scanWithoutPause(workspace: Workspace): { stop(): Promise<number> } {
  let isStopping = false;
  let count = 0;
  // The rest of a long answer stands in the thread of its first message.
  const answered = () =>
    workspace
      .messages('security')
      .filter((one) => !one.thread_ts && /^bench is .*\d+ critical/.test(one.text)).length;
  const scans = async () => {
    while (!isStopping) {
      const before = answered();
      await workspace.sendCommand({ text: 'scan' });
      await workspace.waitUntil(() => answered() > before, 60_000);
      count += 1;
    }
    return count;
  };
  const work = scans();
  return {
    stop() {
      isStopping = true;
      return work;
    },
  };
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

function row(name: string, sorted: readonly number[]): string {
  const cells = [0.5, 0.95, 0.99, 1].map((share) => quantile(sorted, share).toFixed(1).padStart(8));
  return `${name.padEnd(24)}${cells.join('')}`;
}

const folder = mkdtempSync(join(tmpdir(), 'seawall-bench-'));
const engine = await start([resolve(import.meta.dirname, 'large-engine.ts')], /^tcp:/, {
  cwd: folder,
  env: {},
});
// JSON is YAML.
writeFileSync(
  join(folder, 'seawall.yml'),
  JSON.stringify({
    hosts: [{ name: 'bench', url: engine.line }],
    rates: oftenRates,
    scans: { every: 'off' },
  }),
);
let port = 0;
const requestUrl = () => `http://127.0.0.1:${port}/slack/events`;
const workspace = await openWorkspace({
  delivery: mode === 'http' ? { mode, requestUrl } : { mode },
  // Slack's limits would space the scans out.
  rateLimits: false,
});
const { botToken, signingSecret, appToken, apiUrl } = workspace;
const app = await start([resolve(import.meta.dirname, '../src/main.ts'), 'serve'], /"ready"/, {
  cwd: folder,
  env: {
    SLACK_API_URL: apiUrl,
    SLACK_BOT_TOKEN: botToken,
    ...(mode === 'http' ? { SLACK_SIGNING_SECRET: signingSecret } : { SLACK_APP_TOKEN: appToken }),
    PORT: '0',
  },
});
port = (JSON.parse(app.line) as { port: number | null }).port ?? 0;
try {
  await scanWithoutPause(workspace).stop();
  const quiet = await measure(workspace);
  const scanning = scanWithoutPause(workspace);
  const busy = await measure(workspace);
  const scans = await scanning.stop();

  say(`${COMMANDS} commands (${LINES.join(', ')}) at ${PER_SECOND} a second over ${mode}`);
  say(
    `${'acknowledged after, ms'.padEnd(24)}${['p50', 'p95', 'p99', 'max'].map((name) => name.padStart(8)).join('')}`,
  );
  say(row('baseline: no scan', quiet));
  say(row(`${scans} scans back to back`, busy));
  const ratio = quantile(busy, 0.99) / quantile(quiet, 0.99);
  say(`p99 ratio ${ratio.toFixed(1)}; budget: p99 below ${BUDGET_P99_MS} ms while scanning`);
} finally {
  await stop(app.child);
  await workspace.close();
  await stop(engine.child);
  rmSync(folder, { recursive: true, force: true });
}
