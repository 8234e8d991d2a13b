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
