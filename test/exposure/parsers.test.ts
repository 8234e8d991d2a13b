import fc from 'fast-check';
import { parseAlpineSecdb } from '../../src/exposure/parse-alpine-secdb.ts';
import { parseDebianTracker } from '../../src/exposure/parse-debian-tracker.ts';
import { epssDay, parseEpssLine, parseKev } from '../../src/exposure/parse-kev.ts';
import { parseOsv } from '../../src/exposure/parse-osv.ts';
import { ask, installed, osv, osvAffected } from '../support/exposure-records.ts';
import { runs } from '../support/long-run.ts';

// Every record here is written by hand, true in form to the real ones.

describe('a record of OSV', () => {
  it('becomes an advisory with its packages', () => {
    const record = osv({
      id: 'ALSA-2024:1690',
      summary: 'Important: varnish:6 security update',
      published: '2024-04-08T00:00:00Z',
      modified: '2024-04-09 01:02:03.456789+02:00',
      related: ['CVE-2024-30156'],
      affected: [
        osvAffected('AlmaLinux:8', 'varnish', [
          { introduced: '0' },
          { fixed: '6.0.13-1.module_el8.9.0+3786+1f7e2d7a' },
        ]),
      ],
    });

    expect(record).toEqual({
      advisory: {
        id: 'ALSA-2024:1690',
        aliases: [],
        upstream: [],
        related: ['CVE-2024-30156'],
        kind: 'vulnerability',
        summary: 'Important: varnish:6 security update',
        published: '2024-04-08T00:00:00.000Z',
        modified: '2024-04-08T23:02:03.456Z',
        withdrawn: null,
        severities: [],
        source: 'osv/test',
        licence: 'MIT',
      },
      affected: [
        {
          ecosystem: 'AlmaLinux:8',
          name: 'varnish',
          nameKind: 'binary',
          scheme: 'rpm',
          intervals: [
            {
              introduced: null,
              fixed: '6.0.13-1.module_el8.9.0+3786+1f7e2d7a',
              lastAffected: null,
            },
          ],
          versions: [],
          status: 'affected',
          statusNote: '',
          stream: 'varnish:6',
          isOlderUnclear: false,
          imports: [],
        },
      ],
    });
  });

  const intervals = (ecosystem: string, events: Record<string, string>[]) =>
    osv({ id: 'X-1', affected: [osvAffected(ecosystem, 'x', events)] }).affected[0]?.intervals;

  it('has its intervals in order, however its events stand', () => {
    const expected = [
      { introduced: null, fixed: '1.2', lastAffected: null },
      { introduced: '2.0', fixed: null, lastAffected: '2.10' },
      { introduced: '3.0', fixed: null, lastAffected: null },
    ];
    const events = [
      { introduced: '0' },
      { fixed: '1.2' },
      { introduced: '2.0' },
      { last_affected: '2.10' },
      { introduced: '3.0' },
    ];

    expect(intervals('npm', events)).toEqual(expected);
    expect(intervals('npm', events.toReversed())).toEqual(expected);
  });

  it('goes on where it began twice', () => {
    expect(
      intervals('Bitnami', [{ introduced: '1.0.0' }, { introduced: '2.0.0' }, { fixed: '3.0.0' }]),
    ).toEqual([{ introduced: '1.0.0', fixed: '3.0.0', lastAffected: null }]);
  });

  it('keeps of Red Hat the release, and of Ubuntu’s other archives that they are others', () => {
    const record = osv({
      id: 'X-2',
      affected: [
        osvAffected('Red Hat:enterprise_linux:9::appstream', 'x', [{ introduced: '0' }]),
        osvAffected('Ubuntu:Pro:FIPS:16.04:LTS', 'x', [{ introduced: '0' }]),
        osvAffected('NuGet', 'x/x', [{ introduced: '0' }]),
        { ranges: [{ type: 'GIT', events: [{ introduced: '0' }] }] },
      ],
    });

    expect(record.affected.map(({ ecosystem }) => ecosystem)).toEqual([
      'Red Hat:enterprise_linux:9',
      'Ubuntu:Pro:FIPS:16.04:LTS',
    ]);
  });

  it('of malware is told from a vulnerability', () => {
    expect(osv({ id: 'MAL-2025-1' }).advisory.kind).toBe('malware');
  });

  it.each([
    [null, 'expected a record, got null'],
    [{}, 'expected a text at .id, got nothing'],
    [{ id: '' }, 'expected 1 to 128 characters at .id, got string'],
    [{ id: 'X', modified: 'yesterday' }, 'expected a time at .modified, got string'],
    [{ id: 'X', affected: {} }, 'expected a list at .affected, got record'],
    [
      { id: 'X', affected: [{ package: { ecosystem: 'npm' } }] },
      'expected a text at .affected[0].package.name, got nothing',
    ],
    [
      { id: 'X', aliases: Array(5_001).fill('Y') },
      'expected at most 5000 items at .aliases, got list',
    ],
  ])('of another shape is refused with its reason', (value, reason) => {
    expect(parseOsv('osv/test', value)).toEqual({ state: 'unread', reason: `osv/test: ${reason}` });
  });

  it.each([
    { severity: [{ type: 'CVSS_V3', score: null }] },
    { severity: 'HIGH' },
    { related: [3], aliases: ['y'.repeat(200), 'CVE-2026-1'] },
    { published: 'yesterday', summary: 5 },
  ])('is not lost for a part that decides nothing: %j', (part) => {
    const affected = [osvAffected('npm', 'x', [{ introduced: '0' }])];

    expect(osv({ id: 'X', aliases: ['CVE-2026-1'], affected, ...part })).toMatchObject({
      ...{ advisory: { aliases: ['CVE-2026-1'], related: [], severities: [], summary: '' } },
      affected: [{ name: 'x' }],
    });
  });

  it.each([
    [osvAffected('npm', 'x', [{ fixed: 'y'.repeat(1_001) }])],
    [{ package: { ecosystem: 'npm', name: 'x' }, ranges: [{ events: [{ introduced: '0' }] }] }],
    [{ package: { ecosystem: 'npm', name: 'x' }, versions: ['1.0.0', 2] }],
  ])('names the packages whose versions nobody understands', (affected) => {
    const { worst } = ask(
      'Debian:12',
      [installed('npm', 'x', '1.0.0')],
      [osv({ id: 'X', affected: [affected] })],
    );

    expect(worst).toMatchObject({ state: 'unknown', reason: 'no-version' });
  });

  it('that lists versions is about them, whatever its range says', () => {
    const affected = osvAffected('npm', 'x', [{ introduced: '0' }, { fixed: '0' }], {
      versions: ['1.0.0'],
    });
    const { packages } = ask(
      'Debian:12',
      [installed('npm', 'x', '1.0.0')],
      [osv({ id: 'X', affected: [affected] })],
    );

    expect(packages[0]?.verdict.state).toBe('affected-no-fix');
  });

  it('never throws, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, affected) => {
        for (const one of [value, { id: 'X', affected }, { id: 'X', affected: [affected] }]) {
          expect(['read', 'unread']).toContain(parseOsv('osv/test', one).state);
        }
      }),
      { numRuns: runs(300, 50_000) },
    );
  });
});

