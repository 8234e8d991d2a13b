// Seawall with some honest hosts and some that lie, as a program of its own, so that its memory can be
// bounded and its loop watched. It is told by its one argument what to do, and prints one JSON line a round.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { HostScan } from '../../src/answers/scan-answer.ts';
import { composeDigest } from '../../src/inspections/compose-digest.ts';
import { localDay } from '../../src/inspections/digest-times.ts';
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
  /** For the scan of a host that lies; honest ones, which a busy machine makes wait, have minutes. */
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
  /** How long an acknowledgement waits for its turn until all honest hosts were scanned: 99 of 100 no longer. */
  waitMs: number;
  /** A digest of the honest hosts meanwhile, the middle one of several. */
  digestMs: number;
  cpuMs: number;
  residentBytes: number;
  /** Containers of each honest host; null where it was unread. */
  containers: (number | null)[];
  /** Reasons of what is unread of those that lie. */
  unread: Record<string, string[]>;
}

const HONEST_SECONDS = 300;
const DIGESTS = 5;
const { honest, liars, rounds, scanSeconds } = JSON.parse(process.argv[2] ?? '') as AmongLiars;
boundGarbage();
const place = temporaryDatabase();
const hosts = [...honest.map((url, index) => [`honest-${index}`, url]), ...Object.entries(liars)];
const core = await assembleCore({
  hosts: hosts.map(([name = '', url = '']) => ({
    ...{ name, url, tls: undefined, labels: {}, isDefault: false, evidence: 'api' as const },
    ...(name in liars
      ? { scanSeconds }
      : { scanSeconds: HONEST_SECONDS, callSeconds: HONEST_SECONDS }),
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

/** The middle time of several, one after the other. */
async function digestMs(): Promise<number> {
  const hosts = context.hosts.filter(({ name }) => !(name in liars));
  const day = localDay(Date.now(), 'UTC');
  const times: number[] = [];
  for (let digest = 0; digest < DIGESTS; digest += 1) {
    const began = performance.now();
    await composeDigest(context, { day, timezone: 'UTC', hosts, pending: [], since: null });
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[Math.floor(DIGESTS / 2)] ?? 0;
}

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
  const scanning = scan(honestNames);
  const digest = await digestMs();
  const scans = await scanning;
  const honestMs = performance.now() - began;
  const waitMs = delay.percentile(99) / 1e6;
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
    waitMs,
    digestMs: digest,
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
