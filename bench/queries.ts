// How long the store takes for the questions of a fleet, on SQLite and on PostgreSQL, beside the baseline of the
// same run: one prepared statement, written by hand for this question alone, on a bare connection. It reads no JSON
// of content and makes no objects of ours, so that nothing that answers can be faster. `node bench/queries.ts [rounds]`
import Database from 'better-sqlite3';
import pg from 'pg';
import { openStore, type Store } from '../src/store/open-store.ts';
import { isAway } from '../test/support/seed-fleet.ts';
import { type FleetDatabase, fleet, fleetHosts, openFleetDatabases } from './fleet-databases.ts';
import { markdown, quantile } from './quantiles.ts';

const ROUNDS = Number(process.argv[2] ?? 40);
/** Of one question on one database. */
const WITHIN_MS = 1_500;
const DAY = 86_400_000;
const { now } = fleet;

interface Question {
  name: string;
  /** What the product asks its store. `round` picks another host each time. */
  ask(store: Store, host: string): Promise<unknown>;
  /** With `?` for the parameters; those are of the host's key. */
  raw: string;
  parameters?: (hostId: number) => (number | string)[];
}

const hosts = [...fleetHosts];
const questions: readonly Question[] = [
  {
    name: 'fleet: worst findings, the first page and all counts',
    ask: ({ scans }) => scans.pageOpenFindings({ hosts, after: null, limit: 400 }),
    raw: `select severity, rule_id, count(*) from finding where closed_at is null
      group by severity, rule_id order by severity desc, count(*) desc`,
  },
  {
    name: 'fleet: its hosts with score, open and accepted findings',
    ask: ({ scans }) => scans.listHostScans({ hosts }),
    raw: `select host.name, host_summary.open_critical, scan.seen_at, scan.answered from host_summary
      join host on host.id = host_summary.host_id join scan on scan.id = host_summary.last_good_scan_id`,
  },
  {
    name: 'fleet: the first page of 10,000 containers, all counted',
    ask: ({ scans }) => scans.pageContainers({ hosts, facets: [], after: null, limit: 60 }),
    raw: `select host_id, count(*) from container where closed_at is null group by host_id`,
  },
  {
    name: 'fleet: the same of those that are privileged',
    ask: ({ scans }) =>
      scans.pageContainers({ hosts, facets: ['privileged'], after: null, limit: 60 }),
    raw: `select count(*) from container where closed_at is null
      and cast(facets_json as text) like '%"privileged"%'`,
  },
  {
    name: 'one host: open findings',
    ask: ({ scans }, host) => scans.listOpenFindings({ hosts: [host] }),
    raw: 'select * from finding where host_id = ? and closed_at is null order by id',
    parameters: (id) => [id],
  },
  {
    name: 'one host: what changed since yesterday',
    ask: ({ scans }, host) => scans.listFindingChanges({ hosts: [host], since: now - DAY }),
    raw: `select * from finding where host_id = ? and (opened_at > ? or closed_at > ?)`,
    parameters: (id) => [id, now - DAY, now - DAY],
  },
  {
    name: 'fleet: what changed since yesterday',
    ask: ({ scans }) => scans.listFindingChanges({ hosts, since: now - DAY }),
    raw: 'select * from finding where opened_at > ? or closed_at > ?',
    parameters: () => [now - DAY, now - DAY],
  },
  {
    name: 'fleet: who has the package openssl, in which version',
    ask: async ({ scans }) => {
      const containers = await scans.listParts({ hosts, parts: ['imageId', 'surface'] });
      const keys = new Set(
        containers.flatMap(({ surface }) =>
          surface?.installed.state === 'read' ? [surface.installed.value.key] : [],
        ),
      );
      return scans.listInventories({
        keys: [...keys],
        software: { names: ['openssl'], sources: ['openssl'] },
      });
    },
    raw: `select container.name, package.version from package
      join inventory_package on inventory_package.package_id = package.id
      join container on container.inventory_id = inventory_package.inventory_id
      where package.name = 'openssl' and container.closed_at is null`,
  },
  {
    name: 'one host: trend of 90 days',
    ask: ({ scans }, host) =>
      scans.listScanHistory({ hosts: [host], since: now - 90 * DAY, stretchMs: DAY }),
    raw: `select seen_at, open_low, open_medium, open_high, open_critical from scan
      where host_id = ? and is_good = 1 order by id`,
    parameters: (id) => [id],
  },
  {
    name: 'fleet: trend of 90 days',
    ask: ({ scans }) => scans.listScanHistory({ hosts, since: now - 90 * DAY, stretchMs: DAY }),
    raw: `select seen_at / 86400000 as day, sum(open_low), sum(open_critical), count(*) from scan
      where is_good = 1 group by seen_at / 86400000`,
  },
  {
    name: 'one host: what ran between two times',
    ask: ({ past }, host) =>
      past.listContainers({ hosts: [host], from: now - 30 * DAY, to: now - 29 * DAY }),
    raw: `select name, image_id, opened_at, closed_at from container
      where host_id = ? and opened_at <= ? and (closed_at is null or closed_at > ?)`,
    parameters: (id) => [id, now - 29 * DAY, now - 30 * DAY],
  },
];

