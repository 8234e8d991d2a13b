import { namesOf } from '../../src/exposure/advisory.ts';
import { matchVulnerability, prepareRecords } from '../../src/exposure/match.ts';
import { isSameSoftware } from '../../src/exposure/programs.ts';
import { feedOfJson } from '../../src/feeds/make-feed.ts';
import { packagesNamed } from '../../src/inspections/judge-held.ts';
import { read } from '../../src/shared/reading.ts';
import { ask, installed, osv, osvAffected, statement } from '../support/exposure-records.ts';

// Every record here is written by hand, true in form to the real ones. The truth is what the image holds.

const jammy = 'Ubuntu:22.04:LTS';
const until = (fixed: string) => [{ introduced: null, fixed, lastAffected: null }];

describe('what Seawall does not look for', () => {
  const dotnet = statement(jammy, 'dotnet8', { intervals: until('8.0.110-0ubuntu1~22.04.1') });
  const about = (...affected: Record<string, unknown>[]) =>
    osv({ id: 'GHSA-8g4q-xg66-9fp4', aliases: ['CVE-2024-43485'], affected });
  const nuget = osvAffected('NuGet', 'System.Text.Json', [
    { introduced: '8.0.0' },
    { fixed: '8.0.5' },
  ]);
  const bash = installed(jammy, 'bash', '5.1-6ubuntu1.1');

  it.each([
    ['NuGet', [nuget]],
    ['Hex', [osvAffected('Hex', 'plug', [{ introduced: '0' }]), nuget]],
    ['GIT', [{ ranges: [{ type: 'GIT', events: [{ introduced: '0' }] }] }]],
  ])('makes a “not there” unknown, by its name: %s', (name, affected) => {
    for (const whole of [undefined, null]) {
      const { worst } = ask(jammy, [bash], [about(...affected), dotnet], {
        ...(whole === null && { whole }),
      });
      expect(worst).toMatchObject({
        ...{ state: 'unknown', reason: 'ecosystem-not-read', note: name },
      });
    }
  });

  it('comes with its feed', async () => {
    const value = { id: 'GHSA-1', modified: '2026-11-01T00:00:00Z', affected: [nuget, nuget] };
    const { rows } = await feedOfJson(value, (reason) => {
      throw new Error(reason);
    });

    for await (const row of rows) expect(row).toMatchObject({ record: { unseen: ['NuGet'] } });
    expect.assertions(1);
  });

  it('hides nothing that is affected', () => {
    const old = installed(jammy, 'dotnet8', '8.0.100-0ubuntu1~22.04.1');

    expect(ask(jammy, [old], [about(nuget), dotnet]).worst.state).toBe('affected-fix-available');
  });

  it.each(['openSUSE:Leap 15.6', 'Linux', 'Android', 'GitHub Actions'])(
    'is no system that the image is not, and nothing of its host: %s',
    (ecosystem) => {
      const other = about(osvAffected(ecosystem, 'x', [{ introduced: '0' }]));

      expect(ask(jammy, [bash], [other, dotnet]).worst.state).toBe('not-present');
    },
  );

  it('says nothing where its record was taken back', () => {
    const record = osv({
      ...{ id: 'GHSA-1', withdrawn: '2026-10-01T00:00:00Z', affected: [nuget] },
    });

    expect(ask(jammy, [bash], [record, dotnet]).worst.state).toBe('not-present');
  });
});

it.each([
  ['is not there', []],
  ['is repaired', [installed(jammy, 'openssl', '3.0.2-0ubuntu1.18')]],
])('with packages of another system in it, what %s is unknown', (_, packages) => {
  const record = statement(jammy, 'openssl', { intervals: until('3.0.2-0ubuntu1.18') });
  const whole = { unseenOf: () => null, programs: [], isWithoutSystem: false };
  const note = 'opt/chroot: packages of dpkg in a root of their own, which are not read';
  const seen = ask(jammy, packages, [record], { whole });

  expect(['not-present', 'vendor-says-not-affected']).toContain(seen.worst.state);
  expect(ask(jammy, packages, [record], { whole: { ...whole, otherSystem: note } }).worst).toEqual(
    expect.objectContaining({ state: 'unknown', reason: 'languages-partly-read', note }),
  );
});

