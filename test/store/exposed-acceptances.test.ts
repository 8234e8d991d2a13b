import { exposureNews } from '../../src/inspections/exposed-news.ts';
import { matchAgain } from '../../src/inspections/match-again.ts';
import type { OpenDatabase } from '../../src/store/database.ts';
import { createExposedStore } from '../../src/store/exposed.ts';
import type { Store } from '../../src/store/open-store.ts';
import { osv, osvAffected } from '../support/exposure-records.ts';
import { haveLibraries, npmPackage } from '../support/having-libraries.ts';
import { having } from '../support/having-packages.ts';
import { morning, scanRecord } from '../support/scan-records.ts';
import { storeForEach } from '../support/store-for-each.ts';
import type { TemporaryDatabase } from '../support/temporary-database.ts';

const now = Date.parse(morning(10));
const ghsa = 'GHSA-AAAA-BBBB-CCCC';
const cve = 'CVE-2026-1';
let place: TemporaryDatabase;
let store: Store;

storeForEach(
  (own) => {
    ({ place, store } = own);
  },
  () => now,
);

const take = (records: ReturnType<typeof osv>[]) =>
  store.feeds.replace({
    source: 'osv/npm',
    asOf: () => null,
    rows: (async function* () {
      for (const record of records) yield { kind: 'advisory' as const, record };
    })(),
  });
const about = (name: string) => ({
  affected: [osvAffected('npm', name, [{ introduced: '0' }])],
});
const accept = (vulnerability: string, name: string) =>
  store.exposed.accept({ vulnerability, package: name, versions: ['1.0.0'] }, ['*'], {
    ...{ actor: { id: 'U1', name: 'alice', place: 'C1' }, at: now },
    ...{ reason: 'not reachable', until: morning(30) },
  });
const unaccept = (vulnerability: string) =>
  store.exposed.unaccept({ vulnerability, package: null }, null, {
    ...{ actor: { id: 'U1', name: 'alice', place: 'C1' }, at: now },
  });

async function match(): Promise<void> {
  const held = await store.exposed.claim({ owner: 'a', leaseMs: 60_000 });
  if (held === null) throw new Error('somebody else matches');
  await matchAgain(store.exposed, held, now);
  await store.exposed.release(held);
}
const news = async () => {
  const placed = await store.exposed.listPlaced({ hosts: ['web-1'], goneAfter: 0 });
  const found = exposureNews(placed, new Map(), await store.exposed.listAcceptances());
  return found.map(({ vulnerability }) => vulnerability);
};

it('holds by the name that was accepted and by what records call it, whichever a match does', async () => {
  const at = morning(1);
  const containers = [having('a', '12', [])];
  await store.scans.saveScan(
    scanRecord({ host: 'web-1', startedAt: at, finishedAt: at, containers }),
  );
  const packages = ['foo', 'bar'].map((name) => npmPackage(name, '1.0.0'));
  await haveLibraries(store, { 'sha256:a': { packages } }, at);
  await take([
    osv({ id: ghsa, ...about('foo') }),
    osv({ id: 'MAL-2026-1', aliases: [ghsa, cve], ...about('bar') }),
  ]);
  await match();
  // What only a record about another package calls a CVE keeps its own name.
  expect(await news()).toEqual([cve, ghsa]);

  await accept(ghsa, 'foo');
  expect(await store.exposed.listAcceptances()).toMatchObject([
    { vulnerability: cve, acceptedAs: ghsa },
  ]);
  expect(await news()).toEqual([cve]);
  await accept(ghsa, 'bar');
  expect(await news()).toEqual([]);

  expect(await store.exposed.listAcceptedAs([cve])).toEqual([]);
  expect(await store.exposed.listAcceptedAs([cve, ghsa])).toHaveLength(2);
  expect(await unaccept(cve)).toMatchObject([{ acceptedAs: ghsa }, { acceptedAs: ghsa }]);
  expect(await news()).toEqual([cve, ghsa]);
});

describe('reads', () => {
  let database: OpenDatabase;
  let asked = 0;
  beforeEach(async () => {
    database = await place.openDatabase(() => now);
  });
  afterEach(() => database.close());

  /** How many statements a question to the store takes. */
  async function count(ask: (store: ReturnType<typeof createExposedStore>) => Promise<unknown>) {
    const counted = {
      ...database,
      read: <T>(work: Parameters<typeof database.read<T>>[0]) =>
        database.read((db) =>
          work(
            db.withPlugin({
              transformQuery({ node }) {
                asked += 1;
                return node;
              },
              transformResult: async ({ result }) => result,
            }),
          ),
        ),
    };
    asked = 0;
    await ask(createExposedStore(counted, () => now));
    return asked;
  }

  it('the names of all acceptances at once, and none where nothing is called otherwise', async () => {
    await take(
      [1, 2, 3, 4].flatMap((number) => [
        osv({ id: `GHSA-${number}`, ...about('foo') }),
        osv({ id: `PYSEC-${number}`, aliases: [`GHSA-${number}`, `BIT-${number}`] }),
        osv({ id: `GO-${number}`, aliases: [`BIT-${number}`, `CVE-2026-${number}`] }),
      ]),
    );
    await accept(cve, 'foo');
    expect(await count((one) => one.listAcceptances())).toBe(1);

    await accept('GHSA-2', 'foo');
    const forOne = await count((one) => one.listAcceptances());
    for (const id of ['GHSA-3', 'GHSA-4']) await accept(id, 'foo');
    expect(await count((one) => one.listAcceptances())).toBe(forOne);
    const called = (await store.exposed.listAcceptances()).map((one) => one.vulnerability);
    expect(called).toEqual(['CVE-2026-4', 'CVE-2026-3', 'CVE-2026-2', cve]);
    expect(await count((one) => one.listAcceptedAs(['GHSA-2', 'CVE-2026-2']))).toBe(1);
  });
});
