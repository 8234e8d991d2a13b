import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  environmentOf,
  integrityOf,
  look,
  runAndKill,
  stallInserts,
} from '../support/killed-program.ts';
import { runHere } from '../support/run-seawall.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
const database = join(folder, 'seawall.db');
const program = { cwd: folder, environment: environmentOf(database) };

function feedOf(name: string, year: number, count: number): string {
  const file = join(folder, name);
  const records = Array.from({ length: count }, (_, number) => ({
    id: `DEBIAN-CVE-${year}-${10_000 + number}`,
    modified: `${year}-01-01T00:00:00Z`,
    upstream: [`CVE-${year}-${10_000 + number}`],
    affected: [
      {
        package: { ecosystem: 'Debian:12', name: 'openssl' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '3.0.15-1' }] }],
      },
    ],
  }));
  writeFileSync(file, records.map((one) => JSON.stringify(one)).join('\n'));
  return file;
}

const answering = () =>
  look(database, (db) =>
    db
      .prepare(
        `select count(*) as records, min(name) as first from advisory_name
         join advisory on advisory.id = advisory_id
         join feed on feed.id = feed_id and feed.generation = advisory.generation
         where name like 'CVE-%'`,
      )
      .get(),
  );
const written = () =>
  look(database, (db) => db.prepare('select count(*) from advisory').pluck().get()) as number;

test('a feed that is killed half way leaves the one before, and the next goes on', async () => {
  const first = await runHere(['feeds', 'import', feedOf('a.jsonl', 2024, 300)], program);
  expect(first).toMatchObject({ status: 0 });
  expect(first.stdout).toContain('Took 1 feed: osv/Debian');

  const large = feedOf('b.jsonl', 2025, 4_000);
  const goOn = stallInserts(database, 'advisory', 3_000);
  let rows = 0;
  const signal = await runAndKill(['feeds', 'import', large], program, () => {
    rows = written();
    return rows > 2_000;
  });
  expect(signal).toBe('SIGKILL');
  expect(rows).toBeLessThan(4_000);
  expect(integrityOf(database)).toBe('ok');
  expect(answering()).toEqual({ records: 300, first: 'CVE-2024-10000' });

  goOn();
  const again = await runHere(['feeds', 'import', large, '--json'], program);
  expect(again).toMatchObject({ status: 0 });
  expect(JSON.parse(again.stdout)).toMatchObject({
    answer: 'feeds',
    taken: ['osv/Debian'],
    feeds: [{ source: 'osv/Debian', records: 4_000, ecosystems: ['Debian:12'], failure: null }],
  });
  expect(answering()).toEqual({ records: 4_000, first: 'CVE-2025-10000' });
  expect(written()).toBe(4_000);
});
