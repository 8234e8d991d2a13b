import type { AdvisoryRecord } from '../../src/exposure/advisory.ts';
import type { FeedLoad, FeedRow } from '../../src/ports/feed-store.ts';
import type { Store } from '../../src/store/open-store.ts';
import { storeForEach } from '../support/store-for-each.ts';
import type { TemporaryDatabase } from '../support/temporary-database.ts';

let place: TemporaryDatabase;
let store: Store;
let reopen: () => Promise<Store>;

storeForEach(
  (own) => {
    ({ place, store, reopen } = own);
  },
  () => Date.parse('2026-11-27T08:00:00Z'),
);

const record = (id: string, ids: Partial<AdvisoryRecord['advisory']> = {}): AdvisoryRecord => ({
  advisory: {
    id,
    ...{ aliases: [], upstream: [], related: [], severities: [], kind: 'vulnerability' },
    ...{ summary: '', published: null, modified: null, withdrawn: null },
    ...{ source: 'osv/Debian', licence: '' },
    ...ids,
  },
  affected: [
    {
      ...{ ecosystem: 'Debian:12', name: 'openssl', nameKind: 'source', scheme: 'deb' },
      ...{ intervals: [], versions: [], status: 'open', statusNote: '', stream: null },
      ...{ isOlderUnclear: false, imports: [] },
    },
  ],
});

async function* rowsOf(records: readonly AdvisoryRecord[], fails?: Error): AsyncGenerator<FeedRow> {
  for (const one of records) yield { kind: 'advisory', record: one };
  if (fails) throw fails;
}

const take = (records: readonly AdvisoryRecord[], asOf: string | null = null, fails?: Error) =>
  store.feeds.replace({ source: 'osv/Debian', rows: rowsOf(records, fails), asOf: () => asOf });
const idsNamed = async (id: string) =>
  (await store.feeds.recordsOf(id)).map(({ advisory }) => advisory.id);
const many = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, number) => record(`${prefix}-${number}`));
const count = (table: string) => place.values<number>(`select count(*) from ${table}`)[0];

it('answers with the whole of a feed, by every id, in any case', async () => {
  const first = record('DEBIAN-CVE-2024-1', { upstream: ['CVE-2024-1'], aliases: ['GHSA-1'] });
  const state = await take([first, ...many('CVE-2020', 450)], '2026-11-20T00:00:00Z');

  expect(state).toEqual({
    source: 'osv/Debian',
    asOf: '2026-11-20T00:00:00.000Z',
    loadedAt: '2026-11-27T08:00:00.000Z',
    records: 451,
    ecosystems: ['Debian:12'],
    failure: null,
    ...{ isPart: false, revision: 1, confirmedAt: null, triedAt: null },
  });
  expect(await store.feeds.list()).toEqual([state]);
  expect(await store.feeds.recordsOf('cve-2024-1')).toEqual([first]);
  expect(await idsNamed('ghsa-1')).toEqual(['DEBIAN-CVE-2024-1']);
  expect(await idsNamed('CVE-2020-449')).toEqual(['CVE-2020-449']);
});

it('follows names of one vulnerability to their end, also where they lead back', async () => {
  await take([
    record('GHSA-1', { aliases: ['CVE-2024-1'] }),
    record('PYSEC-1', { aliases: ['GHSA-1', 'BIT-1'] }),
    record('GO-1', { aliases: ['BIT-1', 'GHSA-1'] }),
    record('MAL-1', { aliases: ['GO-1'] }),
    record('GHSA-2', { aliases: ['CVE-2024-2'] }),
  ]);
  for (const id of ['CVE-2024-1', 'MAL-1', 'BIT-1']) {
    expect((await idsNamed(id)).sort()).toEqual(['GHSA-1', 'GO-1', 'MAL-1', 'PYSEC-1']);
  }
});

