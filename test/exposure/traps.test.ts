import { matchVulnerability, prepareRecords } from '../../src/exposure/match.ts';
import { read, unread } from '../../src/shared/reading.ts';
import { ask, installed, osv, osvAffected, statement } from '../support/exposure-records.ts';

// Every record here is written by hand, true in form to the real ones.

const fixed = (version: string) => [{ introduced: '0' }, { fixed: version }];
const bookworm = 'Debian:12';

describe('mistakes that others made', () => {
  it('1: an epoch is part of the version', () => {
    const records = [statement(bookworm, 'vim', { intervals: [interval('2:9.0.1378-2')] })];
    const of = (version: string) => ask(bookworm, [installed(bookworm, 'vim', version)], records);

    expect(of('2:9.0.1378-1').worst).toMatchObject({
      state: 'affected-fix-available',
      fixed: '2:9.0.1378-2',
    });
    expect(of('2:9.0.1378-2').worst.state).toBe('vendor-says-not-affected');
    expect(of('9.1').worst.state).toBe('affected-fix-available');
  });

  it('1: the epoch of a binary is not that of its source', () => {
    const bsdutils = installed(bookworm, 'bsdutils', '1:2.38.1-5', {
      sourceName: 'util-linux',
      sourceVersion: '2.38.1-5',
    });
    const records = [
      statement(bookworm, 'util-linux', { intervals: [interval('2.38.1-5+deb12u1')] }),
    ];

    expect(ask(bookworm, [bsdutils], records).worst).toMatchObject({
      state: 'affected-fix-available',
      record: { package: 'util-linux', through: 'source' },
    });
  });

  it('2: what belongs to a package of the system is not judged by its language', () => {
    const records = [
      osv({ id: 'PYSEC-1', affected: [osvAffected('PyPI', 'Django', fixed('4.2.9'))] }),
    ];
    const owned = installed('PyPI', 'Django', '4.2.8', { ownedBy: 'python3-django' });
    const own = installed('PyPI', 'django', '4.2.8');

    expect(ask(bookworm, [owned], records).packages).toEqual([]);
    expect(ask(bookworm, [own], records).packages).toMatchObject([
      { verdict: { state: 'affected-fix-available' } },
    ]);
  });

  it.each([
    ['linux-libc-dev', 'linux'],
    ['linux-headers-6.1.0-18-amd64', 'linux'],
    ['linux-headers-generic', 'linux-meta'],
    ['kernel-headers', 'kernel'],
  ])('3: %s is no kernel', (name, sourceName) => {
    const headers = installed(bookworm, name, '6.1.76-1', { sourceName });
    const records = [statement(bookworm, sourceName, {})];

    expect(ask(bookworm, [headers], records).worst).toMatchObject({
      state: 'unknown',
      reason: 'not-a-kernel',
    });
  });

  it('3: linux-pam is none either, and is judged', () => {
    const records = [statement('Alpine:v3.20', 'linux-pam', {})];
    const pam = installed('Alpine:v3.20', 'linux-pam', '1.6.0-r0');

    expect(ask('Alpine:v3.20', [pam], records).worst.state).toBe('affected-no-fix');
  });

  it('4: a record of another release says nothing', () => {
    const records = [statement('Debian:13', 'openssl', { intervals: [interval('3.5.1-1')] })];

    expect(ask(bookworm, [installed(bookworm, 'openssl', '3.0.11-1')], records)).toMatchObject({
      worst: { state: 'unknown', reason: 'no-record' },
      packages: [],
    });
  });

  it('5: silence is not "no"', () => {
    expect(ask(bookworm, [installed(bookworm, 'xz-utils', '5.4.1-0.2')], []).worst).toMatchObject({
      state: 'unknown',
      reason: 'no-record',
    });
  });

  it('5: a range without an end is open', () => {
    const records = [
      osv({ id: 'GHSA-1', affected: [osvAffected('npm', 'lodash', [{ introduced: '4.0.0' }])] }),
    ];
    const of = (version: string) => ask(bookworm, [installed('npm', 'lodash', version)], records);

    expect(of('4.17.20').packages[0]?.verdict.state).toBe('affected-no-fix');
    expect(of('3.10.1').packages[0]?.verdict).toMatchObject({
      state: 'vendor-says-not-affected',
      because: 'outside-of-range',
    });
  });

  it('6: a release that is not known is compared with nothing', () => {
    const records = [statement('Alpine:edge', 'xz', {})];
    const { worst, packages } = matchVulnerability(
      {
        ecosystem: unread('the image does not say which release it is'),
        packages: read([]),
        whole: null,
        endedOn: null,
      },
      prepareRecords(records),
      [{ source: 'test', ecosystem: 'Alpine:edge', isStale: false, isPart: false }],
    );

    expect(worst).toMatchObject({ state: 'unknown', reason: 'release-unknown' });
    expect(packages).toEqual([]);
  });

  it('7: a record that was taken back does not match, and is told from silence', () => {
    const record = statement(bookworm, 'zlib', {}, { withdrawn: '2026-10-01T00:00:00.000Z' });
    const image = ask(bookworm, [installed(bookworm, 'zlib', '1:1.2.13')], [record]);

    expect(image).toMatchObject({ worst: { state: 'unknown', reason: 'withdrawn' }, packages: [] });
  });

  it.each(['open', 'no-dsa', 'postponed', 'ignored'] as const)(
    '8: %s is affected without a fix, with the vendor’s word',
    (status) => {
      const records = [statement(bookworm, 'zlib', { status, statusNote: 'Minor issue' })];

      expect(ask(bookworm, [installed(bookworm, 'zlib', '1:1.2.13')], records).worst).toMatchObject(
        {
          state: 'affected-no-fix',
          status,
          note: 'Minor issue',
        },
      );
    },
  );

  it('9: a fix that is announced and not installed is not there', () => {
    const records = [statement(bookworm, 'curl', { intervals: [interval('7.88.1-10+deb12u99')] })];

    expect(
      ask(bookworm, [installed(bookworm, 'curl', '7.88.1-10+deb12u5')], records).worst,
    ).toMatchObject({ state: 'affected-fix-available', fixed: '7.88.1-10+deb12u99' });
  });

  it('10: the tracker speaks where OSV is silent', () => {
    const records = [statement(bookworm, 'glib2.0', { status: 'not-affected', intervals: [] })];

    expect(
      ask(bookworm, [installed(bookworm, 'glib2.0', '2.74.6-2')], records).worst,
    ).toMatchObject({
      state: 'vendor-says-not-affected',
      because: 'never-affected',
    });
  });

  it('11: zeros before a number do not count in PEP 440', () => {
    const certifi = (events: Record<string, string>[], other = {}) => [
      osv({ id: 'PYSEC-2', affected: [osvAffected('PyPI', 'certifi', events, other)] }),
    ];
    const of = (version: string, records: ReturnType<typeof certifi>) =>
      ask(bookworm, [installed('PyPI', 'certifi', version)], records).packages[0]?.verdict.state;

    expect(of('2022.12.7', certifi(fixed('2022.12.07')))).toBe('vendor-says-not-affected');
    expect(of('2022.12.7', certifi([], { versions: ['2022.12.07'] }))).toBe('affected-no-fix');
  });

  it('12: a jar is matched by its coordinates, and not by half of them', () => {
    const records = [
      osv({
        id: 'GHSA-jfh8-c2jp-5v3q',
        aliases: ['CVE-2021-44228'],
        affected: [
          osvAffected('Maven', 'org.apache.logging.log4j:log4j-core', [
            { introduced: '2.13.0' },
            { fixed: '2.15.0' },
            { introduced: '2.0-beta9' },
            { fixed: '2.3.1' },
            { introduced: '2.4' },
            { fixed: '2.12.2' },
          ]),
        ],
      }),
    ];
    const of = (name: string, version: string) =>
      ask(bookworm, [installed('Maven', name, version)], records).packages[0]?.verdict;

    expect(of('org.apache.logging.log4j:log4j-core', '2.14.1')).toMatchObject({ fixed: '2.15.0' });
    expect(of('org.apache.logging.log4j:log4j-core', '2.12.2')?.state).toBe(
      'vendor-says-not-affected',
    );
    expect(of('org.apache.logging.log4j:log4j-core', '1.2.17')?.state).toBe(
      'vendor-says-not-affected',
    );
    expect(of('log4j-core', '2.14.1')).toBeUndefined();
  });

  it('13: an old version of Go that is real is affected, and a development version is not known', () => {
    const records = [
      osv({
        id: 'GO-1',
        affected: [
          osvAffected('Go', 'stdlib', fixed('1.17.3'), {
            ecosystem_specific: { imports: [{ path: 'archive/zip' }] },
          }),
        ],
      }),
    ];
    const of = (version: string) =>
      ask(bookworm, [installed('Go', 'stdlib', version)], records).packages[0]?.verdict;

    expect(of('go1.17.2')?.state).toBe('affected-fix-available');
    expect(of('devel +a1b2c3')).toMatchObject({ state: 'unknown', reason: 'unparsable-version' });
  });

  it('14: what is built from an affected source says that it is that source', () => {
    const data = installed(bookworm, 'emacs-common', '1:28.2+1-15', { sourceName: 'emacs' });

    expect(ask(bookworm, [data], [statement(bookworm, 'emacs', {})]).packages).toMatchObject([
      { verdict: { record: { package: 'emacs', through: 'source' } } },
    ]);
  });
});