interface Raw {
  ask(question: Question, hostId: number): Promise<unknown>;
  close(): Promise<void>;
}

async function openRaw({ name, url }: FleetDatabase): Promise<Raw> {
  if (name === 'SQLite') {
    const database = new Database(url.replace('sqlite:', ''), { readonly: true });
    const prepared = new Map(questions.map((one) => [one, database.prepare(one.raw)]));
    return {
      ask: async (question, id) => prepared.get(question)?.all(...parametersOf(question, id)),
      close: async () => void database.close(),
    };
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    ask: (question, id) => {
      const [first = '', ...rest] = question.raw.split('?');
      const text = rest.reduce((sum, part, index) => `${sum}$${index + 1}${part}`, first);
      const key = `q${questions.indexOf(question)}`;
      return client.query({ name: key, text, values: parametersOf(question, id) });
    },
    close: () => client.end(),
  };
}

const parametersOf = ({ parameters = () => [] }: Question, hostId: number) => parameters(hostId);

interface Times {
  p50: number;
  p99: number;
  cpu: number;
}

async function measure(work: (round: number) => Promise<unknown>): Promise<Times> {
  await work(0);
  const times: number[] = [];
  const began = performance.now();
  const cpu = process.cpuUsage();
  while (times.length < ROUNDS && (times.length < 3 || performance.now() - began < WITHIN_MS)) {
    const start = performance.now();
    await work(times.length);
    times.push(performance.now() - start);
  }
  return {
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    cpu: process.cpuUsage(cpu).user / 1_000 / times.length,
  };
}

/** A host that was read today, another one each round. */
const hostAt = (round: number): number => {
  const index = (round * 37) % fleetHosts.length;
  return isAway(index) ? 0 : index;
};

const inMs = (value: number) => (value < 10 ? value.toFixed(2) : value.toFixed(0));
const cellsOf = (ours: Times, raw: Times) => [
  `${inMs(ours.p50)} / ${inMs(ours.p99)}`,
  inMs(ours.cpu),
  `${inMs(raw.p50)} / ${inMs(raw.p99)}`,
  (ours.p50 / raw.p50).toFixed(1),
];

const { databases, remove } = await openFleetDatabases();
try {
  const cells = new Map(questions.map(({ name }) => [name, [name]]));
  for (const database of databases) {
    const store = await openStore({ url: database.url, now: () => now });
    const raw = await openRaw(database);
    for (const question of questions) {
      const ours = await measure((round) => question.ask(store, fleetHosts[hostAt(round)] ?? ''));
      const bare = await measure((round) => raw.ask(question, hostAt(round) + 1));
      cells.get(question.name)?.push(...cellsOf(ours, bare));
    }
    await raw.close();
    await store.close();
  }
  const head = databases.flatMap(({ name }) => [
    `${name}, ms p50 / p99`,
    'user CPU, ms',
    'bare statement',
    '×',
  ]);
  process.stdout.write(`${markdown([['question', ...head], ...cells.values()])}\n`);
} finally {
  remove();
}
