import type { AdvisoryRecord } from '../../src/exposure/advisory.ts';
import { judgeOf } from '../../src/exposure/judge.ts';
import { indexRecords } from '../../src/exposure/record-index.ts';
import { fixtureRows } from '../support/exposure-fixtures.ts';
import { installed, statement } from '../support/exposure-records.ts';

const pairs = fixtureRows('debian-pairs');
const versions = fixtureRows('debian-release-versions');

/** The rows of a release as records, under the key of a release. */
const recordsOf = (release: string, ecosystem: string): AdvisoryRecord[] =>
  pairs
    .filter((row) => row.release === release)
    .map(({ source = '', cve = '', fixed = '' }) =>
      statement(
        ecosystem,
        source,
        { intervals: [{ introduced: null, fixed, lastAffected: null }] },
        { id: cve },
      ),
    );

const packages = (column: 'main' | 'security') =>
  versions.map((row) => installed('Debian:12', row.source ?? '', row[column] ?? ''));

/** What each record says by itself, but for what it clears. */
function hits(column: 'main' | 'security', records: readonly AdvisoryRecord[]) {
  const index = indexRecords(records);
  return packages(column)
    .flatMap((one) =>
      index.of(one).map((named) => ({
        ...{ name: one.name, advisory: named.advisory.id },
        state: judgeOf(one)(named).state,
      })),
    )
    .filter(({ state }) => state !== 'vendor-says-not-affected');
}

describe('the pairs of Debian changelogs', () => {
  const bookworm = recordsOf('bookworm', 'Debian:12');
  const trixie = recordsOf('trixie', 'Debian:13');

  it('are 4,283 rows for bookworm as it was released, in 139 sources', () => {
    const found = hits('main', bookworm);

    expect(found).toHaveLength(4_283);
    expect(new Set(found.map(({ name }) => name)).size).toBe(139);
    expect(new Set(found.map(({ advisory }) => advisory)).size).toBe(3_784);
    expect(found.every(({ state }) => state === 'affected-fix-available')).toBe(true);
  });

  it('are none with all security updates', () => {
    expect(hits('security', bookworm)).toEqual([]);
  });

  it('of another release are none, since the release is part of the key', () => {
    expect(trixie).toHaveLength(266);
    expect(hits('security', trixie)).toEqual([]);
    // What forgetting it would report, all of it wrong.
    expect(hits('security', recordsOf('trixie', 'Debian:12'))).toHaveLength(100);
  });
});