it.each([
  ['npm', '5.0.0-beta.1', '5.0.0', 'unknown'],
  ['npm', '4.9.9', '5.0.0', 'vendor-says-not-affected'],
  ['PyPI', '2.0rc1', '2.0.0', 'unknown'],
  ['PyPI', '2.0.dev3', '2.0', 'unknown'],
  ['PyPI', '2.0rc1', '2.0rc2', 'vendor-says-not-affected'],
  ['RubyGems', '7.1.0.beta1', '7.1.0', 'unknown'],
  ['Maven', '2.0-beta9', '2.0', 'unknown'],
  ['Go', 'v1.3.0-rc.1', '1.3.0', 'unknown'],
  ['Go', 'v1.2.9', '1.3.0', 'vendor-says-not-affected'],
  ['PyPI', '1!2.0rc1', '1!2.0', 'unknown'],
  ['PyPI', '1!2.0rc1', '2!2.0', 'vendor-says-not-affected'],
  ['Go', 'go1.22rc1', '1.22.0', 'unknown'],
] as const)(
  'a candidate of the first affected version may be affected: %s %s of %s',
  (ecosystem, version, introduced, state) => {
    const record = osv({
      ...{ id: 'GHSA-1', aliases: ['CVE-2026-1'] },
      affected: [osvAffected(ecosystem, 'a', [{ introduced }, { fixed: '99.0.0' }])],
    });
    const { packages } = ask('Debian:12', [installed(ecosystem, 'a', version)], [record]);

    expect(packages.map(({ verdict }) => verdict.state)).toEqual([state]);
    if (state === 'unknown') expect(packages[0]?.verdict).toMatchObject({ reason: 'candidate' });
  },
);

it('takes no side there for the last affected version either', () => {
  const record = osv({
    ...{ id: 'GHSA-1', aliases: ['CVE-2026-1'] },
    affected: [osvAffected('Maven', 'a:b', [{ introduced: '0' }, { last_affected: '4.1.86.SP1' }])],
  });
  const stateOf = (version: string) =>
    ask('Debian:12', [installed('Maven', 'a:b', version)], [record]).packages[0]?.verdict.state;

  expect(stateOf('4.1.86-RC1')).toBe('unknown');
  expect(stateOf('4.1.86.SP1')).toBe('affected-no-fix');
  expect(stateOf('4.1.87')).toBe('vendor-says-not-affected');
});

it.each([
  // What Maven 3.9.9 itself says of each, and what its reference says, is not the same.
  ['4.1.86.Final.redhat-1', '4.1.86.Final', 'unknown'],
  ['4.1.86-RC1', '4.1.86.SP1', 'unknown'],
  ['1.2.48_noneautotype', '1.2.48.sec10', 'unknown'],
  ['4.1.86.Final-redhat-1', '4.1.86.Final', 'vendor-says-not-affected'],
  ['4.1.86.Final', '4.1.86', 'vendor-says-not-affected'],
  ['4.1.85.Final.redhat-1', '4.1.86.Final', 'affected-fix-available'],
  ['4.1.87.Final.redhat-1', '4.1.86.Final', 'vendor-says-not-affected'],
  ['9.4.0.RC1', '9.4.0.v20161208', 'affected-fix-available'],
] as const)(
  'takes no side where Maven differs from its reference: %s and %s',
  (own, fixed, state) => {
    const record = osv({
      ...{ id: 'GHSA-1', aliases: ['CVE-2026-1'] },
      affected: [osvAffected('Maven', 'a:b', [{ introduced: '0' }, { fixed }])],
    });
    const { packages } = ask('Debian:12', [installed('Maven', 'a:b', own)], [record]);

    expect(packages.map(({ verdict }) => verdict.state)).toEqual([state]);
    if (state === 'unknown')
      expect(packages[0]?.verdict).toMatchObject({ reason: 'unparsable-version' });
  },
);

it('a record that names no release makes nothing of it a “no”', () => {
  const bookworm = 'Debian:12';
  const record = osv({
    ...{ id: 'DSA-1', aliases: ['CVE-2026-1'] },
    affected: [osvAffected('Debian', 'openssl', [{ introduced: '0' }, { fixed: '3.0.12-1' }])],
  });
  const other = statement(bookworm, 'nss', {});
  const libssl = installed(bookworm, 'libssl3', '3.0.11-1', { sourceName: 'openssl' });

  expect(ask(bookworm, [libssl], [record, other]).worst).toMatchObject({
    ...{ state: 'unknown', reason: 'no-release', note: bookworm },
  });
  expect(ask(bookworm, [installed(bookworm, 'bash', '5.2-1')], [record, other]).worst.state).toBe(
    'not-present',
  );
  const decided = statement(bookworm, 'openssl', { status: 'not-affected', intervals: [] });
  expect(ask(bookworm, [libssl], [record, decided]).worst.state).toBe('vendor-says-not-affected');
});

