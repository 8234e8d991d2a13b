import type { Control } from '../../src/controls/control.ts';
import type { ScanRecord } from '../../src/ports/scan-record.ts';
import type { Store } from '../../src/store/open-store.ts';
import { morning, observedContainer, scanRecord } from '../support/scan-records.ts';
import { storeForEach } from '../support/store-for-each.ts';
import type { TemporaryDatabase } from '../support/temporary-database.ts';

// Controls that many containers have alike are read once; what an older version wrote beside that is never taken for them.

const web = 'web-1';
const control = (verdict: Control['verdict'], source: Control['source']): Control => ({
  ...{ control: 'seccomp', configured: 'builtin', effective: 'filter', source, verdict },
  ...{ at: source === 'measured' ? morning(0) : null, note: null, evidence: null },
});
const weak = [control('not-enforced', 'predicted')];
const held = [control('enforced', 'measured')];

let database: TemporaryDatabase;
let store: Store;
storeForEach(
  (own) => {
    ({ place: database, store } = own);
  },
  () => Date.parse(morning(5)),
);

const containersWith = (controls: (Control[] | null)[]): ScanRecord['containers'] =>
  controls.map((own, index) => ({ ...observedContainer(`c${index}`), controls: own }));

const saveDay = (day: number, containers: ScanRecord['containers'], host = web) =>
  store.scans.saveScan(
    scanRecord({ host, startedAt: morning(day), finishedAt: morning(day), containers }),
  );

async function verdicts(asOf?: Record<string, string>): Promise<unknown[]> {
  const asked = asOf ? { hosts: [web, 'web-2'], asOf } : { hosts: [web, 'web-2'] };
  const found = await store.scans.listParts({ ...asked, parts: ['controls'] });
  return found.map(({ controls }) => controls?.map(({ verdict, at }) => [verdict, at]) ?? null);
}

const hashes = () =>
  database.rows<{ hash: string | null; of: string; content: string }>(
    `select controls_hash as hash, controls_hash_of as of, content_hash as content
      from container where closed_at is null order by id`,
  );

test('each container has its own controls, measured when its host was last seen', async () => {
  await saveDay(0, containersWith([weak, held, null, held]));
  await saveDay(1, containersWith([held, []]), 'web-2');

  const [first, second] = [morning(0), morning(1)];
  const enforced = (at: string) => [['enforced', at]];
  const expected = [[['not-enforced', null]], enforced(first), null, enforced(first)];
  expect(await verdicts()).toEqual([...expected, enforced(second), []]);
  expect(new Set(hashes().map(({ hash }) => hash)).size).toBe(4);
});

test('they are those of a past scan where that is asked about', async () => {
  await saveDay(0, containersWith([weak, held]));
  const { id } = (await store.scans.findLastScan(web)) ?? { id: '' };
  await saveDay(1, containersWith([held, weak]));

  expect(await verdicts({ [web]: id })).toEqual([
    [['not-enforced', null]],
    [['enforced', morning(0)]],
  ]);
  expect(await verdicts()).toEqual([[['enforced', morning(1)]], [['not-enforced', null]]]);
});

test('what an older version wrote of a row is read as it is, and hashed by the next scan', async () => {
  const containers = containersWith([weak, weak, weak]);
  await saveDay(0, containers);
  // It inserts rows without a hash, and completes those that a look of ours began.
  const json = JSON.stringify(held);
  database.run(`update container set controls_hash = null, controls_hash_of = null,
    controls_json = '${json}' where container_id = 'c1'`);
  database.run(`update container set controls_json = '${json}', content_hash = 'of it'
    where container_id = 'c2'`);

  const enforced = [['enforced', morning(0)]];
  expect(await verdicts()).toEqual([[['not-enforced', null]], enforced, enforced]);

  await saveDay(1, containers);
  expect(await verdicts()).toEqual([1, 2, 3].map(() => [['not-enforced', null]]));
  const [first, ...others] = hashes();
  expect(first?.hash).toMatch(/^[0-9a-f]{64}$/);
  for (const one of [first, ...others]) {
    expect(one).toMatchObject({ hash: first?.hash, of: one?.content });
  }
});
