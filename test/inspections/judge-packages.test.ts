import type { AdvisoryRecord } from '../../src/exposure/advisory.ts';
import { keptPairs } from '../../src/exposure/pair-limits.ts';
import { rememberPackages } from '../../src/inspections/judge-packages.ts';
import { installed, statement } from '../support/exposure-records.ts';
import { debianRecord } from '../support/taken-feeds.ts';

const records: AdvisoryRecord[] = [
  ...Array.from({ length: 50 }, (_, index) =>
    debianRecord(`CVE-2024-${1000 + index}`, { package: 'chromium' }),
  ),
  debianRecord('CVE-2026-1', { package: 'openssl' }),
];
const of = (name: string, sourceName: string) => installed('Debian:12', name, '1', { sourceName });
const flood = Array.from({ length: 2_000 }, (_, index) => of(`p${index}`, 'chromium'));

const judging = () => rememberPackages({ recordsAbout: async () => records }, new Set(), []);

it('judges what few records name of an image with more pairs than are taken, and counts the rest', async () => {
  const { said, left } = await judging()([...flood, of('libssl3', 'openssl')]);

  expect(said.length).toBeLessThanOrEqual(keptPairs.each);
  expect(said.map(({ id }) => id)).toContain('CVE-2026-1');
  const judged = new Set(said.map(({ judged: one }) => one.installed.name)).size;
  expect([judged, left]).toEqual([1 + keptPairs.each / 50 - 1, flood.length + 1 - judged]);
});

it('counts vulnerabilities, of which one record may name many', async () => {
  const upstream = Array.from({ length: 60 }, (_, index) => `CVE-2024-${1000 + index}`);
  const [first, openssl] = [records[0], records.at(-1)];
  if (!first || !openssl) throw new Error('no records');
  const erratum = { ...first, advisory: { ...first.advisory, upstream } };
  const judge = rememberPackages({ recordsAbout: async () => [erratum, openssl] }, new Set(), []);
  const { said, left } = await judge([...flood, of('libssl3', 'openssl')]);
  expect(said.map(({ id }) => id)).toContain('CVE-2026-1');
  expect(left).toBeGreaterThan(0);
});

it('judges all of an image that is ordinary, also behind one that is not', async () => {
  const judge = judging();
  await judge(flood);
  const { said, left } = await judge([of('libssl3', 'openssl'), ...flood.slice(0, 10)]);
  expect([said.length, left]).toEqual([501, 0]);
});

it('lets others run while it judges', async () => {
  let turns = 0;
  const count = setInterval(() => {
    turns += 1;
  }, 0);
  await judging()(flood);
  clearInterval(count);
  expect(turns).toBeGreaterThan(5);
});

it('does not let the word of a feed that is too old stand against a newer one', async () => {
  const word = statement(
    'Debian:12',
    'openssl',
    { status: 'not-affected', intervals: [] },
    { source: 'debian-tracker' },
  );
  const feeds = { recordsAbout: async () => [...records, word] };
  const idsBy = async (...stale: readonly string[]) => {
    const ages = stale.map((source) => ({ source, isStale: true }));
    const { said } = await rememberPackages(feeds, new Set(), ages)([of('libssl3', 'openssl')]);
    return said.map(({ id }) => id);
  };

  expect(await idsBy()).toEqual([]);
  expect(await idsBy('debian-tracker')).toEqual(['CVE-2026-1']);
  // Of two that are as old the vendor’s own word goes on to count.
  expect(await idsBy('debian-tracker', 'osv/test')).toEqual([]);
});