it.each([
  ['mingw32-expat', 'expat'],
  ['compat-openssl10', 'openssl'],
])('an erratum for %s alone is silent on %s', (port, original) => {
  const alma = 'AlmaLinux:8';
  const record = statement(alma, port, { intervals: until('9-1.el8') });
  const libraries = installed(alma, `${original}-libs`, '2.2.5-4.el8', { sourceName: original });

  expect(ask(alma, [libraries], [record]).worst).toMatchObject({
    ...{ state: 'unknown', reason: 'sibling', note: port },
  });
  expect(packagesNamed([record]).sources).toContain(original);
  const own = statement(alma, `${original}-libs`, { intervals: until('2.2.5-3.el8') });
  expect(ask(alma, [libraries], [record, own]).worst.state).toBe('vendor-says-not-affected');
});

describe('a program that no package manager need have installed', () => {
  const bookworm = 'Debian:12';
  const bash = installed(bookworm, 'bash', '5.2.15-2');
  const ofSource = (name: string) =>
    statement(bookworm, name, { intervals: until('5:7.0.15-1~deb12u2') });
  const ofBitnami = (...names: string[]) =>
    osv({
      ...{ id: 'BIT-a-2026-1', aliases: ['CVE-2026-1'] },
      affected: names.map((name) => osvAffected('Bitnami', name, [{ introduced: '0' }])),
    });

  it.each(['redis', 'php8.2', 'postgresql-15', 'mariadb', 'openjdk-17'])(
    'may be where something was not read: %s',
    (name) => {
      const cut = { unseenOf: () => 'it was cut', programs: [], isWithoutSystem: false };
      expect(ask(bookworm, [bash], [ofSource(name)], { whole: cut }).worst).toMatchObject({
        ...{ state: 'unknown', reason: 'languages-partly-read' },
      });
      for (const whole of [{}, { whole: null }]) {
        expect(ask(bookworm, [bash], [ofSource(name)], whole).worst.state).toBe('not-present');
      }
    },
  );

  it('is not looked for beside the package of that name', () => {
    const own = installed(bookworm, 'redis-server', '5:7.0.15-1~deb12u2', { sourceName: 'redis' });
    expect(ask(bookworm, [own], [ofSource('redis')], { whole: null }).worst.state).toBe(
      'vendor-says-not-affected',
    );
  });

  it('is no other than the one whose package is there', () => {
    const nghttp2 = statement(bookworm, 'nghttp2', { intervals: until('1.52.0-1+deb12u1') });
    const fixed = installed(bookworm, 'libnghttp2-14', '1.52.0-1+deb12u1', {
      sourceName: 'nghttp2',
    });
    const records = [nghttp2, statement(bookworm, 'nginx', { intervals: until('1.22.1-9') })];
    const nginx = installed(bookworm, 'nginx-core', '1.22.1-9', { sourceName: 'nginx' });

    const whole = { unseenOf: () => 'it was cut', programs: [], isWithoutSystem: false };
    expect(ask(bookworm, [fixed], records, { whole }).worst).toMatchObject({
      ...{ state: 'unknown', reason: 'languages-partly-read' },
    });
    expect(ask(bookworm, [fixed, nginx], records, { whole }).worst.state).toBe(
      'vendor-says-not-affected',
    );
  });

  it('is not looked for, whatever else its record names', () => {
    for (const [known, other] of [
      ['redis', 'keydb'],
      ['nginx', 'varnish'],
    ] as const) {
      expect(ask(bookworm, [bash], [ofBitnami(known, other), ofSource('a')]).worst).toMatchObject({
        ...{ state: 'unknown', reason: 'ecosystem-not-read', note: `the program ${other}` },
      });
    }
  });

  it('is the distribution’s where that has a package of its name', () => {
    const records = [ofBitnami('git'), ofSource('git')];
    const git = installed(bookworm, 'git', '5:7.0.15-1~deb12u2');
    const part = installed(bookworm, 'git-man', '5:7.0.15-1~deb12u2', { sourceName: 'git' });

    for (const own of [git, part]) {
      expect(ask(bookworm, [own], records).worst.state).toBe('vendor-says-not-affected');
    }
    expect(ask(bookworm, [bash], records).worst).toMatchObject({
      ...{ state: 'unknown', reason: 'ecosystem-not-read', note: 'the program git' },
    });
  });

  it.each([
    ['moodle', 'moodle/moodle', 'unknown'],
    ['phpmyadmin', 'phpmyadmin/phpmyadmin', 'unknown'],
    ['joomla', 'joomla/joomla-cms', 'unknown'],
    ['drupal', 'drupal/core', 'not-present'],
    ['laravel', 'laravel/framework', 'not-present'],
  ])(
    'of PHP is listed by Composer only where it lies among what it uses: %s',
    (name, library, state) => {
      const record = osv({
        ...{ id: 'GHSA-1', aliases: ['CVE-2026-1'] },
        affected: [osvAffected('Packagist', library, [{ introduced: '0' }, { fixed: '2.0.0' }])],
      });

      expect(ask(bookworm, [bash], [ofBitnami(name), record, ofSource('a')]).worst.state).toBe(
        state,
      );
    },
  );

  it('may be one that Seawall does not know, and is then named', () => {
    for (const name of ['wordpress', 'mysql-client']) {
      const records = [ofBitnami(name), ofSource(name)];
      expect(ask(bookworm, [bash], records).worst).toMatchObject({
        ...{ state: 'unknown', reason: 'ecosystem-not-read', note: `the program ${name}` },
      });
    }
    for (const names of [['redis'], ['node', 'node-min'], ['java', 'java-min', 'jre']]) {
      expect(ask(bookworm, [bash], [ofBitnami(...names), ofSource('a')]).worst.state).toBe(
        'not-present',
      );
    }
  });

  it.each([
    ['django', 'PyPI', 'django'],
    ['superset', 'PyPI', 'apache-superset'],
    ['argo-cd', 'Go', 'github.com/argoproj/argo-cd/v2'],
    ['golang', 'Go', 'stdlib'],
    ['tomcat', 'Maven', 'org.apache.tomcat:tomcat-catalina'],
  ])('is looked for as the library that it is: %s', (name, ecosystem, library) => {
    const record = osv({
      ...{ id: 'GHSA-1', aliases: ['CVE-2026-1'] },
      affected: [osvAffected(ecosystem, library, [{ introduced: '0' }, { fixed: '2.0.0' }])],
    });
    const records = [ofBitnami(name), record, ofSource(name)];

    expect(ask(bookworm, [bash], records).worst.state).toBe('not-present');
    expect(ask(bookworm, [bash], [ofBitnami('git'), record]).worst.state).toBe('unknown');
    expect(isSameSoftware(name, { ecosystem, name: library })).toBe(true);
    expect(isSameSoftware('git', { ecosystem, name: library })).toBe(false);
  });
});