it('finds what others call the same vulnerability, and not what is only related to it', async () => {
  await take([
    record('GHSA-1', { aliases: ['CVE-2024-1'] }),
    record('DEBIAN-CVE-2024-1', { upstream: ['CVE-2024-1'] }),
    record('ALSA-1', { related: ['CVE-2024-1', 'CVE-2024-2'] }),
    record('DEBIAN-CVE-2024-2', { upstream: ['CVE-2024-2'] }),
    record('USN-1', { upstream: ['CVE-2024-1', 'CVE-2024-3'] }),
    record('DEBIAN-CVE-2024-3', { upstream: ['CVE-2024-3'] }),
  ]);

  expect(await idsNamed('GHSA-1')).toEqual(['GHSA-1', 'DEBIAN-CVE-2024-1', 'ALSA-1', 'USN-1']);
  expect(await idsNamed('CVE-2024-1')).toEqual(['GHSA-1', 'DEBIAN-CVE-2024-1', 'ALSA-1', 'USN-1']);
});

it('what a record calls related is something else where it names a CVE of its own', async () => {
  const other = record('GO-2023-1574', {
    aliases: ['CVE-2023-1'],
    related: ['CVE-2024-1', 'GHSA-9'],
  });
  const severities = [{ type: 'CVSS_V3', score: 'x' }];
  await take([
    record('GHSA-1', { aliases: ['CVE-2024-1'] }),
    { ...other, advisory: { ...other.advisory, severities } },
    record('ALSA-1', { related: ['CVE-2024-1'] }),
  ]);

  expect(await idsNamed('CVE-2024-1')).toEqual(['GHSA-1', 'ALSA-1']);
  expect(await idsNamed('CVE-2023-1')).toEqual(['GO-2023-1574']);
  expect(await idsNamed('GHSA-9')).toEqual([]);
  // As an older version stored it.
  place.run(
    `insert into advisory_name (name, advisory_id) select 'CVE-2024-1', advisory_id from advisory_name where name = 'GO-2023-1574'`,
  );
  expect(await idsNamed('CVE-2024-1')).toEqual(['GHSA-1', 'ALSA-1']);
  const found = await store.feeds.severitiesOf(['CVE-2023-1', 'CVE-2024-1']);
  expect(Object.fromEntries(found)).toEqual({
    'CVE-2023-1': [{ ...severities[0], record: 'GO-2023-1574' }],
    'CVE-2024-1': [],
  });
});

it('replaces a feed as a whole, and leaves no row of the old one', async () => {
  await take(many('CVE-2020', 450));
  await take(many('CVE-2021', 3));

  expect(await idsNamed('CVE-2020-1')).toEqual([]);
  expect(await idsNamed('CVE-2021-1')).toEqual(['CVE-2021-1']);
  expect([count('advisory'), count('advisory_name')]).toEqual([3, 3]);
});

it('keeps the old feed where the new one breaks, and says since when and why', async () => {
  await take(many('CVE-2020', 3));
  await expect(take(many('CVE-2021', 450), null, new Error('cut at entry 451'))).rejects.toThrow(
    'cut at entry 451',
  );

  expect(await idsNamed('CVE-2021-1')).toEqual([]);
  expect(await idsNamed('CVE-2020-1')).toEqual(['CVE-2020-1']);
  expect([count('advisory'), count('advisory_name')]).toEqual([3, 3]);
  expect(await store.feeds.list()).toMatchObject([
    { records: 3, failure: { at: '2026-11-27T08:00:00.000Z', reason: 'cut at entry 451' } },
  ]);

  // The failure is gone with the next.
  await take(many('CVE-2022', 2));
  expect([count('advisory'), count('advisory_name')]).toEqual([2, 2]);
  expect(await store.feeds.list()).toMatchObject([{ records: 2, failure: null }]);
});

it('takes no feed that has hardly anything of what is there', async () => {
  await take(many('CVE-2020', 1_000));

  await expect(take(many('CVE-2021', 99))).rejects.toThrow(
    'has 99 records, and what is there 1000',
  );
  expect(await idsNamed('CVE-2020-1')).toEqual(['CVE-2020-1']);
  expect(await take(many('CVE-2021', 100))).toMatchObject({ records: 100, failure: null });
});

