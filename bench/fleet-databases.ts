// What the measurements on a stored fleet share: 1,000 hosts, 10,000 running containers and 90 days, once in
// an SQLite file and once on a PostgreSQL of this process.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../src/store/open-store.ts';
import { postgresServer } from '../test/support/postgres-server.ts';
import { type Fleet, hostName, RUNNING, seedFleet } from '../test/support/seed-fleet.ts';

export interface FleetDatabase {
  name: 'SQLite' | 'PostgreSQL';
  url: string;
}

export const fleet: Fleet = {
  // The last word of the command line makes it smaller, to try a measurement out.
  hosts: Number(process.argv[3] ?? 1_000),
  days: 90,
  now: Date.now(),
};
export const fleetHosts: readonly string[] = Array.from({ length: fleet.hosts }, (_, index) =>
  hostName(index),
);

/** Seeds both and checks each by what its store reads; `remove` removes the file. */
export async function openFleetDatabases(): Promise<{
  databases: FleetDatabase[];
  remove(): void;
}> {
  const folder = mkdtempSync(join(tmpdir(), 'seawall-bench-'));
  const postgres = postgresServer().create();
  const databases: FleetDatabase[] = [
    { name: 'SQLite', url: `sqlite:${join(folder, 'seawall.db')}` },
    { name: 'PostgreSQL', url: postgres.url },
  ];
  for (const { name, url } of databases) {
    const start = performance.now();
    await check(url, await seedFleet(url, fleet));
    // As the autovacuum of a server does within a minute of so many rows; that of tests has none.
    if (name === 'PostgreSQL') postgres.run('vacuum (analyze)');
    process.stderr.write(
      `${name}: seeded in ${((performance.now() - start) / 1_000).toFixed(0)} s\n`,
    );
  }
  return { databases, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A scan that finds what is stored must change nothing: what was inserted is what the store would have written. */
async function check(url: string, again: Awaited<ReturnType<typeof seedFleet>>): Promise<void> {
  const store = await openStore({ url, now: () => fleet.now });
  try {
    const { open, closed, isFirstScan } = await store.scans.saveScan(again(0, fleet.now + 1_000));
    const containers = await store.scans.listContainers({ hosts: [hostName(0)] });
    const isAsSeeded =
      !isFirstScan &&
      closed.length === 0 &&
      open.every(({ baselineState }) => baselineState === 'unchanged') &&
      containers.length === RUNNING &&
      containers.every(({ firstSeen }) => Date.parse(firstSeen) <= fleet.now);
    if (!isAsSeeded) throw new Error('what was seeded is not what a scan leaves');
  } finally {
    await store.close();
  }
}
