import type { FeedRow } from '../../src/ports/feed-store.ts';
import type { Store } from '../../src/store/open-store.ts';
import { takeRecords } from '../support/taken-feeds.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';
import { documentOf, openVex, said } from '../support/vex-documents.ts';

let database: TemporaryDatabase;
let store: Store;
beforeAll(async () => {
  database = temporaryDatabase();
  store = await database.open(Date.now);
});
afterAll(async () => {
  await store.close();
  database.remove();
});

function take(statements: readonly unknown[], difference: Record<string, unknown> = {}) {
  const { source, at, statements: all } = documentOf(openVex(statements, difference));
  async function* rows(): AsyncGenerator<FeedRow> {
    for (const statement of all) yield { kind: 'statement', statement };
  }
  return store.feeds.replace({ source, rows: rows(), asOf: () => at });
}

test('statements answer by every name, a document at a time, and go with it', async () => {
  const many = Array.from({ length: 450 }, (_, number) =>
    said({ vulnerability: { name: `GHSA-${number}`, aliases: [`CVE-2026-${number}`] } }),
  );
  await take(many);
  await take([said({ vulnerability: 'CVE-2026-1' })], { '@id': 'https://acme.example/vex/2' });
  const of = async (...ids: string[]) =>
    (await store.feeds.statementsOf(ids)).map(({ document }) => document);

  expect(await of('cve-2026-449')).toEqual(['https://acme.example/vex/1']);
  expect(await of('CVE-2026-1', 'GHSA-1')).toEqual([
    'https://acme.example/vex/1',
    'https://acme.example/vex/2',
  ]);
  expect(await of('CVE-2026-4490')).toEqual([]);
  const some = await store.feeds.listStatements(3);
  expect([some.statements.length, some.total]).toEqual([3, 451]);
  expect((await store.feeds.listStatements(1_000)).statements).toHaveLength(451);

  await take([said({ vulnerability: 'CVE-2026-7' })]);
  expect(await of('CVE-2026-449')).toEqual([]);
  expect((await store.feeds.listStatements(1_000)).total).toBe(2);
  await expect(take([said()], { timestamp: '2026-01-01T00:00:00Z' })).rejects.toThrow('older');
  await expect(take([])).rejects.toThrow('has nothing');
});

describe('a document that is forgotten', () => {
  const id = 'https://acme.example/vex/forgotten';
  const source = `vex/${id}`;
  const say = (name: string, timestamp = '2026-11-20T00:00:00Z') =>
    take([said({ vulnerability: name })], { '@id': id, timestamp });
  const isListed = async () => (await store.feeds.list()).some((feed) => feed.source === source);
  /** Names and statements that are kept of it, whether they answer or not. */
  const rows = () =>
    database.values<number>(
      `select count(*) from vex_name where name like 'CVE-2027-%' union all
       select count(*) from vex_statement where feed_id = (select id from feed where source = '${source}')`,
    );

  test('says nothing any more, and may be taken again, also an older version of it', async () => {
    const { revision } = await say('CVE-2027-1');
    expect(await isListed()).toBe(true);
    await store.feeds.forget(source);

    expect(await isListed()).toBe(false);
    expect(await store.feeds.statementsOf(['CVE-2027-1'])).toEqual([]);
    expect(rows()).toEqual([0, 0]);
    const again = await say('CVE-2027-2', '2026-01-01T00:00:00Z');
    expect(again).toMatchObject({ records: 1, failure: null });
    expect(again.revision).toBeGreaterThan(revision + 1);
    expect(await store.feeds.statementsOf(['CVE-2027-2'])).toHaveLength(1);
    expect(await isListed()).toBe(true);
  });

  test('while it is being taken again stays forgotten', async () => {
    await say('CVE-2027-3', '2026-11-21T00:00:00Z');
    const { statements } = documentOf(
      openVex([said({ vulnerability: 'CVE-2027-4' })], { '@id': id }),
    );
    async function* rowsOf(): AsyncGenerator<FeedRow> {
      for (const statement of statements) yield { kind: 'statement', statement };
      await store.feeds.forget(source);
    }
    await expect(
      store.feeds.replace({ source, rows: rowsOf(), asOf: () => '2026-11-22T00:00:00Z' }),
    ).rejects.toThrow('was taken by somebody else meanwhile');
    expect(await store.feeds.statementsOf(['CVE-2027-3', 'CVE-2027-4'])).toEqual([]);
    expect(rows()).toEqual([0, 0]);
  });

  test('and was never there changes nothing', async () => {
    const before = await store.feeds.list();
    await store.feeds.forget('vex/of-nobody');
    expect(await store.feeds.list()).toEqual(before);
  });
});

test('which vulnerabilities a record names is told without case', async () => {
  await takeRecords(store, { 'CVE-2026-1': { package: 'openssl' } });
  expect(await store.feeds.namedAmong(['cve-2026-1', 'CVE-2026-2'])).toEqual(
    new Set(['CVE-2026-1']),
  );
});

test('the longest names that are taken fit into every index', async () => {
  const id = `x:${'€'.repeat(498)}`;
  await take([said({ vulnerability: { name: '€'.repeat(128) } })], { '@id': id });
  expect(await store.feeds.statementsOf(['€'.repeat(128)])).toMatchObject([{ document: id }]);
});