it('takes a feed of which somebody says that hardly anything is left, and statements that were taken back', async () => {
  await take(many('CVE-2020', 1_000));
  const load = { source: 'osv/Debian', asOf: () => null, mayShrink: true };
  const rows = rowsOf(many('CVE-2021', 3));
  expect(await store.feeds.replace({ ...load, rows })).toMatchObject({ records: 3 });

  async function* stated(count: number): AsyncGenerator<FeedRow> {
    for (let number = 0; number < count; number++) {
      const id = `CVE-2026-${number}`;
      yield {
        kind: 'statement',
        statement: {
          ...{ vulnerabilities: [id], status: 'not_affected', justification: '', note: '' },
          ...{ author: 'Acme', document: 'https://acme.example/vex/1', source: 'vex/acme' },
          ...{ at: '2026-11-20T00:00:00.000Z', products: [] },
        },
      };
    }
  }
  for (const records of [1_200, 100]) {
    const document = { source: 'vex/acme', rows: stated(records), asOf: () => null };
    expect(await store.feeds.replace(document)).toMatchObject({ records });
  }
});

it('knows what need not be all of a feed, which takes the place of nothing that is', async () => {
  const load = (isPart: boolean, count: number, source = 'osv/Debian') =>
    store.feeds.replace({
      ...{ source, rows: rowsOf(many('CVE-2020', count)), asOf: () => null, isPart },
    });
  expect(await load(true, 2_000)).toMatchObject({ isPart: true });
  expect(await load(true, 2_100)).toMatchObject({ isPart: true });
  expect(await load(false, 1_000)).toMatchObject({ isPart: false });
  // As many records need not be the same ones.
  for (const count of [999, 1_000, 3_000]) {
    await expect(load(true, count)).rejects.toThrow('nobody says that it is all of it');
  }
  expect(await load(false, 900)).toMatchObject({ isPart: false });
  for (const isPart of [false, true]) await load(isPart, 1, 'osv/CVE-2020-0');
});

it('refuses a part before it is read, closes its file and disturbs nobody who takes the feed', async () => {
  await take(many('CVE-2020', 3));
  let read = 0;
  let isClosed = false;
  async function* rows(): AsyncGenerator<FeedRow> {
    try {
      for (const one of many('CVE-2021', 5)) {
        read += 1;
        yield { kind: 'advisory', record: one };
      }
    } finally {
      isClosed = true;
    }
  }
  const part = { source: 'osv/Debian', rows: rows(), asOf: () => null, isPart: true };
  async function* slowly(): AsyncGenerator<FeedRow> {
    for (const one of many('CVE-2022', 4)) yield { kind: 'advisory', record: one };
    await expect(store.feeds.replace(part)).rejects.toThrow('nobody says that it is all of it');
  }
  const whole = { source: 'osv/Debian', rows: slowly(), asOf: () => null };

  expect(await store.feeds.replace(whole)).toMatchObject({ records: 4 });
  expect([read, isClosed]).toEqual([1, true]);
  expect([count('advisory'), count('advisory_name')]).toEqual([4, 4]);
});