describe('one version that is written in several ways', () => {
  const on = (
    ecosystem: string,
    version: string,
    events: Record<string, string>[],
    versions: string[] = [],
  ) => {
    const record = osv({
      id: 'GHSA-1',
      affected: [osvAffected(ecosystem, 'a', events, { versions })],
    });
    const own = installed(ecosystem, 'a', version, { isMainModule: true });
    return ask(jammy, [own], [record]).packages[0]?.verdict;
  };

  it.each([
    ['PyPI', '2.6.0+cu124', '2.6.0'],
    ['PyPI', '2.6+cpu', '2.6.0'],
    ['PyPI', '1.0', '1.0.0'],
    ['Maven', '1.0', '1.0.0'],
    ['RubyGems', '1.0', '1.0.0'],
    ['Packagist', 'v5.4.0', '5.4.0'],
    ['Go', 'v1.0.0', '1.0.0'],
    ['npm', '1.0.0+build', '1.0.0'],
    [jammy, '0:1.0-1', '1.0-1'],
  ])('%s: %s is %s', (ecosystem, version, named) => {
    expect(on(ecosystem, version, [], [named])?.state).toBe('affected-no-fix');
    expect(on(ecosystem, version, [{ introduced: '0' }, { last_affected: named }])?.state).toBe(
      'affected-no-fix',
    );
  });

  it('a build that is named is that one, and a fix is in all builds of it', () => {
    expect(on('PyPI', '2.6.0+cu124', [], ['2.6.0+cpu'])?.state).toBe('vendor-says-not-affected');
    expect(on('PyPI', '2.6.0+cu124', [{ introduced: '0' }, { fixed: '2.6.0' }])?.state).toBe(
      'vendor-says-not-affected',
    );
    expect(
      on('PyPI', '2.6.1+cu124', [{ introduced: '0' }, { last_affected: '2.6.0' }]),
    ).toMatchObject({ state: 'vendor-says-not-affected' });
  });

  it('what is no version is in no list for certain', () => {
    for (const version of ['', '(devel)']) {
      expect(on('RubyGems', version, [], ['2.0.1'])).toMatchObject({
        ...{ state: 'unknown', reason: 'unparsable-version' },
      });
    }
  });
});

