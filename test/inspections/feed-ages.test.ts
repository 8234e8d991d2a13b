import { toldAges, withAges } from '../../src/inspections/feed-ages.ts';
import type { FeedState } from '../../src/ports/feed-store.ts';
import { DAY_MS } from '../../src/shared/time.ts';

const feed = (source: string, other: Partial<FeedState> = {}): FeedState => ({
  ...{ source, asOf: '2026-11-01T00:00:00.000Z', loadedAt: '2026-11-01T08:00:00.000Z' },
  ...{ records: 1_000, ecosystems: [], isPart: false, failure: null, revision: 1 },
  ...{ confirmedAt: null, triedAt: null },
  ...other,
});

const age = (one: FeedState) => {
  const at = { now: Date.parse('2026-11-27T00:00:00Z'), staleAfterMs: 5 * DAY_MS };
  return withAges([one], at).map(({ isStale, isOverdue }) => [isStale, isOverdue])[0];
};

it.each(['osv/Debian', 'osv/Rocky Linux', 'osv/OSS-Fuzz', 'debian-tracker', 'ubuntu-vex', 'kev'])(
  'a feed that is old is overdue, whether all of it was taken or a part: %s',
  (source) => {
    expect(age(feed(source))).toEqual([true, true]);
    expect(age(feed(source, { isPart: true }))).toEqual([true, true]);
    const confirmedAt = '2026-11-26T00:00:00.000Z';
    expect(age(feed(source, { isPart: true, confirmedAt }))).toEqual([false, false]);
  },
);

it.each([
  'osv/GHSA-jfh8-c2jp-5v3q',
  'osv/DEBIAN-CVE-2024-3094',
  'ubuntu-vex/UBUNTU-CVE-2024-1',
  'redhat-vex/REDHAT-CVE-2024-1',
  'vex/https://acme.example/1',
])('of one record and of statements nobody expects anything newer: %s', (source) => {
  expect(age(feed(source, { isPart: true, records: 1 }))).toEqual([true, false]);
});

it('a feed that could never be fetched is overdue, and a file that was refused is none', () => {
  const never = { asOf: null, loadedAt: null, records: 0, revision: 0 };
  const triedAt = '2026-11-26T00:00:00.000Z';

  expect(age(feed('osv/Debian', { ...never, triedAt }))).toEqual([true, true]);
  expect(age(feed('osv/Debian', never))).toEqual([true, false]);
});

it('a feed that was never taken is overdue for as long as somebody tries to fetch it', () => {
  const never = { asOf: null, loadedAt: null, records: 0, revision: 0 };
  const triedAt = '2026-11-21T00:00:00.000Z';

  expect(age(feed('epss', { ...never, triedAt }))).toEqual([true, false]);
});

const partsOf = (...feeds: FeedState[]): string[] =>
  toldAges(withAges(feeds, { now: 0, staleAfterMs: 1 }))
    .filter(({ isPart }) => isPart)
    .map(({ source }) => source);

it('which feeds are a part is told where none has all of what they are about', () => {
  const debian = { ecosystems: ['Debian:12'] };
  const one = feed('osv/DSA-5649-1', { ...debian, records: 1 });
  const some = feed('osv/Debian', { ...debian, isPart: true });

  expect(partsOf(one, some)).toEqual(['osv/DSA-5649-1', 'osv/Debian']);
  expect(partsOf(one, feed('debian-tracker', debian))).toEqual([]);
  expect(partsOf(feed('osv/npm', { ecosystems: ['npm', 'PyPI'] }), feed('kev'))).toEqual([]);
});

it('a release of Alpine of which a repository is missing is a part', () => {
  const alpine = { ecosystems: ['Alpine:v3.20'] };
  const main = feed('alpine-secdb/v3.20/main', alpine);

  expect(partsOf(main)).toEqual([main.source]);
  expect(partsOf(main, feed('alpine-secdb/v3.20/community', alpine))).toEqual([]);
});
