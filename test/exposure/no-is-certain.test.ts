import { matchVulnerability } from '../../src/exposure/match.ts';
import { feedOfJson } from '../../src/feeds/make-feed.ts';
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
      [statement(alpine, 'openssl', { intervals: until('3.3.0-r1') }, { source })],
      feeds.map(([name, isStale]) => ({ source: name, ecosystem: alpine, isStale })),
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