describe('how old a feed is', () => {
  const now = '2026-11-27T08:00:00.000Z';
  const on = (day: number) => `2026-11-${String(day).padStart(2, '0')}T00:00:00.000Z`;
  const file = (more: Partial<FeedLoad>) =>
    store.feeds.replace({
      ...{ source: 'debian-tracker', rows: rowsOf(many('CVE-2020', 3)), asOf: () => null, ...more },
    });
  const older = 'is older than what is there';

  it('is by the file where no record has a date, which is no newer than now', async () => {
    expect(await file({ fileAt: on(20) })).toMatchObject({ asOf: on(20), confirmedAt: null });
    expect(await file({ fileAt: '2027-11-20T00:00:00.000Z' })).toMatchObject({ asOf: now });
    expect(await file({ asOf: () => now, fileAt: on(1) })).toMatchObject({ asOf: now });
  });

  it('is no longer what was said of other contents', async () => {
    const records = { source: 'osv/CRAN', asOf: () => on(2) };
    const part = await file({ ...records, isPart: true, fetchedAt: on(20) });
    expect(part).toMatchObject({ isPart: true, asOf: on(2), confirmedAt: on(20) });
    const lastYears = { ...records, asOf: () => '2025-11-01T00:00:00.000Z' };
    expect(await file(lastYears)).toMatchObject({ isPart: false, confirmedAt: null });

    await file({ fetchedAt: on(20), fileAt: on(20) });
    expect(await file({ fileAt: on(21) })).toMatchObject({ asOf: on(21), confirmedAt: null });
    const mark = { url: 'https://mirror.example', etag: null, lastModified: null };
    await file({ fetchedAt: on(22), fileAt: on(22) });
    const mirrored = { mark: { ...mark, newestChange: null, wholeAt: now } };
    expect(await file(mirrored)).toMatchObject({ asOf: null, confirmedAt: null });
  });

  it('of a file without dates is compared with the later of what is known of the one before', async () => {
    await file({ fileAt: on(10) });
    place.run(`update feed set confirmed_at = ${Date.parse(on(20))}`);
    for (const day of [9, 15, 19]) {
      await expect(file({ fileAt: on(day) })).rejects.toThrow(older);
    }
    await expect(file({ asOf: () => on(9) })).rejects.toThrow(older);
    await expect(file({ fileAt: on(25), fetchedAt: on(19) })).rejects.toThrow(older);
    // Whoever fetched it knows more than the time of the file, which a copy has of its own.
    const fetched = await file({ fileAt: on(1), fetchedAt: on(21) });
    expect(fetched).toMatchObject({ asOf: on(21), confirmedAt: on(21) });
    expect(await file({ fileAt: on(26), fetchedAt: on(22) })).toMatchObject({ asOf: on(22) });
  });

  it('is not set back by who says that a file was fetched before, and by a clock that was', async () => {
    const records = { source: 'osv/CRAN', asOf: () => on(2) };
    await file({ ...records, fetchedAt: on(20) });
    await expect(file({ ...records, fetchedAt: on(19) })).rejects.toThrow(older);
    expect(await store.feeds.list()).toMatchObject([{ confirmedAt: on(20) }]);
    const mark = { url: 'https://osv.example', etag: null, lastModified: null };
    const synced = { mark: { ...mark, newestChange: null, wholeAt: now } };
    const again = await file({ ...records, ...synced, fetchedAt: on(19) });
    expect(again).toMatchObject({ confirmedAt: on(19) });
  });

  it('is what its publisher said of one in which nothing has a date, also for a file that has one', async () => {
    await file({});
    place.run(`update feed set confirmed_at = ${Date.parse(on(26))}`);
    await expect(file({ asOf: () => on(25) })).rejects.toThrow(older);
    expect(await file({ asOf: () => on(27) })).toMatchObject({ asOf: on(27) });
  });
});

it('takes all of a feed in place of a part, however new the newest record of that is', async () => {
  const load = (isPart: boolean, asOf: string) =>
    store.feeds.replace({
      ...{ source: 'osv/npm', rows: rowsOf(many('CVE-2020', 20)), asOf: () => asOf, isPart },
    });
  await load(true, '2026-11-26T00:00:00Z');

  await expect(load(true, '2026-11-25T00:00:00Z')).rejects.toThrow('is older than what is there');
  expect(await load(false, '2026-11-25T00:00:00Z')).toMatchObject({ isPart: false });
  await expect(load(false, '2026-11-24T00:00:00Z')).rejects.toThrow('is older than what is there');
});

