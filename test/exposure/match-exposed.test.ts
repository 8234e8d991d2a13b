import fc from 'fast-check';
import { namesOf, vulnerabilitiesOf } from '../../src/exposure/advisory.ts';
import { clearedByOld, matchIndexed } from '../../src/exposure/match-exposed.ts';
import { indexRecords } from '../../src/exposure/record-index.ts';
import { indexStatements } from '../../src/exposure/vex-index.ts';
import { ask, exposedBy, installed, statement } from '../support/exposure-records.ts';
import { openVex, said, statementsOf } from '../support/vex-documents.ts';

const about = (ids: Partial<Parameters<typeof namesOf>[0]>) =>
  vulnerabilitiesOf(statement('Debian:12', 'a', {}, { upstream: [], ...ids }).advisory);

test('a record is about the CVEs that it is the same as, else about those that it calls related', () => {
  expect(about({ id: 'DEBIAN-CVE-2026-1', upstream: ['CVE-2026-1'] })).toEqual(['CVE-2026-1']);
  expect(about({ id: 'GHSA-1', aliases: ['cve-2026-1'], related: ['CVE-2026-2'] })).toEqual([
    'CVE-2026-1',
  ]);
  expect(about({ id: 'ALSA-1', related: ['CVE-2026-1', 'CVE-2026-2', 'RHSA-1'] })).toEqual([
    'CVE-2026-1',
    'CVE-2026-2',
  ]);
  expect(about({ id: 'MAL-2026-1' })).toEqual(['MAL-2026-1']);
});

const ECOSYSTEM = 'Debian:12';
const statuses = fc.constantFrom('affected', 'open', 'not-affected', 'undetermined' as const);
const record = fc
  .record({
    name: fc.constantFrom('a', 'b'),
    cve: fc.constantFrom('CVE-2026-1', 'CVE-2026-2'),
    status: statuses,
    introduced: fc.constantFrom(null, null, '1', '2'),
    fixed: fc.constantFrom('1', '2', '3', 'x', null),
    versions: fc.constantFrom([], [], ['3']),
    withdrawn: fc.constantFrom(null, null, '2026-01-01T00:00:00.000Z'),
  })
  .map(({ name, cve, status, introduced, fixed, versions, withdrawn }) =>
    statement(
      ECOSYSTEM,
      name,
      { status, versions: [...versions], intervals: [{ introduced, fixed, lastAffected: null }] },
      { upstream: [cve], withdrawn },
    ),
  );
const found = fc
  .record({ name: fc.constantFrom('a', 'b', 'c'), version: fc.constantFrom('1', '2', '3', 'x') })
  .map(({ name, version }) => installed(ECOSYSTEM, name, version));

test('says of each package and vulnerability what a question says', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 8 }), fc.array(found), (records, packages) => {
      const all = exposedBy(packages, records).map(
        ({ installed: { name, version }, vulnerability, verdict }) =>
          `${vulnerability} ${name} ${version} ${verdict.state}`,
      );
      const asked = ['CVE-2026-1', 'CVE-2026-2'].flatMap((cve) => {
        const named = records.filter(({ advisory }) => namesOf(advisory).includes(cve));
        return ask(ECOSYSTEM, packages, named)
          .packages.filter(({ verdict }) => verdict.state.startsWith('affected'))
          .map(
            ({ installed: { name, version }, verdict }) =>
              `${cve} ${name} ${version} ${verdict.state}`,
          );
      });
      expect(all.sort()).toEqual(asked.sort());
    }),
  );
});

/** What feeds say of one package of bookworm in the words of vendors. */
const sayingOf = (said: Readonly<Record<string, 'affected' | 'not-affected'>>) =>
  indexRecords(
    Object.entries(said).map(([source, status]) =>
      statement(ECOSYSTEM, 'a', { status }, { id: `${source}-1`, source }),
    ),
  );
const feedsOf = (stale: readonly string[], fresh: readonly string[], isOfOne = false) =>
  [...stale, ...fresh].map((source) => ({
    ...{ source, ecosystem: ECOSYSTEM, isPart: true, isStale: stale.includes(source), isOfOne },
  }));

test('a package is cleared by the newest of feeds that clear it, and by no old one alone', () => {
  const one = installed(ECOSYSTEM, 'a', '1');
  const cleared = (
    said: Parameters<typeof sayingOf>[0],
    ...ages: Parameters<typeof feedsOf>
  ): string[] => [
    ...clearedByOld(one, new Set(['CVE-2026-1']), sayingOf(said), null, feedsOf(...ages)),
  ];
  expect(cleared({ old: 'not-affected' }, ['old'], [])).toEqual(['CVE-2026-1']);
  expect(cleared({ old: 'not-affected' }, [], ['old'])).toEqual([]);
  const both = { old: 'not-affected', fresh: 'not-affected' } as const;
  expect(cleared(both, ['old'], ['fresh'])).toEqual([]);
  expect(cleared(both, ['old', 'fresh'], [])).toEqual(['CVE-2026-1']);
});

test('an old document that nobody takes again clears nothing against a newer feed', () => {
  const index = sayingOf({ old: 'not-affected', fresh: 'affected' });
  const isUnknown = (isOfOne: boolean) =>
    [
      ...matchIndexed(
        [installed(ECOSYSTEM, 'a', '1')],
        index,
        null,
        feedsOf(['old'], ['fresh'], isOfOne),
      ),
    ].map((one) => one.isUnknown);
  expect(isUnknown(false)).toEqual([true]);
  expect(isUnknown(true)).toEqual([false]);
});

test('looks at what is repaired only of packages that somebody says are affected', () => {
  const repaired = ['a', 'b', 'c'].map((name) =>
    statement(ECOSYSTEM, name, {
      intervals: [{ introduced: null, fixed: '1', lastAffected: null }],
    }),
  );
  const packages = ['a', 'b', 'c'].map((name) => installed(ECOSYSTEM, name, '2'));
  const about = (name: string, status: string) =>
    said({
      ...{ vulnerability: { name: 'CVE-2026-1' }, status, action_statement: 'Update.' },
      products: [{ '@id': `pkg:deb/debian/${name}?distro=debian-12` }],
    });
  const statements = statementsOf(openVex([about('a', 'not_affected'), about('b', 'affected')]));
  const index = indexRecords(repaired);
  const lookedAt: string[] = [];
  const byVulnerability = (one: (typeof packages)[number]) => {
    lookedAt.push(one.name);
    return index.byVulnerability(one);
  };
  const here = indexStatements(statements).of(null);
  const found = [...matchIndexed(packages, { ...index, byVulnerability }, here, [])];

  expect(lookedAt).toEqual(['b']);
  expect(found).toMatchObject([
    { installed: { name: 'b' }, verdict: { state: 'affected-no-fix' } },
  ]);
});
