// What `bench/fleet.ts` prints.
import type { Role } from './fleet-programs.ts';
import { markdown, quantile } from './quantiles.ts';

export interface Figures {
  hosts: number;
  /** Until each host was scanned once, from the start of the last program on. */
  firstScansS: number;
  windowS: number;
  scansAMinute: number;
  /** In the window under load. */
  scans: number;
  load: { acks: number[]; lags: number[]; waits: { asked: number[]; own: number[] } };
  idleLags: number[];
  missed: number;
  pages: { ms: number; bytes: number }[];
  loadSeconds: Record<Role, number>;
  idleSeconds: Record<Role, number>;
  loadWallS: number;
  workerMegabytes: number;
  serveMegabytes: number;
  databaseMegabytes: number;
}

const spread = (values: readonly number[]): string =>
  values.length === 0
    ? '–'
    : `${quantile(values, 0.5).toFixed(0)} / ${quantile(values, 0.99).toFixed(0)}`;
const roles: readonly Role[] = ['worker', 'serve', 'postgres', 'engines', 'bench'];
const perMinute = (seconds: Record<Role, number>, wallS: number) =>
  roles.map((role) => ((seconds[role] * 60) / wallS).toFixed(1)).join(' / ');

/** Roles that a scan costs something. */
const scanning: readonly Role[] = ['worker', 'serve', 'postgres', 'engines'];
const msOfScan = ({ loadSeconds, loadWallS, idleSeconds, windowS, scans }: Figures, role: Role) =>
  (1_000 * (loadSeconds[role] - (idleSeconds[role] * loadWallS) / windowS)) / Math.max(1, scans);

const lines: [string, (figures: Figures) => string][] = [
  ['first scan of every host, s', ({ firstScansS }) => firstScansS.toFixed(1)],
  ['scans a minute', ({ scansAMinute }) => scansAMinute.toFixed(0)],
  ['acknowledged, p50 / p99, ms', ({ load }) => spread(load.acks)],
  ['a scan of one host waits, p50 / p99, ms', ({ load }) => spread(load.waits.asked)],
  ['one of many hosts, or an own one, waits, p50 / p99, ms', ({ load }) => spread(load.waits.own)],
  ['event to row under load, p50 / p99, ms', ({ load }) => spread(load.lags)],
  ['event to row at rest, p50 / p99, ms', ({ idleLags }) => spread(idleLags)],
  ['containers missed', ({ missed }) => String(missed)],
  ['memory of the workers, MB', ({ workerMegabytes }) => workerMegabytes.toFixed(0)],
  ['memory of the serves, MB', ({ serveMegabytes }) => serveMegabytes.toFixed(0)],
  ['memory of the workers a host, MB', (one) => (one.workerMegabytes / one.hosts).toFixed(2)],
  ['database, MB', ({ databaseMegabytes }) => databaseMegabytes.toFixed(0)],
  [
    `processor under load, s a minute: ${roles.join(' / ')}`,
    ({ loadSeconds, loadWallS }) => perMinute(loadSeconds, loadWallS),
  ],
  [
    `processor a scan, above that at rest, ms: ${scanning.join(' / ')}`,
    (one) => scanning.map((role) => msOfScan(one, role).toFixed(0)).join(' / '),
  ],
  [
    `processor at rest, s a minute: ${roles.join(' / ')}`,
    ({ idleSeconds, windowS }) => perMinute(idleSeconds, windowS),
  ],
  [
    'metrics of the slowest program, ms / KB',
    ({ pages }) =>
      `${Math.max(...pages.map(({ ms }) => ms)).toFixed(0)} / ${(Math.max(...pages.map(({ bytes }) => bytes)) / 1024).toFixed(0)}`,
  ],
];

/** One column for each number of hosts. */
export function tableOf(all: readonly Figures[]): string {
  return markdown([
    ['', ...all.map(({ hosts }) => `${hosts} hosts`)],
    ...lines.map(([name, figure]) => [name, ...all.map(figure)]),
  ]);
}

/** Milliseconds as docs/fleet.md tells them: in seconds where they are some. */
function times(values: readonly number[]): string {
  if (values.length === 0) return '–';
  const [half, most] = [quantile(values, 0.5), quantile(values, 0.99)];
  return most < 300
    ? `${half.toFixed(0)} / ${most.toFixed(0)} ms`
    : `${(half / 1_000).toFixed(1)} / ${(most / 1_000).toFixed(1)} s`;
}

const told: [string, (figures: Figures) => string][] = [
  ['scans a minute', ({ scansAMinute }) => scansAMinute.toFixed(0)],
  ['Slack is acknowledged, p50 / p99', ({ load }) => times(load.acks)],
  ['a scan of one host waits, p50 / p99', ({ load }) => times(load.waits.asked)],
  ['a scan of all waits for its turn, p50 / p99', ({ load }) => times(load.waits.own)],
  ['from an event to its row under load, p50 / p99', ({ load }) => times(load.lags)],
  ['the same at rest', ({ idleLags }) => times(idleLags)],
  ['containers missed', ({ missed }) => String(missed)],
  ['memory of four workers', ({ workerMegabytes }) => `${workerMegabytes.toFixed(0)} MB`],
  ['database after some minutes', ({ databaseMegabytes }) => `${databaseMegabytes.toFixed(0)} MB`],
  [
    'processor under load, of 120 s a minute: workers / serves / PostgreSQL',
    ({ loadSeconds, loadWallS }) =>
      (['worker', 'serve', 'postgres'] as const)
        .map((role) => ((loadSeconds[role] * 60) / loadWallS).toFixed(0))
        .join(' / '),
  ],
];

/** The table of docs/fleet.md, "Sizing". */
export function tableOfDocs(all: readonly Figures[]): string {
  const columns = all.map(({ hosts }) => `${hosts.toLocaleString('en')} hosts`);
  return markdown([['', ...columns], ...told.map(([name, tell]) => [name, ...all.map(tell)])]);
}

/** What one more host costs, from the smallest fleet to the largest, and between the last two. */
export function slopes(all: readonly Figures[]): string {
  const of = (from: Figures, to: Figures, figure: (one: Figures) => number) =>
    ((figure(to) - figure(from)) / (to.hosts - from.hosts)).toFixed(3);
  const [first, last, before] = [all[0], all.at(-1), all.at(-2)];
  if (first === undefined || last === undefined || before === undefined) return '';
  const grown: [string, (one: Figures) => number][] = [
    ['memory of the workers, MB', (one) => one.workerMegabytes],
    ['memory of the serves, MB', (one) => one.serveMegabytes],
    ['database, MB', (one) => one.databaseMegabytes],
    ['acknowledged p99, ms', (one) => quantile(one.load.acks, 0.99)],
    ['event to row p99 at rest, ms', (one) => quantile(one.idleLags, 0.99)],
    ...roles.map((role): [string, (one: Figures) => number] => [
      `processor at rest, ${role}, s a minute`,
      (one) => (one.idleSeconds[role] * 60) / one.windowS,
    ]),
  ];
  return markdown([
    ['one more host adds', `${first.hosts} → ${last.hosts}`, `${before.hosts} → ${last.hosts}`],
    ...grown.map(([name, figure]) => [name, of(first, last, figure), of(before, last, figure)]),
  ]);
}
