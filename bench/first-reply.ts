// How soon the first reply to a command that reads the store is seen in Slack, with 1,000 hosts and 10,000
// containers stored, on SQLite and on PostgreSQL, beside `help`, which reads nothing, in the same run. Workspace
// and app are two processes. `node bench/first-reply.ts [rounds [hosts [command …]]]`: without commands all that are listed here.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { openWorkspace, type Workspace } from '../demo/workspace/workspace.ts';
import { oftenRates } from '../test/support/seawall.ts';
import { fleetHosts, openFleetDatabases } from './fleet-databases.ts';
import { markdown, quantile } from './quantiles.ts';

const ROUNDS = Number(process.argv[2] ?? 20);
const BUDGET_P95_MS = 300;
/** A command has this long to be answered as a whole. */
const WITHIN_MS = 120_000;
/** Nothing more comes after an answer when nothing came for so long. */
const QUIET_MS = 100;
const BASELINE = 'help';
const [host = ''] = fleetHosts;
const asked = process.argv.slice(4);
const listed = [
  ...['findings', 'findings critical', 'posture', 'hosts', 'containers', 'containers privileged'],
  ...['surface', 'history', `findings on ${host}`, `containers on ${host}`],
  ...['status', 'diff', 'isolation', 'controls', 'exposure openssl', 'explain seccomp', 'execs'],
  ...['containers gone', 'digest preview', `inspect shop-service-3-1 on ${host}`],
];
const LINES = [BASELINE, ...(asked.length > 0 ? asked : listed)];

interface Sample {
  ms: number;
  cpuMs: number;
}

/** User time of a process so far. Linux counts it in hundredths of a second. */
function userMs({ pid }: ChildProcess): number {
  const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  return Number(rest.split(' ')[11]) * 10;
}

function peakMegabytes({ pid }: ChildProcess): number {
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

async function start(folder: string, environment: Record<string, string>): Promise<ChildProcess> {
  const words = ['--disable-warning=ExperimentalWarning'];
  const program = resolve(import.meta.dirname, '../src/main.ts');
  const child = spawn(process.execPath, [...words, program, 'serve'], {
    ...{ cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'inherit'] },
  });
  process.once('exit', () => child.kill());
  return child;
}

async function readyPort(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error('the app has no output');
  const lines = createInterface({ input: child.stdout });
  return new Promise((done, fail) => {
    lines.on('line', (line) => {
      if (line.includes('"ready"')) done((JSON.parse(line) as { port: number }).port);
      else if (/"level":"?(50|error)/.test(line)) process.stderr.write(`${line}\n`);
    });
    child.once('exit', (code) => fail(new Error(`the app ended with ${code}`)));
  });
}

async function ask(workspace: Workspace, app: ChildProcess, text: string): Promise<Sample> {
  const seen = () =>
    workspace.ephemerals('general', 'bob').filter(({ isFromApp }) => isFromApp).length;
  const before = seen();
  const cpu = userMs(app);
  const began = performance.now();
  await workspace.sendCommand({ text, channel: 'general', user: 'bob' });
  await workspace.waitUntil(() => seen() > before, WITHIN_MS);
  const ms = performance.now() - began;
  for (let count = -1; count < seen(); ) {
    count = seen();
    await sleep(QUIET_MS);
  }
  return { ms, cpuMs: userMs(app) - cpu };
}

async function measure(url: string): Promise<{ samples: Map<string, Sample[]>; peak: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'seawall-bench-'));
  const hosts = fleetHosts.map((name) => ({ name, url: 'tcp://127.0.0.1:1', watch: false }));
  // JSON is YAML.
  writeFileSync(
    join(folder, 'seawall.yml'),
    JSON.stringify({ hosts, rates: oftenRates, scans: { every: 'off' } }),
  );
  let port = 0;
  const workspace = await openWorkspace({
    delivery: { mode: 'http', requestUrl: () => `http://127.0.0.1:${port}/slack/events` },
    // Slack's limits would space the answers out.
    rateLimits: false,
  });
  const { botToken, signingSecret, apiUrl } = workspace;
  const app = await start(folder, {
    ...{ DATABASE_URL: url, SLACK_API_URL: apiUrl, SLACK_BOT_TOKEN: botToken },
    ...{ SLACK_SIGNING_SECRET: signingSecret, PORT: '0' },
  });
  try {
    port = await readyPort(app);
    const samples = new Map(LINES.map((line) => [line, [] as Sample[]]));
    for (const line of LINES) await ask(workspace, app, line);
    // In turns, so that a busy moment of the machine hits all of them.
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [line, taken] of samples) taken.push(await ask(workspace, app, line));
    }
    return { samples, peak: peakMegabytes(app) };
  } finally {
    const ended = once(app, 'exit');
    app.kill();
    await ended;
    await workspace.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const { databases, remove } = await openFleetDatabases();
try {
  const rows = [
    ['command', 'database', 'p50, ms', 'p95, ms', '× `help`', 'user CPU, ms', 'within budget'],
  ];
  const peaks: string[] = [];
  for (const { name, url } of databases) {
    const { samples, peak } = await measure(url);
    peaks.push(`${name} ${peak.toFixed(0)} MB`);
    const of = (line: string, part: keyof Sample, share: number) =>
      quantile(
        (samples.get(line) ?? []).map((sample) => sample[part]),
        share,
      );
    for (const line of LINES) {
      const p95 = of(line, 'ms', 0.95);
      rows.push([
        `\`${line}\``,
        name,
        of(line, 'ms', 0.5).toFixed(0),
        p95.toFixed(0),
        (of(line, 'ms', 0.5) / of(BASELINE, 'ms', 0.5)).toFixed(1),
        of(line, 'cpuMs', 0.5).toFixed(0),
        p95 < BUDGET_P95_MS ? 'yes' : 'no',
      ]);
    }
  }
  process.stdout.write(`${markdown(rows)}\n\n`);
  process.stdout.write(
    `${ROUNDS} rounds; budget: p95 below ${BUDGET_P95_MS} ms; most memory of the app: ${peaks.join(', ')}\n`,
  );
} finally {
  remove();
}