it('takes what an older version imported for a part until it is taken again, whatever that has', async () => {
  const load = (source: string, more: Partial<FeedLoad>) =>
    store.feeds.replace({
      ...{ source, rows: rowsOf(many('CVE-2020', 1_000)), asOf: () => null, ...more },
    });
  const mark = { url: 'https://osv.example', etag: null, lastModified: null };
  await load('osv/Debian', { isPart: false });
  await load('osv/npm', { mark: { ...mark, newestChange: null, wholeAt: '2026-11-27T00:00:00Z' } });
  await store.close();
  await place.migrateDownTo('0052-conversations-since-0049');
  place.run(`update feed set fetched_json = null where source = 'osv/Debian'`);
  store = await reopen();

  const parts = async () =>
    (await store.feeds.list()).filter(({ isPart }) => isPart).map(({ source }) => source);
  expect(await parts()).toEqual(['osv/Debian']);
  expect(await load('osv/Debian', { isPart: true })).toMatchObject({ isPart: true });
  expect(await load('osv/Debian', { isPart: false })).toMatchObject({ isPart: false });
});

it('takes what an older version imports beside this one for a part', async () => {
  const load = (source: string, more: Partial<FeedLoad> = {}) =>
    store.feeds.replace({
      ...{ source, rows: rowsOf(many('CVE-2020', 3)), asOf: () => null, ...more },
    });
  for (const source of ['osv/Debian', 'ubuntu-vex', 'kev']) {
    expect(await load(source)).toMatchObject({ isPart: false });
  }
  // It knows no parts, and leaves no mark of a file.
  place.run('update feed set fetched_json = null');

  const parts = (await store.feeds.list()).filter(({ isPart }) => isPart);
  expect(parts.map(({ source }) => source)).toEqual(['osv/Debian', 'ubuntu-vex']);
  expect(await load('osv/Debian', { isPart: true })).toMatchObject({ isPart: true });
});

it('takes no feed that is older than what is there, and none without records', async () => {
  await take(many('CVE-2020', 3), '2026-11-20T00:00:00Z');

  await expect(take(many('CVE-2021', 3), '2026-11-19T23:59:59Z')).rejects.toThrow('is older than');
  await expect(take([], '2026-11-21T00:00:00Z')).rejects.toThrow('has nothing');
  expect(await idsNamed('CVE-2020-1')).toEqual(['CVE-2020-1']);
});

it('lets the later of two that take the same feed at once win, whole', async () => {
  const other = await place.open();
  const both = await Promise.allSettled([
    take(many('CVE-2021', 450)),
    other.feeds.replace({
      source: 'osv/Debian',
      rows: rowsOf(many('CVE-2022', 450)),
      asOf: () => null,
    }),
  ]);
  await other.close();

  expect(both.map(({ status }) => status).sort()).toContain('fulfilled');
  const found = [await idsNamed('CVE-2021-449'), await idsNamed('CVE-2022-449')];
  expect(found.filter((ids) => ids.length === 1)).toHaveLength(1);
  expect(place.values('select records from feed')).toEqual([450]);
  // Rows of who came too late answer nobody, and go with the next.
  await take(many('CVE-2023', 2));
  expect([count('advisory'), count('advisory_name')]).toEqual([2, 2]);
});

it('stores text that no database would take as it is', async () => {
  const hostile = 'a\u0000b \ud800 \u202e';
  const one = record('CVE-2024-1', { summary: hostile });
  await take([one]);

  expect(await store.feeds.recordsOf('CVE-2024-1')).toEqual([one]);
});

it('knows what is exploited, and how probable that is, and has no score for what nobody scored', async () => {
  const exploited = {
    ...{ cve: 'CVE-2024-1', vendor: 'X', product: 'Y', dateAdded: '2024-05-01' },
    isUsedByRansomware: true,
  };
  async function* rows(): AsyncGenerator<FeedRow> {
    yield { kind: 'exploited', entry: exploited };
    yield { kind: 'prediction', entry: { cve: 'CVE-2024-2', probability: 0.25, percentile: 0.5 } };
  }
  await store.feeds.replace({ source: 'kev', rows: rows(), asOf: () => null });

  expect(await store.feeds.knownOf(['cve-2024-1'])).toEqual({ exploited, prediction: null });
  expect(await store.feeds.knownOf(['GHSA-1', 'CVE-2024-2'])).toEqual({
    exploited: null,
    prediction: { cve: 'CVE-2024-2', probability: 0.25, percentile: 0.5 },
  });
});
