// Seawall with some honest hosts and some that lie, as a program of its own, so that its memory can be
// bounded and its loop watched. It is told by its one argument what to do, and prints one JSON line a round.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { HostScan } from '../../src/answers/scan-answer.ts';
import { scanHosts } from '../../src/inspections/scan-hosts.ts';
import { assembleCore, rules } from '../../src/programs/assemble.ts';
import { boundGarbage } from '../../src/programs/bound-garbage.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { openWatch } from '../../src/watch/open-watch.ts';
import { temporaryDatabase } from './temporary-database.ts';
import { loneProcess } from './watch-rig.ts';

export interface AmongLiars {
  honest: string[];
  /** Urls by the name of the lie. */
  liars: Record<string, string>;
  /** What lies in each round. */
  rounds: string[][];
  /** For the scan of a host that lies; honest ones, which a busy machine makes wait, have a minute. */
  scanSeconds: number;
}

/** What one round told. */
export interface Round {
  lies: string[];
  /** Until all honest hosts were scanned. */
  honestMs: number;
  /** Processor that all of the program took meanwhile. */
  honestCpuMs: number;
  /** Longest time in which nothing else had its turn. */
  stopMs: number;
  cpuMs: number;
  residentBytes: number;
  /** Containers of each honest host; null where it was unread. */
  containers: (number | null)[];
  /** Reasons of what is unread of those that lie. */
  unread: Record<string, string[]>;
}

const HONEST_SECONDS = 60;
const { honest, liars, rounds, scanSeconds } = JSON.parse(process.argv[2] ?? '') as AmongLiars;
boundGarbage();
const place = temporaryDatabase();
const hosts = [...honest.map((url, index) => [`honest-${index}`, url]), ...Object.entries(liars)];
const core = await assembleCore({
  hosts: hosts.map(([name = '', url = '']) => ({
    ...{ name, url, tls: undefined, labels: {}, isDefault: false, evidence: 'api' as const },
    scanSeconds: name in liars ? scanSeconds : HONEST_SECONDS,
  })),
  databaseUrl: place.url,
  policy: defaultPolicy,
});
const { context, store } = core;
const watch = openWatch({
  hosts: () => Object.keys(liars).filter((name) => name.includes('event')),
  openDoor: await core.loadWatchDoors(),
  store: store.watches,
  rules,
  policy: defaultPolicy,
  collect: { ownerLabel: null },
  now: Date.now,
  owner: 'among-liars',
  peers: async () => [loneProcess('among-liars')],
  log: silentLogger,
  onStored: () => {},
  onTurn: () => {},
});

const scan = async (names: readonly string[]): Promise<HostScan[]> =>
  (
    await scanHosts(
      context,
      context.hosts.filter(({ name }) => names.includes(name)),
    )
  ).scans;
function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const honestNames = honest.map((_, index) => `honest-${index}`);

for (const lies of rounds) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const cpu = process.cpuUsage();
  const lied = scan(lies);
  const began = performance.now();
  const scans = await scan(honestNames);
  const honestMs = performance.now() - began;
  const honestCpuMs = cpuMsSince(cpu);
  const unread = (await lied).map(({ host, unreadSections }) => [
    host,
    unreadSections.map(({ reason }) => reason),
  ]);
  const cpuMs = cpuMsSince(cpu);
  delay.disable();
  const round: Round = {
    lies,
    honestMs,
    honestCpuMs,
    stopMs: delay.max / 1e6,
    cpuMs,
    residentBytes: process.memoryUsage().rss,
    containers: scans.map(({ containers }) => containers),
    unread: Object.fromEntries(unread),
  };
  process.stdout.write(`${JSON.stringify(round)}\n`);
}
await watch.close();
await store.close();
place.remove();