describe('the tracker of Debian', () => {
  const tracker = {
    zlib: {
      'CVE-2023-45853': {
        scope: 'remote',
        releases: {
          bookworm: {
            status: 'open',
            repositories: { bookworm: '1:1.2.13.dfsg-1' },
            urgency: 'unimportant',
            nodsa: 'contrib/minizip not built',
            nodsa_reason: 'ignored',
          },
          trixie: { status: 'resolved', fixed_version: '1:1.3.dfsg+really1.3.1-1' },
          sid: { status: 'resolved', fixed_version: '1:1.3.dfsg+really1.3.1-1' },
        },
      },
    },
    'xz-utils': {
      'CVE-2024-3094': { releases: { bookworm: { status: 'resolved', fixed_version: '0' } } },
      'CVE-2025-1': { releases: { bookworm: { status: 'undetermined' } } },
      'CVE-2025-2': { releases: { bookworm: { status: 'open' } } },
      'CVE-2025-3': {
        releases: { bookworm: { status: 'open', nodsa: 'Minor', nodsa_reason: '' } },
      },
      'CVE-2025-4': {
        releases: { bookworm: { status: 'open', nodsa: 'x', nodsa_reason: 'postponed' } },
      },
      'CVE-2025-5': { releases: { bookworm: { status: 'a new word' } } },
      'CVE-2025-7': { releases: { bookworm: { status: 'resolved' } } },
      'CVE-2025-8': { releases: { bookworm: { status: 'open', nodsa: 1 } } },
    },
    broken: { 'CVE-2025-6': { releases: [] } },
  };

  it('says what is open, decided and never was', () => {
    const parsed = parseDebianTracker(tracker);

    expect(parsed.state === 'read' && parsed.value.refused).toEqual([
      'debian-tracker broken: expected a record at .*.releases, got list',
    ]);
    const said = parsed.state === 'read' ? parsed.value.records : [];
    expect(
      said.flatMap(({ advisory, affected }) =>
        affected.map(({ ecosystem, status, statusNote, intervals }) => [
          advisory.id,
          ecosystem,
          status,
          statusNote,
          intervals.map(({ fixed }) => fixed),
        ]),
      ),
    ).toEqual([
      ['DEBIAN-CVE-2023-45853', 'Debian:12', 'ignored', 'contrib/minizip not built', [null]],
      ['DEBIAN-CVE-2023-45853', 'Debian:13', 'affected', '', ['1:1.3.dfsg+really1.3.1-1']],
      ['DEBIAN-CVE-2024-3094', 'Debian:12', 'not-affected', '', []],
      ['DEBIAN-CVE-2025-1', 'Debian:12', 'undetermined', '', []],
      ['DEBIAN-CVE-2025-2', 'Debian:12', 'open', '', [null]],
      ['DEBIAN-CVE-2025-3', 'Debian:12', 'no-dsa', 'Minor', [null]],
      ['DEBIAN-CVE-2025-4', 'Debian:12', 'postponed', 'x', [null]],
      ['DEBIAN-CVE-2025-5', 'Debian:12', 'undetermined', '', []],
      ['DEBIAN-CVE-2025-7', 'Debian:12', 'undetermined', '', []],
      ['DEBIAN-CVE-2025-8', 'Debian:12', 'no-dsa', '', [null]],
    ]);
    expect(said[0]?.advisory.upstream).toEqual(['CVE-2023-45853']);
  });

  it.each([[[]], [{}], [null], [{ zlib: 1 }]])('of another shape is not an empty one', (value) => {
    expect(parseDebianTracker(value).state).toBe('unread');
  });
});