const interval = (version: string) => ({ introduced: null, fixed: version, lastAffected: null });

describe('details that decide right or wrong', () => {
  it('the fix of another suite does not make a rebuilt package vulnerable', () => {
    const records = [
      osv({
        id: 'DSA-1',
        affected: [
          osvAffected('Debian:13', 'thunderbird', fixed('1:153.7.0esr-1')),
          osvAffected(bookworm, 'thunderbird', fixed('1:153.7.0esr-1~deb12u1')),
        ],
      }),
    ];
    const mail = installed(bookworm, 'thunderbird', '1:153.7.0esr-1~deb12u1');

    expect(ask(bookworm, [mail], records).worst).toMatchObject({
      state: 'vendor-says-not-affected',
      because: 'fixed',
    });
  });

  it('upstream’s range is never applied to a version of a distribution', () => {
    const upstream = osv({
      id: 'BIT-xz-2024-3094',
      affected: [osvAffected('Bitnami', 'xz-utils', [{ introduced: '5.6.0' }, { fixed: '5.6.2' }])],
    });
    const really = installed(bookworm, 'xz-utils', '5.6.1+really5.4.5-1');

    expect(ask(bookworm, [really], [upstream]).packages).toEqual([]);
  });

  // The record as Ubuntu published it in July 2025, shortened to what decides.
  const xz = (other: Record<string, unknown>) =>
    osv({
      id: 'UBUNTU-CVE-2024-3094',
      upstream: ['CVE-2024-3094'],
      affected: [
        osvAffected('Ubuntu:20.04:LTS', 'xz-utils', fixed('5.2.4-1ubuntu1.1'), {
          versions: ['5.2.4-1', '5.2.4-1ubuntu1'],
        }),
      ],
      references: [{ type: 'REPORT', url: 'https://ubuntu.com/security/CVE-2024-3094' }],
      ...other,
    });
  const focal = 'Ubuntu:20.04:LTS';
  const onFocal = (version: string, record: ReturnType<typeof xz>) =>
    ask(focal, [installed(focal, 'xz-utils', version)], [record]).worst;

  it('focal never had the backdoor of xz, whatever its record says literally', () => {
    expect(onFocal('5.2.4-1', xz({}))).toMatchObject({ state: 'unknown', reason: 'older-unclear' });
    expect(onFocal('5.2.4-1ubuntu1.1', xz({})).state).toBe('vendor-says-not-affected');
    expect(onFocal('5.2.4-1', xz({ withdrawn: '2025-07-18T16:56:17Z' }))).toMatchObject({
      state: 'unknown',
      reason: 'withdrawn',
    });
  });

  it('what Ubuntu repaired with a notice is affected below', () => {
    expect(onFocal('5.2.4-1', xz({ related: ['USN-5378-2'] })).state).toBe(
      'affected-fix-available',
    );
  });

  it('fixed at 0 was never affected', () => {
    const never = osv({ id: 'X-1', affected: [osvAffected(bookworm, 'xz-utils', fixed('0'))] });

    expect(
      ask(bookworm, [installed(bookworm, 'xz-utils', '5.4.1-0.2')], [never]).worst,
    ).toMatchObject({
      state: 'vendor-says-not-affected',
      because: 'never-affected',
    });
  });

  const alma = 'AlmaLinux:8';
  const rpm = (name: string, version: string, sourceName: string) =>
    installed(alma, name, version, { sourceName });

  it('a record that names some binaries of a source speaks for their siblings', () => {
    const record = osv({
      id: 'ALSA-2022:0896',
      summary: 'Moderate: glibc security update',
      related: ['CVE-2022-23218'],
      affected: [osvAffected(alma, 'glibc-utils', fixed('2.28-164.el8_5.3'))],
    });
    const of = (version: string) =>
      ask(alma, [rpm('glibc-common', version, 'glibc')], [record]).worst;

    expect(of('2.28-164.el8')).toMatchObject({
      state: 'affected-fix-available',
      record: { package: 'glibc-utils', through: 'sibling' },
    });
    expect(of('2.28-164.el8_5.3').state).toBe('vendor-says-not-affected');
  });

  it('and not for a source that only has the beginning of a name in common', () => {
    const record = osv({
      id: 'ALSA-1',
      affected: [osvAffected(alma, 'perl-Git', fixed('2.47.3-1.el8'))],
    });

    expect(ask(alma, [rpm('perl-libs', '4:5.26.3-422.el8', 'perl')], [record]).worst.state).toBe(
      'not-present',
    );
  });

  it('a package of another module stream is not judged by version alone', () => {
    const record = osv({
      id: 'ALSA-2',
      summary: 'Important: postgresql:12 security update',
      affected: [osvAffected(alma, 'postgresql', fixed('12.11-2.module_el8.6.0+1153+eb826827'))],
    });
    const of = (version: string) =>
      ask(alma, [rpm('postgresql', version, 'postgresql')], [record]).worst;

    expect(of('12.5-1.module_el8.3.0+2041+d1f204ad').state).toBe('affected-fix-available');
    expect(of('10.17-1.module_el8.4.0+2411+31ab1d4f')).toMatchObject({
      state: 'unknown',
      reason: 'module-stream',
      note: 'postgresql:12',
    });
    expect(of('12.5-1.el8')).toMatchObject({ state: 'unknown', reason: 'module-stream' });
  });

  it.each(['ALBA-2024:1', 'ALEA-2024:1'])('%s is no vulnerability', (id) => {
    const record = osv({
      id,
      related: ['CVE-2024-1'],
      affected: [osvAffected(alma, 'bash', fixed('9-1'))],
    });

    expect(ask(alma, [rpm('bash', '4.4.20-4.el8', 'bash')], [record]).worst).toMatchObject({
      state: 'unknown',
      reason: 'no-record',
    });
  });

  it.each([
    ['a module whose record names no package of it', [], false, 'unknown'],
    ['the program itself', [], true, 'affected-fix-available'],
    ['a package that can be imported', ['example.org/m/ssh'], false, 'affected-fix-available'],
    ['a package that nobody can import', ['example.org/m/internal/x'], false, 'unknown'],
  ])('Go: %s', (_, paths, isMainModule, state) => {
    const record = osv({
      id: 'GO-2',
      affected: [
        osvAffected('Go', 'example.org/m', fixed('1.2.0'), {
          ecosystem_specific: { imports: paths.map((path) => ({ path })) },
        }),
      ],
    });
    const module = installed('Go', 'example.org/m', 'v1.1.0', { isMainModule });

    expect(ask(bookworm, [module], [record]).packages[0]?.verdict.state).toBe(state);
  });
});