describe('a feed that is too old', () => {
  const alpine = 'Alpine:v3.20';
  const main = 'alpine-secdb/v3.20/main';
  const community = 'alpine-secdb/v3.20/community';
  const on = (
    source: string,
    version: string,
    feeds: readonly (readonly [name: string, isStale: boolean])[],
  ) =>
    matchVulnerability(
      {
        ...{ ecosystem: read(alpine), whole: null, endedOn: null },
        packages: read(version === '' ? [] : [installed(alpine, 'openssl', version)]),
      },
      prepareRecords([statement(alpine, 'openssl', { intervals: until('3.3.0-r1') }, { source })]),
      feeds.map(([name, isStale]) => ({ source: name, ecosystem: alpine, isStale, isPart: false })),
    ).worst;
  const old = { state: 'unknown', reason: 'feed-stale' };
  const no = { state: 'vendor-says-not-affected' };

  it.each([
    [
      'one of other packages is new',
      main,
      [
        [main, true],
        [community, false],
      ],
      old,
    ],
    [
      'one record that somebody imported is new',
      'osv/Alpine',
      [
        ['osv/Alpine', true],
        ['osv/ALPINE-CVE-1', false],
      ],
      old,
    ],
    [
      'the archive of another ecosystem that names it too is new',
      'osv/Alpine',
      [
        ['osv/Alpine', true],
        ['osv/npm', false],
      ],
      old,
    ],
    [
      'only a part of the others is new',
      'osv/Alpine',
      [
        ['osv/Alpine', true],
        [main, true],
        [community, false],
      ],
      old,
    ],
    [
      'one of all packages is new',
      main,
      [
        [main, true],
        ['osv/Alpine', false],
      ],
      no,
    ],
    [
      'all parts of another are new',
      'osv/Alpine',
      [
        ['osv/Alpine', true],
        [main, false],
        [community, false],
      ],
      no,
    ],
    [
      'it is not',
      main,
      [
        [main, false],
        [community, true],
      ],
      no,
    ],
    [
      'it is one record, and new',
      'osv/ALPINE-CVE-1',
      [
        ['osv/Alpine', true],
        ['osv/ALPINE-CVE-1', false],
      ],
      no,
    ],
  ] as const)('is no feed for a “no”, or is: %s', (_, source, feeds, said) => {
    expect(on(source, '3.3.0-r1', feeds)).toMatchObject(said);
    expect(on(source, '3.2.0-r0', feeds).state).toBe('affected-fix-available');
    expect(on(source, '', feeds).state).toBe(said === old ? 'unknown' : 'not-present');
  });
});

describe('what stands behind or before a version that a record names', () => {
  const about = (ecosystem: string, events: readonly Record<string, string>[]) =>
    osv({
      ...{ id: 'GHSA-1', aliases: ['CVE-2026-1'] },
      affected: [osvAffected(ecosystem, 'a', events)],
    });
  const stateOf = (
    ecosystem: string,
    version: string,
    events: readonly Record<string, string>[],
  ) => {
    const own = installed(ecosystem, 'a', version, { isMainModule: true });
    return ask('Debian:12', [own], [about(ecosystem, events)]).packages[0]?.verdict.state;
  };

  it.each([
    // Built without tags, as from a shallow clone, and a commit behind the last tag before.
    ['v0.0.0-20250301120000-0123456789ab', '1.3.0', 'unknown'],
    ['v0.0.0-20250301120000-0123456789ab+dirty', '1.3.0', 'unknown'],
    ['v1.2.4-0.20250301120000-0123456789ab', '1.3.0', 'unknown'],
    ['v1.2.9', '1.3.0', 'vendor-says-not-affected'],
    // Commits are in the order of their times.
    [
      'v0.0.0-20250301120000-0123456789ab',
      '0.0.0-20260301120000-ba9876543210',
      'vendor-says-not-affected',
    ],
  ])(
    'a commit of Go may have what came with a later tag: %s of %s',
    (version, introduced, state) => {
      expect(stateOf('Go', version, [{ introduced }, { fixed: '1.9.0' }])).toBe(state);
    },
  );

  it.each([
    ['0.1.dev1+g0123456', '1.3', 'unknown'],
    ['1.2.0+3.g0123456.dirty', '1.3', 'unknown'],
    ['0+unknown', '1.3', 'unknown'],
    ['1.2.0+cu118', '1.3', 'vendor-says-not-affected'],
  ])('so may one of Python: %s of %s', (version, introduced, state) => {
    expect(stateOf('PyPI', version, [{ introduced }, { fixed: '1.9.0' }])).toBe(state);
  });

  it.each([
    ['Maven', '31.1-jre', '31.1', 'unknown'],
    ['Maven', '4.1.86.Final-redhat-00001', '4.1.86.Final', 'unknown'],
    ['PyPI', '1.0.post1', '1.0', 'unknown'],
    // A commit behind it need not have what repairs it.
    ['Go', 'v1.2.4-0.20250301120000-0123456789ab', '1.2.3', 'unknown'],
    ['PyPI', '1.2.4.dev3+g0123456', '1.2.3', 'unknown'],
    ['Maven', '31.2', '31.1', 'vendor-says-not-affected'],
    ['Maven', '2.0.0', '2.0.0-rc1', 'vendor-says-not-affected'],
    ['PyPI', '1.0.1', '1.0', 'vendor-says-not-affected'],
    ['npm', '1.0.10', '1.0.1', 'vendor-says-not-affected'],
  ])(
    'a build of the last affected version is it: %s %s of %s',
    (ecosystem, version, last, state) => {
      expect(stateOf(ecosystem, version, [{ introduced: '0' }, { last_affected: last }])).toBe(
        state,
      );
    },
  );
});