describe('secdb of Alpine', () => {
  it('says in which version of which origin something was fixed', () => {
    const parsed = parseAlpineSecdb({
      distroversion: 'v3.20',
      reponame: 'main',
      packages: [
        {
          pkg: {
            name: 'curl',
            secfixes: { '8.9.0-r0': ['CVE-2024-6197 XSA-1', 'CVE-2024-6874'], 0: ['CVE-2021-1'] },
          },
        },
        {
          pkg: {
            name: 'odd',
            secfixes: { '2-r0': 'CVE-2024-7', '3-r0': null, '4-r0': [null, 'CVE-2024-8'] },
          },
        },
        { pkg: { name: 'broken', secfixes: { 1: 3 } } },
      ],
    });

    expect(parsed.state === 'read' && parsed.value.refused).toEqual([
      'alpine-secdb v3.20 .packages[2]: expected a list at .pkg.secfixes.*, got number',
    ]);
    const records = parsed.state === 'read' ? parsed.value.records : [];
    expect(
      records.map(({ advisory, affected: [one] }) => [
        advisory.id,
        advisory.source,
        one?.ecosystem,
        one?.status,
        one?.intervals[0]?.fixed,
      ]),
    ).toEqual([
      ['ALPINE-CVE-2021-1', 'alpine-secdb/v3.20/main', 'Alpine:v3.20', 'not-affected', undefined],
      ['ALPINE-CVE-2024-6197', 'alpine-secdb/v3.20/main', 'Alpine:v3.20', 'affected', '8.9.0-r0'],
      ['ALPINE-XSA-1', 'alpine-secdb/v3.20/main', 'Alpine:v3.20', 'affected', '8.9.0-r0'],
      ['ALPINE-CVE-2024-6874', 'alpine-secdb/v3.20/main', 'Alpine:v3.20', 'affected', '8.9.0-r0'],
      ['ALPINE-CVE-2024-7', 'alpine-secdb/v3.20/main', 'Alpine:v3.20', 'affected', '2-r0'],
      ['ALPINE-CVE-2024-8', 'alpine-secdb/v3.20/main', 'Alpine:v3.20', 'affected', '4-r0'],
    ]);
  });

  it('without its release is none', () => {
    expect(parseAlpineSecdb({ packages: [] }).state).toBe('unread');
  });
});

