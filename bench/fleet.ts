// A fleet on one PostgreSQL: so many simulated engines of ten living containers, two `seawall serve`, four
// `seawall worker`, a Slack workspace in which people type. Prints, for each number of hosts, what a minute
// achieves and what it costs, and how each figure grows. The engines, which stand for other machines, give way to the
// serves and to PostgreSQL as workers do (nice 5); the workspace does not. `node bench/fleet.ts 10,100,1000 [seconds]`: hosts, and
// how long each of the two windows lasts: one in which somebody scans everything again and again, and one in which
// nothing happens but what containers do.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openWorkspace, type Workspace } from '../demo/workspace/workspace.ts';
import { startPostgres } from '../test/support/postgres-server.ts';
import { oftenRates } from '../test/support/seawall.ts';
import {
  build,
  openEngines,
  type Program,
  type Role,
  readSeconds,
  residentMegabytes,
  startProgram,
} from './fleet-programs.ts';
import { openFleetRows } from './fleet-rows.ts';
import { type Figures, slopes, tableOf, tableOfDocs } from './fleet-table.ts';

const SIZES = (process.argv[2] ?? '10,100,1000').split(',').map(Number);
const WINDOW_MS = Number(process.argv[3] ?? 90) * 1_000;
const WORKERS = 4;
const SERVES = 2;
const ENGINE_PROCESSES = 3;
/** Each host replaces a container as often. */
const LIVE_MS = 60_000;
const COMMANDS_PER_SECOND = 4;
const LINES = ['help', 'findings', 'containers', 'status', 'hosts', 'scan on web-0'];
/** As it is in production: what is said to be stored is on the disk. */
const DURABLE = [
  'shared_preload_libraries=pg_stat_statements',

  'fsync=on',
  'synchronous_commit=on',
  'full_page_writes=on',
  'shared_buffers=256MB',
];
/** A fleet in which nothing was scanned for so long is at rest. */
const CALM_MS = 5_000;
const WITHIN_MS = 900_000;

const say = (text: string) => process.stderr.write(`${text}\n`);

