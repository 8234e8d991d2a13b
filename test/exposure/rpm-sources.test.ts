import { ask, exposedBy, installed, osv, osvAffected } from '../support/exposure-records.ts';

// Rocky Linux names in OSV what packages are built from, with the epoch of that; the name of a source rpm, which rpm keeps,
// has none. Ids, versions and epochs are those of the packages, the records are shortened.

const rocky = (release: number, name: string, fixed: string, id = 'RLSA-1') =>
  osv({
    ...{ id, upstream: ['CVE-2026-1'], summary: 'Moderate: security update' },
    affected: [osvAffected(`Rocky Linux:${release}`, name, [{ introduced: '0' }, { fixed }])],
  });

const perl = rocky(8, 'perl', '4:5.26.3-417.el8_3', 'RLSA-2021:0557');
const ruby = rocky(9, 'ruby', '0:3.0.7-162.el9_4', 'RLSA-2024:3838');
const httpd = rocky(9, 'httpd', '0:2.4.57-11.el9_4', 'RLSA-2024:4726');
const lxml = rocky(9, 'python-lxml', '0:4.6.5-3.el9_4');

const built = (release: number, name: string, version: string, source: string, of: string) =>
  installed(`Rocky Linux:${release}`, name, version, { sourceName: source, sourceVersion: of });

const repaired = 'vendor-says-not-affected';
const affected = 'affected-fix-available';

it.each([
  ['perl', perl, built(8, 'perl', '4:5.26.3-422.el8', 'perl', '5.26.3-422.el8'), repaired],
  [
    'perl-libs',
    perl,
    built(8, 'perl-libs', '4:5.26.3-422.el8', 'perl', '5.26.3-422.el8'),
    repaired,
  ],
  ['perl-Errno', perl, built(8, 'perl-Errno', '1.28-422.el8', 'perl', '5.26.3-422.el8'), repaired],
  [
    'old perl-libs',
    perl,
    built(8, 'perl-libs', '4:5.26.3-416.el8', 'perl', '5.26.3-416.el8'),
    affected,
  ],
  [
    'old perl-Errno',
    perl,
    built(8, 'perl-Errno', '1.28-416.el8', 'perl', '5.26.3-416.el8'),
    affected,
  ],
  ['rdoc', ruby, built(9, 'rubygem-rdoc', '6.3.4-162.el9_4', 'ruby', '3.0.7-162.el9_4'), repaired],
  [
    'old rdoc',
    ruby,
    built(9, 'rubygem-rdoc', '6.3.3-160.el9_0', 'ruby', '3.0.4-160.el9_0'),
    affected,
  ],
  [
    'old json',
    ruby,
    built(9, 'rubygem-json', '2.5.1-160.el9_0', 'ruby', '3.0.4-160.el9_0'),
    affected,
  ],
  // It has an epoch that its source has not.
  ['mod_ssl', httpd, built(9, 'mod_ssl', '1:2.4.62-1.el9', 'httpd', '2.4.62-1.el9'), repaired],
  ['old mod_ssl', httpd, built(9, 'mod_ssl', '1:2.4.51-7.el9', 'httpd', '2.4.51-7.el9'), affected],
  [
    'python3-lxml',
    lxml,
    built(9, 'python3-lxml', '4.6.5-3.el9_4', 'python-lxml', '4.6.5-3.el9_4'),
    repaired,
  ],
  [
    'old python3-lxml',
    lxml,
    built(9, 'python3-lxml', '4.6.5-2.el9', 'python-lxml', '4.6.5-2.el9'),
    affected,
  ],
])('%s is compared by the version of what it is built from', (_, record, own, state) => {
  const { worst } = ask(own.ecosystem, [own], [record]);

  expect(worst.state).toBe(state);
  expect(exposedBy([own], [record])).toHaveLength(state === affected ? 1 : 0);
});

it('a record without an epoch is compared without one', () => {
  const record = rocky(8, 'perl', '5.26.3-417.el8_3');
  const states = ['5.26.3-416.el8', '5.26.3-422.el8'].map((of) => {
    const own = built(8, 'perl-libs', `4:${of}`, 'perl', of);
    return ask(own.ecosystem, [own], [record]).worst.state;
  });

  expect(states).toEqual([affected, repaired]);
});

it('where the fix may have raised the epoch nobody can tell', () => {
  // What has the version of its source has mostly its epoch too: here none, and the fix has one.
  const raised = rocky(9, 'nginx', '2:1.20.1-16.el9_4');
  const own = built(9, 'nginx-core', '1:1.22.1-4.el9', 'nginx', '1.22.1-4.el9');

  expect(ask(own.ecosystem, [own], [raised]).worst).toMatchObject({
    ...{ state: 'unknown', reason: 'unparsable-version', note: '1.22.1-4.el9' },
  });
  const older = built(9, 'nginx-core', '1:1.20.0-1.el9', 'nginx', '1.20.0-1.el9');
  expect(ask(own.ecosystem, [older], [raised]).worst.state).toBe(affected);
});

it('a repair of its own minor release counts by the source too', () => {
  const fixes = ['4:5.40.2-7.el10_1.1', '4:5.40.2-7.el10_2.1'];
  const records = fixes.map((fixed, index) => rocky(10, 'perl', fixed, `RLSA-${index}`));
  const states = ['7.el10_1.1', '7.el10_1'].map((release) => {
    const own = built(10, 'perl-Errno', `1.38-${release}`, 'perl', `5.40.2-${release}`);
    return ask(own.ecosystem, [own], records).worst.state;
  });

  expect(states).toEqual([repaired, affected]);
});

it.each(['Rocky Linux:8', 'AlmaLinux:8', 'Red Hat:enterprise_linux:8'])(
  'where a record of %s names packages, each is compared by its own version',
  (ecosystem) => {
    const named = (name: string, fixed: string) =>
      osvAffected(ecosystem, name, [{ introduced: '0' }, { fixed }]);
    const record = osv({
      ...{ id: 'X-1', upstream: ['CVE-2026-1'] },
      affected: [
        named('perl-libs', '4:5.26.3-417.el8_3'),
        named('perl-Errno', '0:1.28-417.el8_3'),
        named('perl', '4:5.26.3-417.el8_3'),
      ],
    });
    const stateOf = (name: string, version: string, sourceVersion: string) =>
      ask(
        ecosystem,
        [installed(ecosystem, name, version, { sourceName: 'perl', sourceVersion })],
        [record],
      ).worst.state;

    expect(stateOf('perl-Errno', '1.28-422.el8', '5.26.3-422.el8')).toBe(repaired);
    expect(stateOf('perl-Errno', '1.28-416.el8', '5.26.3-416.el8')).toBe(affected);
    // It is not named, and what is named after the source has its version.
    expect(stateOf('perl-IO', '1.38-422.el8', '5.26.3-422.el8')).toBe(repaired);
    expect(stateOf('perl-IO', '1.38-416.el8', '5.26.3-416.el8')).toBe(affected);
  },
);
