import { join } from 'node:path';
import * as lives from '../../../src/store/lives.ts';
import { openStore, type Store } from '../../../src/store/open-store.ts';
import { openBusyTeam, type Team } from '../../support/busy-team.ts';
import { fillTables } from '../../support/fill-tables.ts';
import { look } from '../../support/killed-program.ts';
import { isLongRun } from '../../support/long-run.ts';
import { openSmallDisk, type SmallDisk } from '../../support/small-disk.ts';

const DAY = 86_400_000;
const start = Date.UTC(2026, 0, 1);
// In memory, since no answer waits for a disk here.
let disk: SmallDisk;
let path: string;
let store: Store;
let clock: number;

beforeEach(async () => {
  clock = start;
  disk = openSmallDisk(2_000);
  path = join(disk.folder, 'seawall.db');
  store = await openStore({ url: `sqlite:${path}`, now: () => clock });
});
afterEach(async () => {
  await store.close();
  disk.remove();
});

const tidy = (historyDays: number) =>
  store.tidy({ historyDays, auditDays: historyDays, auditFile: `${path}.audit.jsonl` });
const rowsOf = (table: string) =>
  look(path, (database) =>
    database.prepare(`select count(*) from "${table}"`).pluck().get(),
  ) as number;
const tables = Object.keys(lives) as (keyof typeof lives)[];
const trims = new Map<string, number>(
  Object.entries(lives).map(([table, life]) => [table, life.trims.length]),
);
const withoutRows = () => tables.filter((table) => rowsOf(table) === 0);
/** Pages in use: what is free is filled again. */
const bytesUsed = () =>
  look(path, (connection) => {
    connection.pragma('wal_checkpoint(TRUNCATE)');
    const number = (name: string) => connection.pragma(name, { simple: true }) as number;
    return (number('page_count') - number('freelist_count')) * number('page_size');
  });

const small: Team = {
  ...{ hosts: 2, containers: 6, scans: 2, deploys: 2, execs: 5 },
  ...{ questions: 4, changes: 5, alerts: 3, messages: 3 },
};

it('stays as large as it is once the oldest are over, in every table', async () => {
  const team = await openBusyTeam(store, small);
  const used = new Set<string>();
  // What the team does not use, whose rows need to say nothing more than when they are of.
  let unused: typeof tables | undefined;
  const fill = () => {
    unused ??= withoutRows();
    const due = unused.filter((table) => trims.get(table) !== 0 || rowsOf(table) === 0);
    look(path, (database) => fillTables(database, due, clock));
  };
  // Each day lived stands for ten; after nine the first are over in every table.
  const live = async (from: number, to: number) => {
    for (let day = from; day < to; day += 1) {
      clock = start + day * 10 * DAY;
      await team.live(clock);
      fill();
      for (const table of tables) if (rowsOf(table) > 0) used.add(table);
      clock += DAY;
      await tidy(60);
    }
  };
  await live(0, 9);
  const half = { bytes: bytesUsed(), rows: tables.map(rowsOf) };
  await live(9, 18);
  const whole = { bytes: bytesUsed(), rows: tables.map(rowsOf) };

  process.stderr.write(`growth: ${half.bytes} bytes after 90 days, ${whole.bytes} after 180\n`);
  expect(whole.bytes / half.bytes).toBeLessThan(1.1);
  const grown = tables
    .map((table, index) => ({ table, half: half.rows[index] ?? 0, whole: whole.rows[index] ?? 0 }))
    .filter((rows) => rows.whole > rows.half * 1.1);
  expect(grown).toEqual([]);
  // Everything was used, so that nothing is small for want of rows.
  expect(tables.filter((table) => !used.has(table))).toEqual([]);
});

/** As large as one process and one SQLite file are meant for (`docs/database.md` states the size). */
const busy: Team = {
  ...{ hosts: 10, containers: 30, scans: 4, deploys: 10, execs: 50 },
  ...{ questions: 100, changes: 60, alerts: 10, messages: 20 },
};
const BUSY_BYTES_MAX = 1.25 * 1024 ** 3;

if (isLongRun) {
  it('of a busy team stays below its size for 400 days', async () => {
    const team = await openBusyTeam(store, busy);
    let peak = 0;
    for (let day = 0; day < 400; day += 1) {
      clock = start + day * DAY;
      await team.live(clock);
      clock += 23.9 * 3_600_000;
      await tidy(400);
      const bytes = bytesUsed();
      peak = Math.max(peak, bytes);
      if (day % 20 === 19) process.stderr.write(`day ${day + 1}: ${bytes} bytes\n`);
    }
    const { bytes, tables } = await store.size.measure();
    process.stderr.write(`400 days: ${JSON.stringify({ bytes, peak, tables })}\n`);

    expect(bytes).toBeLessThan(BUSY_BYTES_MAX);
  }, 7_200_000);
}