it.each([
  ['0.9', [{ introduced: '0' }], 'affected-no-fix'],
  ['1.0', [{ introduced: '0' }], 'unknown'],
  ['1.0', [{ introduced: '0' }, { fixed: '0123456' }], 'vendor-says-not-affected'],
])(
  'versions that are listed for commits without an end are not all: %s',
  (version, events, state) => {
    const affected = {
      ...{ package: { ecosystem: 'PyPI', name: 'a' }, versions: ['0.8', '0.9'] },
      ranges: [{ type: 'GIT', repo: 'https://git.example/a', events }],
    };
    const record = osv({ id: 'PYSEC-2026-1', aliases: ['CVE-2026-1'], affected: [affected] });
    const { packages } = ask('Debian:12', [installed('PyPI', 'a', version)], [record]);

    expect(packages[0]?.verdict.state).toBe(state);
  },
);

it('the word of a feed that is too old does not stand against what a newer one says', () => {
  const bookworm = 'Debian:12';
  const tracker = statement(
    bookworm,
    'openssl',
    { status: 'not-affected', intervals: [] },
    { id: 'DEBIAN-CVE-2026-1', source: 'debian-tracker', modified: null },
  );
  const advisory = statement(
    bookworm,
    'openssl',
    { intervals: until('3.0.13-1') },
    { id: 'DSA-1', source: 'osv/Debian' },
  );
  const libssl = installed(bookworm, 'libssl3', '3.0.11-1', { sourceName: 'openssl' });
  const worst = (records: readonly (typeof tracker)[], isStale: boolean) =>
    matchVulnerability(
      {
        ...{ ecosystem: read(bookworm), packages: read([libssl]), endedOn: null },
        whole: { unseenOf: () => null, programs: [], isWithoutSystem: false },
      },
      prepareRecords(records),
      [
        { source: 'debian-tracker', ecosystem: bookworm, isPart: false, isStale },
        { source: 'osv/Debian', ecosystem: bookworm, isPart: false, isStale: false },
      ],
    ).worst.state;

  expect(worst([tracker, advisory], true)).toBe('affected-fix-available');
  // The advisory may be about several, of which the tracker knows that this one is none of the release.
  expect(worst([tracker, advisory], false)).toBe('vendor-says-not-affected');
  expect(worst([tracker], true)).toBe('vendor-says-not-affected');
});

it('what a database of libraries calls related is no word on it', () => {
  const record = (id: string) =>
    osv({
      ...{ id, related: ['CVE-2026-1'] },
      affected: [osvAffected('crates.io', 'a', [{ introduced: '0' }, { fixed: '1.0.0' }])],
    }).advisory;

  for (const id of ['RUSTSEC-2026-1', 'GO-2026-1', 'PYSEC-2026-1', 'GHSA-1']) {
    expect(namesOf(record(id))).toEqual([id]);
  }
  expect(namesOf(record('ALSA-2026:1'))).toEqual(['ALSA-2026:1', 'CVE-2026-1']);
});