describe('the order of evaluation', () => {
  const records = [statement(bookworm, 'openssl', { intervals: [interval('3.0.11-1')] })];
  const openssl = [installed(bookworm, 'openssl', '3.0.11-1')];

  it('asks first whether anything was read', () => {
    const image = ask(bookworm, [], records, { packages: unread('rpm database of an old format') });

    expect(image.worst).toMatchObject({
      state: 'unknown',
      reason: 'not-inventoried',
      note: 'rpm database of an old format',
    });
  });

  it('asks whether a feed covers the release', () => {
    const inventory = {
      ecosystem: read('Debian:11'),
      packages: read([]),
      whole: null,
      endedOn: null,
    };

    expect(matchVulnerability(inventory, prepareRecords(records), []).worst).toMatchObject({
      state: 'unknown',
      reason: 'not-covered',
    });
  });

  it('calls nothing present where none of the named packages is there', () => {
    expect(ask(bookworm, [installed(bookworm, 'bash', '5.2')], records).worst).toMatchObject({
      state: 'not-present',
      record: { id: 'VENDOR-1', package: 'openssl' },
    });
  });

  it('makes no "no" of an old feed, and keeps a "yes"', () => {
    const stale = { isStale: true };
    const old = [installed(bookworm, 'openssl', '3.0.9-1')];

    expect(ask(bookworm, openssl, records).worst.state).toBe('vendor-says-not-affected');
    expect(ask(bookworm, openssl, records, stale)).toMatchObject({
      worst: { state: 'unknown', reason: 'feed-stale' },
      packages: [{ verdict: { reason: 'feed-stale' } }],
    });
    expect(ask(bookworm, [], records, stale).worst).toMatchObject({ reason: 'feed-stale' });
    expect(ask(bookworm, old, records, stale).worst.state).toBe('affected-fix-available');
  });

  it('takes silence on a release past its end for what it is', () => {
    expect(ask(bookworm, openssl, [], { endedOn: '2024-06-30' }).worst).toMatchObject({
      state: 'unknown',
      reason: 'end-of-life',
      note: `${bookworm} ended on 2024-06-30`,
    });
  });

  it('makes no "no" of a release past its end, but of what was repaired, and keeps a "yes"', () => {
    const past = { endedOn: '2024-06-30' };
    const old = [installed(bookworm, 'openssl', '3.0.9-1')];
    const never = [statement(bookworm, 'openssl', { status: 'not-affected' })];

    expect(ask(bookworm, openssl, records, past).worst).toMatchObject({ because: 'fixed' });
    expect(ask(bookworm, old, records, past).worst.state).toBe('affected-fix-available');
    expect(ask(bookworm, openssl, never, past)).toMatchObject({
      worst: { state: 'unknown', reason: 'end-of-life' },
      packages: [{ verdict: { reason: 'end-of-life' } }],
    });
    expect(ask(bookworm, [], records, past).worst).toMatchObject({ reason: 'end-of-life' });
    expect(ask(bookworm, openssl, never).worst.state).toBe('vendor-says-not-affected');
  });

  it('lets a release that has ended say nothing of its libraries', () => {
    const record = osv({
      id: 'GHSA-2',
      affected: [osvAffected('npm', 'lodash', fixed('4.17.21'))],
    });
    const lodash = [installed('npm', 'lodash', '4.17.21', { found: { paths: [], purl: 'x' } })];
    const whole = { unseenOf: () => null, programs: [], isWithoutSystem: false };
    const image = ask(bookworm, lodash, [record], { whole, endedOn: '2024-06-30' });
    expect(image.packages).toMatchObject([{ verdict: { because: 'fixed' } }]);
  });

  it('says that languages were not read where the record is of one', () => {
    const record = osv({
      id: 'GHSA-2',
      affected: [osvAffected('npm', 'lodash', fixed('4.17.21'))],
    });
    const image = ask(bookworm, [], [record, ...records], { whole: null });

    expect(image.worst).toMatchObject({ state: 'unknown', reason: 'languages-not-inventoried' });
  });

  it('shows the worst of several, and keeps the others', () => {
    const both = [
      installed(bookworm, 'openssl', '3.0.11-1'),
      installed(bookworm, 'libssl3', '3.0.9-1', {
        sourceName: 'openssl',
        sourceVersion: '3.0.9-1',
      }),
    ];
    const image = ask(bookworm, both, records);

    expect(image.worst.state).toBe('affected-fix-available');
    expect(image.packages.map(({ verdict }) => verdict.state)).toEqual([
      'affected-fix-available',
      'vendor-says-not-affected',
    ]);
  });

  it('puts the vendor’s word before versions', () => {
    const said = [
      statement(bookworm, 'openssl', { status: 'not-affected', intervals: [] }),
      statement(bookworm, 'openssl', {}),
    ];

    expect(ask(bookworm, openssl, said).worst.state).toBe('vendor-says-not-affected');
    expect(
      ask(bookworm, openssl, [statement(bookworm, 'openssl', { status: 'undetermined' })]).worst,
    ).toMatchObject({ state: 'unknown', reason: 'undetermined' });
  });

  it('does not guess where a version cannot be compared', () => {
    const strange = installed(bookworm, 'openssl', 'not a version', {
      sourceVersion: 'not a version',
    });

    expect(ask(bookworm, [strange], records).worst).toMatchObject({
      state: 'unknown',
      reason: 'unparsable-version',
    });
  });

  it('does not guess where a record names no version', () => {
    const bare = [statement(bookworm, 'openssl', { intervals: [] })];

    expect(ask(bookworm, openssl, bare).worst).toMatchObject({
      state: 'unknown',
      reason: 'no-version',
    });
  });
});