async function measure(hosts: number): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'seawall-fleet-'));
  const server = startPostgres(DURABLE);
  const { url } = server.create();
  const engines = await openEngines(hosts, ENGINE_PROCESSES);
  const ports: number[] = [];
  let turn = 0;
  const workspace = await openWorkspace({
    delivery: {
      mode: 'http',
      // As a balancer in front of them would.
      requestUrl: () => `http://127.0.0.1:${ports[turn++ % ports.length]}/slack/events`,
    },
    // Slack's limits would space the answers out.
    rateLimits: false,
  });
  const settings = {
    hosts: engines.urls.map((address, index) => ({ name: `web-${index}`, url: address })),
    channels: [{ id: 'C0SECURIT', alerts: { severity: 'critical', perHour: 100 } }],
    ...{ rates: oftenRates, scans: { every: '5m' }, feeds: { sources: [], every: 'off' } },
  };
  // JSON is YAML.
  writeFileSync(join(folder, 'seawall.yml'), JSON.stringify(settings));
  const env = {
    ...{ DATABASE_URL: url, SLACK_API_URL: workspace.apiUrl, NODE_ENV: 'production' },
    ...{ SLACK_BOT_TOKEN: workspace.botToken, SLACK_SIGNING_SECRET: workspace.signingSecret },
  };
  const programs: { role: 'serve' | 'worker'; program: Program }[] = [];
  const warnings = new Map<string, number>();
  const start = async (role: 'serve' | 'worker') => {
    const program = await startProgram(role, { cwd: folder, env, warnings });
    programs.push({ role, program });
    if (role === 'serve') ports.push(program.port);
  };
  const pidsOf = (role: string) =>
    programs.flatMap((one) => (one.role === role ? [one.program.pid] : []));
  const seconds = () =>
    readSeconds({
      ...{ serve: pidsOf('serve'), worker: pidsOf('worker'), postgres: [server.pid] },
      ...{ engines: engines.pids, bench: [process.pid] },
    });
  const rows = await openFleetRows(url, engines.born);
  try {
    // The first one makes the tables.
    await start('serve');
    for (let count = 0; count < WORKERS; count += 1) await start('worker');
    for (let count = 1; count < SERVES; count += 1) await start('serve');
    const began = Date.now();
    await untilOr(WITHIN_MS, async () => (await rows.scanned(0)) === hosts);
    const firstScansS = (Date.now() - began) / 1_000;
    await untilOr(WITHIN_MS, async () => (await rows.watched()) === hosts);
    say(`${hosts} hosts: scanned after ${firstScansS.toFixed(1)} s, all watched`);

    engines.live(LIVE_MS);
    const loaded = await inWindow(seconds, async (signal) => {
      const asking = askForScans(workspace, hosts, rows.scanned, signal);
      const acks = await sendCommands(workspace, signal);
      await asking;
      return acks;
    });
    const scans = await rows.scansBetween(loaded.from, loaded.to);
    const load = {
      acks: loaded.result,
      lags: rows.takeLags(),
      waits: await rows.waits(loaded.from),
    };
    say(`${hosts} hosts: measured under load`);
    for (const line of await rows.busiest()) say(line);
    // What is still asked for comes to an end.
    await untilCalm(() => rows.scansBetween(0, Date.now()));
    rows.takeLags();
    await rows.busiest();
    const idle = await inWindow(seconds, (signal) =>
      sleep(WINDOW_MS, null, { signal }).catch(() => null),
    );
    const pages = await readPages(programs.map(({ program }) => program));
    return {
      ...{ hosts, firstScansS, windowS: WINDOW_MS / 1_000 },
      scansAMinute: (scans * 60_000) / (loaded.to - loaded.from),
      scans,
      ...{ load, idleLags: rows.takeLags(), missed: rows.missed(), pages },
      ...{
        loadSeconds: loaded.seconds,
        idleSeconds: idle.seconds,
        loadWallS: (loaded.to - loaded.from) / 1_000,
      },
      workerMegabytes: residentMegabytes(pidsOf('worker')),
      serveMegabytes: residentMegabytes(pidsOf('serve')),
      databaseMegabytes: await rows.megabytes(),
    };
  } finally {
    say(`${hosts} hosts: measured at rest`);
    for (const line of await rows.busiest().catch(() => [])) say(line);
    for (const [what, times] of warnings) say(`${times} times ${what}`);
    await Promise.all(programs.map(({ program }) => program.stop()));
    await rows.close();
    await workspace.close();
    engines.close();
    server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs something for as long as a window is; what it gave, and the processor time meanwhile. */
async function inWindow<T>(
  seconds: () => Record<Role, number>,
  work: (signal: AbortSignal) => Promise<T>,
) {
  const from = Date.now();
  const before = seconds();
  const result = await work(AbortSignal.timeout(WINDOW_MS));
  const after = seconds();
  const took = Object.entries(after).map(([role, end]) => [role, end - before[role as Role]]);
  return {
    from,
    to: Date.now(),
    result,
    seconds: Object.fromEntries(took) as Record<Role, number>,
  };
}

/** Milliseconds until each command was acknowledged, at a steady rate whatever the answers take. */
async function sendCommands(workspace: Workspace, signal: AbortSignal): Promise<number[]> {
  const sent = [];
  for (let index = 0; !signal.aborted; index += 1) {
    const text = LINES[index % LINES.length] ?? 'help';
    sent.push(workspace.sendCommand({ text, channel: 'general', user: 'bob' }));
    await sleep(1_000 / COMMANDS_PER_SECOND);
  }
  const deliveries = await Promise.all(sent);
  const refused = deliveries.filter(({ ackStatus }) => ackStatus !== 200);
  if (refused.length > 0) say(`${refused.length} commands were not acknowledged`);
  return deliveries.map(({ ackMs }) => ackMs);
}

/** Scans every host, and again as soon as all of them were. */
async function askForScans(
  workspace: Workspace,
  hosts: number,
  scanned: (since: number) => Promise<number>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const since = Date.now();
    await workspace.sendCommand({ text: 'scan on all', channel: 'security', user: 'alice' });
    while (!signal.aborted && (await scanned(since)) < hosts) await sleep(250);
  }
}

/** How long each program takes to answer for its metrics, and how much it says. */
async function readPages(programs: readonly Program[]): Promise<{ ms: number; bytes: number }[]> {
  const pages = [];
  for (const { port } of programs) {
    const began = performance.now();
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    pages.push({ ms: performance.now() - began, bytes: text.length });
  }
  return pages;
}

/** Waits until a count stays as it is. */
async function untilCalm(count: () => Promise<number>): Promise<void> {
  for (let before = -1, after = 0; after > before; ) {
    before = await count();
    await sleep(CALM_MS);
    after = await count();
  }
}

async function untilOr(withinMs: number, holds: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error('it took too long');
    await sleep(250);
  }
}

build();
const all: Figures[] = [];
for (const hosts of SIZES) {
  all.push(await measure(hosts));
  process.stdout.write(`${tableOf(all)}\n\n`);
}
process.stdout.write(
  'Engines run at nice 5, as workers do; the workspace, serves and PostgreSQL at 0.\n\n',
);
process.stdout.write(`For docs/fleet.md:\n\n${tableOfDocs(all)}\n\n`);
if (all.length > 1) process.stdout.write(`${slopes(all)}\n`);
