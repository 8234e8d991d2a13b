import fc from 'fast-check';
import type { AdvisoryRecord } from '../../src/exposure/advisory.ts';
import type { InstalledPackage } from '../../src/exposure/installed.ts';
import { matchIndexed } from '../../src/exposure/match-exposed.ts';
import { indexRecords, type OpenRecords } from '../../src/exposure/record-index.ts';
import { RelevantRecords } from '../../src/exposure/relevant-records.ts';
import { indexStatements, type StatementsHere } from '../../src/exposure/vex-index.ts';
import { installed, statement } from '../support/exposure-records.ts';
import { runs } from '../support/long-run.ts';
import { openVex, said, statementsOf } from '../support/vex-documents.ts';

// Two releases whose versions are in order, one whose records name binaries, and a language.
const ecosystems = fc.constantFrom(
  ...['Debian:12', 'Debian:12', 'Debian:12', 'Debian:12', 'Debian:11', 'AlmaLinux:9', 'npm'],
);
const names = fc.constantFrom('a', 'a', 'b', 'a-b');
/** With an epoch; and two that Debian takes for none. */
const versions = fc.constantFrom('1', '2', '2', '3', '1:1', 'x', '');
/** Most have most fixes. */
const versionsHere = fc.oneof({ weight: 2, arbitrary: fc.constantFrom('3', '1:1') }, versions);
const bounds = fc.option(versions, { freq: 1 });

const interval = fc
  .record(
    { introduced: bounds, end: bounds, isFixed: fc.boolean(), limit: versions },
    { requiredKeys: ['introduced', 'end', 'isFixed'] },
  )
  .map(({ end, isFixed, ...one }) => ({
    ...one,
    fixed: isFixed ? end : null,
    lastAffected: isFixed ? null : end,
  }));
const fixes = fc.oneof({ weight: 2, arbitrary: fc.constantFrom('1', '2') }, versions);
const onlyFixed = fixes.map((fixed) => ({ introduced: null, fixed, lastAffected: null }));
const entry = fc
  .record({
    ecosystem: ecosystems,
    name: names,
    status: fc.constantFrom(
      ...(['affected', 'affected', 'affected', 'affected', 'open', 'not-affected'] as const),
    ),
    versions: fc.constantFrom([], [], [], ['3']),
    intervals: fc.oneof(
      { weight: 3, arbitrary: onlyFixed.map((one) => [one]) },
      fc.array(interval, { maxLength: 2 }),
    ),
  })
  .map(({ ecosystem, name, ...one }) =>
    statement(ecosystem, name, { ...one, versions: [...one.versions] }),
  );
const advisory = fc.record({
  id: fc.constantFrom('VENDOR-1', 'VENDOR-2', 'cve-2026-2'),
  upstream: fc.subarray(['CVE-2026-1', 'CVE-2026-2', 'CVE-2026-3']),
  aliases: fc.subarray(['ghsa-1']),
  withdrawn: fc.constantFrom(null, null, null, '2026-01-01T00:00:00.000Z'),
});
const record = fc
  .record({ advisory, entries: fc.array(entry, { minLength: 1, maxLength: 3 }) })
  .map(({ advisory: about, entries }) => ({
    advisory: { ...(entries[0] as AdvisoryRecord).advisory, ...about },
    affected: entries.flatMap(({ affected }) => affected),
  }));

const found = fc
  .record({
    ...{ ecosystem: ecosystems, name: names, sourceName: names },
    ...{ version: versionsHere, sourceVersion: versionsHere },
    ownedBy: fc.constantFrom(null, null, null, 'nodejs'),
  })
  .map(({ ecosystem, name, version, ...source }) => installed(ecosystem, name, version, source));

const word = fc
  .record({
    name: fc.constantFrom('CVE-2026-1', 'CVE-2026-2', 'GHSA-1', 'vendor-1'),
    status: fc.constantFrom('affected', 'not_affected', 'fixed', 'under_investigation'),
    product: fc.constantFrom('a', 'a@2', 'b', 'a-b'),
  })
  .map(({ name, status, product }) =>
    said({
      ...{ vulnerability: { name }, status },
      ...(status === 'affected' && { action_statement: 'Update.' }),
      products: [{ '@id': `pkg:deb/debian/${product}?distro=debian-12` }],
    }),
  );
const someWords = fc.array(word, { maxLength: 2 });
const words = fc.oneof(fc.constant([]), someWords).map((all) => {
  const index = indexStatements(all.length === 0 ? [] : statementsOf(openVex(all)));
  return { here: all.length === 0 ? null : index.of(null), stated: index.vulnerabilities };
});

function relevantOf(
  packages: readonly InstalledPackage[],
  records: readonly AdvisoryRecord[],
  stated: ReadonlySet<string> = new Set(),
) {
  const relevant = new RelevantRecords(packages, stated);
  for (const one of records) relevant.add(one);
  return relevant.index();
}

/** In an order of their own. */
const exposedBy = (
  packages: readonly InstalledPackage[],
  records: OpenRecords,
  here: StatementsHere | null,
): string[] =>
  [...matchIndexed(packages, records, here, [])].map((one) => JSON.stringify(one)).sort();

test('without what all packages have repaired it finds the same, and counts as many pairs', () => {
  let dropped = 0;
  fc.assert(
    fc.property(
      ...([
        fc.array(record, { maxLength: 8 }),
        fc.array(found, { minLength: 1, maxLength: 5 }),
        words,
      ] as const),
      (records, packages, { here, stated }) => {
        const all = indexRecords(records);
        const open = relevantOf(packages, records, stated);
        expect(exposedBy(packages, open, here)).toEqual(exposedBy(packages, all, here));
        expect(packages.map(open.pairsOf)).toEqual(packages.map(all.pairsOf));
        const kept = packages.flatMap(open.byVulnerability).length;
        if (kept < packages.flatMap(all.byVulnerability).length) dropped += 1;
      },
    ),
    { numRuns: runs(1_000, 20_000) },
  );
  expect(dropped).toBeGreaterThan(50);
});

describe('of records of what all packages have repaired', () => {
  const [old, fresh] = [installed('Debian:12', 'a', '1'), installed('Debian:12', 'a', '3')];
  const records = ['2', '3', '4'].map((fixed) =>
    statement(
      'Debian:12',
      'a',
      { intervals: [{ introduced: null, fixed, lastAffected: null }] },
      {
        ...{ id: `DEBIAN-${fixed}`, aliases: [`ghsa-${fixed}`] },
        upstream: [`CVE-2026-${fixed}`],
      },
    ),
  );
  const keptOf = (packages: InstalledPackage[], ...stated: string[]) =>
    relevantOf(packages, records, new Set(stated))
      .byVulnerability(fresh)
      .map(({ vulnerability }) => vulnerability);

  it('keeps none', () => {
    expect(keptOf([fresh])).toEqual(['CVE-2026-4']);
    expect(keptOf([fresh, old])).toEqual(['CVE-2026-2', 'CVE-2026-3', 'CVE-2026-4']);
  });

  it.each(['CVE-2026-2', 'DEBIAN-2', 'GHSA-2'])(
    'keeps the one that a statement calls %s',
    (name) => {
      expect(keptOf([fresh], name)).toEqual(['CVE-2026-2', 'CVE-2026-4']);
    },
  );
});