describe('what is exploited', () => {
  it('is read from the catalogue of CISA', () => {
    const parsed = parseKev({
      catalogVersion: '2025.08.25',
      vulnerabilities: [
        {
          cveID: 'CVE-2021-44228',
          vendorProject: 'Apache',
          product: 'Log4j2',
          dateAdded: '2021-12-10',
          knownRansomwareCampaignUse: 'Known',
        },
        { cveID: 'CVE-2021-1', vendorProject: '', dateAdded: '2021-12-11' },
        { cveID: 'cve-2021-2', vendorProject: 7, dateAdded: '12/11/2021' },
        { cveID: 'none', dateAdded: '2021-12-11' },
      ],
    });

    expect(parsed).toEqual({
      state: 'read',
      value: {
        entries: [
          {
            cve: 'CVE-2021-44228',
            vendor: 'Apache',
            product: 'Log4j2',
            dateAdded: '2021-12-10',
            isUsedByRansomware: true,
          },
          {
            ...{ cve: 'CVE-2021-1', vendor: '', product: '', dateAdded: '2021-12-11' },
            isUsedByRansomware: false,
          },
          {
            ...{ cve: 'CVE-2021-2', vendor: '', product: '', dateAdded: '' },
            isUsedByRansomware: false,
          },
        ],
        refused: [expect.stringContaining('cveID')],
      },
    });
    expect(parseKev({ count: 0 }).state).toBe('unread');
  });

  it('is predicted by a line of EPSS', () => {
    expect(parseEpssLine('CVE-2021-44228,0.97565,0.99999')).toEqual({
      state: 'read',
      value: { cve: 'CVE-2021-44228', probability: 0.97565, percentile: 0.99999 },
    });
    expect(parseEpssLine('CVE-2021-1,6e-05,2e-05')).toMatchObject({
      value: { probability: 0.00006, percentile: 0.00002 },
    });
    expect(parseEpssLine('CVE-1999-0032,0.01,0.5986,2026-08-16')).toMatchObject({ state: 'read' });
    expect(parseEpssLine('cve,epss,percentile')).toBeNull();
    expect(parseEpssLine('#model_version:v2025.03.14,score_date:2026-08-16T12:55:00Z')).toBeNull();
    expect(epssDay('#model_version:v2025.03.14,score_date:2026-08-16T12:55:00Z')).toBe(
      '2026-08-16',
    );
    expect(epssDay('cve,epss,percentile')).toBeNull();
  });

  it.each(['CVE-2021-1,,0.5', 'CVE-2021-1,2.5,0.5', 'x', 'CVE-2021-1,0.1', '<html>'])(
    'is not predicted by "%s", which is no 0',
    (line) => {
      expect(parseEpssLine(line)).toMatchObject({ state: 'unread' });
    },
  );
});
