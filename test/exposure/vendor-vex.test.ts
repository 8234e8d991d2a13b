import type { AdvisoryRecord } from '../../src/exposure/advisory.ts';
import { parseRedhatVex } from '../../src/exposure/parse-redhat-vex.ts';
import { parseUbuntuVex } from '../../src/exposure/parse-ubuntu-vex.ts';
import type { Reading } from '../../src/shared/reading.ts';
import { ask, exposedBy, installed, osv, osvAffected } from '../support/exposure-records.ts';
import { redhatMany, redhatOf, ubuntuMany, ubuntuXz } from '../support/vendor-documents.ts';

function right(parsed: Reading<AdvisoryRecord>): AdvisoryRecord {
  if (parsed.state === 'unread') throw new Error(parsed.reason);
  return parsed.value;
}
const rowsOf = ({ affected }: AdvisoryRecord) =>
  affected.map(({ ecosystem, nameKind, name, status, statusNote, intervals }) =>
    [
      ecosystem,
      nameKind,
      name,
      status,
      statusNote,
      intervals.map(({ fixed }) => fixed ?? 'open').join(),
    ]
      .filter(Boolean)
      .join(' | '),
  );

describe('Ubuntu', () => {
  const focal = 'Ubuntu:20.04:LTS';
  const on = (release: string, name: string, version: string, record: AdvisoryRecord) =>
    ask(
      release,
      [installed(release, `lib${name}`, version, { sourceName: name, sourceVersion: version })],
      [record],
    ).worst;

  it('says of each release what was decided, in its own words, by source', () => {
    const record = right(parseUbuntuVex(ubuntuMany()));
    expect(record.advisory).toMatchObject({
      ...{ id: 'UBUNTU-CVE-2024-2000', upstream: ['CVE-2024-2000'], source: 'ubuntu-vex' },
      ...{ modified: '2025-07-01T05:45:05.213Z', licence: 'CC-BY-SA-4.0' },
    });
    expect(rowsOf(record)).toEqual([
      'Ubuntu:22.04:LTS | source | curl | affected | This package (for the given release) was vulnerable, but an update has been uploaded and published. | 7.81.0-1ubuntu1.16',
      'Ubuntu:20.04:LTS | source | curl | ignored | This package (for the given release) is vulnerable to the CVE, the problem is understood, but the Ubuntu Security Team decided to not fix it. | open',
      'Ubuntu:24.04:LTS | source | curl | open | This package (for the given release) is vulnerable to the CVE and needs fixing. | open',
      'Ubuntu:25.04 | source | curl | undetermined',
    ]);
    expect(on('Ubuntu:22.04:LTS', 'curl', '7.81.0-1ubuntu1.15', record)).toMatchObject({
      ...{ state: 'affected-fix-available', fixed: '7.81.0-1ubuntu1.16' },
    });
    expect(on(focal, 'curl', '7.68.0-1ubuntu2.25', record)).toMatchObject({
      ...{
        state: 'affected-no-fix',
        status: 'ignored',
        note: expect.stringContaining('decided to not fix it'),
      },
    });
    expect(on('Ubuntu:25.04', 'curl', '8', record)).toMatchObject({ reason: 'undetermined' });
  });

  /** In their order, each as `<status> <version> <distro>`. */
  const documentOf = (...said: readonly string[]) => {
    const [first] = ubuntuMany().statements;
    const statements = said.map((one) => {
      const [status = '', version = '', distro = ''] = one.split(' ');
      const url = `pkg:deb/ubuntu/openssl@${version}?arch=source&distro=${distro}`;
      const action_statement = 'This package is vulnerable to the CVE and needs fixing.';
      return { ...first, products: [{ '@id': url }], status, action_statement };
    });
    return { ...ubuntuMany(), statements };
  };
  const jammy = 'Ubuntu:22.04:LTS';

  it.each([
    ...['fips/jammy', 'fips-updates/jammy', 'realtime/jammy', 'bluefield/jammy', 'jammy/fips'],
    ...['esm-apps/jammy', 'fips/22.04', 'fips-jammy', 'ubuntu/fips/jammy'],
  ])('%s is another archive than that of the release', (distro) => {
    const record = right(
      parseUbuntuVex(documentOf('affected 3.0.2-0ubuntu1.18 jammy', `fixed 3.0.2-0u1 ${distro}`)),
    );
    expect(rowsOf(record)).toEqual([
      expect.stringMatching(/^Ubuntu:22.04:LTS \| source \| openssl \| open/),
    ]);
    expect(on(jammy, 'openssl', '3.0.2-0ubuntu1.18', record).state).toBe('affected-no-fix');
    expect(right(parseUbuntuVex(documentOf(`fixed 3-1 ${distro}`))).affected).toEqual([]);
  });

  it.each([
    ['affected 3-5 jammy', 'fixed 3-6 jammy', '3-7', 'affected-no-fix'],
    ['affected 3-5 jammy', 'not_affected 3-6 jammy', '3-7', 'affected-no-fix'],
    ['affected 3-5 jammy', 'under_investigation 3-6 jammy', '3-7', 'affected-no-fix'],
    ['fixed 3-5 jammy', 'under_investigation 3-6 jammy', '3-7', 'unknown'],
    ['fixed 3-5 jammy', 'fixed 3-6 jammy', '3-5', 'affected-fix-available'],
    ['fixed 3-5 jammy', 'not_affected 3-4 jammy', '3-4', 'affected-fix-available'],
    ['not_affected 3-5 jammy', 'not_affected 3-6 jammy', '3-5', 'unknown'],
  ])('of two rows the stricter counts, whichever is last: %s, %s', (a, b, version, state) => {
    for (const said of [
      [a, b],
      [b, a],
    ]) {
      const record = right(parseUbuntuVex(documentOf(...said)));
      expect(on(jammy, 'openssl', version, record).state).toBe(state);
    }
  });

  it('never has the backdoor of xz on focal, and says why', () => {
    const record = right(parseUbuntuVex(ubuntuXz()));
    expect(on(focal, 'xz-utils', '5.2.4-1ubuntu1.1', record)).toMatchObject({
      ...{ state: 'vendor-says-not-affected', because: 'never-affected' },
      note: expect.stringMatching(/^The affected version of xz-utils was only in noble-proposed/),
    });
    expect(on(focal, 'xz-utils', '5.2.4-1ubuntu1', record)).toMatchObject({
      ...{ state: 'unknown', reason: 'older-unclear' },
    });
    // What is for paying users alone says nothing of the release that all have.
    expect(record.affected.map(({ ecosystem }) => ecosystem)).toEqual([focal, 'Ubuntu:24.04:LTS']);
    // Beside OSV’s record of the same, which literally says that focal was affected.
    const literal = osv({
      ...{ id: 'UBUNTU-CVE-2024-3094', upstream: ['CVE-2024-3094'] },
      affected: [
        osvAffected(focal, 'xz-utils', [{ introduced: '0' }, { fixed: '5.2.4-1ubuntu1.1' }]),
      ],
    });
    for (const version of ['5.2.4-1', '5.2.4-1ubuntu1', '5.2.4-1ubuntu1.1']) {
      const { state } = ask(
        focal,
        [installed(focal, 'xz-utils', version)],
        [literal, record],
      ).worst;
      expect(state).not.toMatch(/^affected/);
    }
  });
});

describe('Red Hat', () => {
  const red9 = 'Red Hat:enterprise_linux:9';
  const record = right(parseRedhatVex(redhatMany()));
  const on = (name: string, version: string, source = name) =>
    ask(
      red9,
      [installed(red9, name, version, { sourceName: source, sourceVersion: version })],
      [record],
    ).worst;

  it('says of each release what is fixed, and what is not, without extended support', () => {
    expect(record.advisory).toMatchObject({
      ...{ id: 'REDHAT-CVE-2024-2000', source: 'redhat-vex', summary: 'openssl: a flaw' },
      ...{ modified: '2026-11-18T03:00:00.000Z', severities: [{ type: 'CVSS_V3' }] },
    });
    expect(rowsOf(record)).toEqual([
      `${red9} | binary | openssl-libs | affected | 1:3.0.7-27.el9`,
      `${red9} | source | gcc | postponed | Fix deferred | open`,
      `${red9} | source | emacs | ignored | Will not fix | open`,
      `${red9} | source | vim | undetermined`,
      `${red9} | source | nano | not-affected | vulnerable_code_not_present`,
    ]);
  });

  it('answers for packages and for all that are built from one source', () => {
    expect(on('openssl-libs', '1:3.0.7-18.el9_2', 'openssl')).toMatchObject({
      ...{ state: 'affected-fix-available', fixed: '1:3.0.7-27.el9' },
    });
    expect(on('openssl-libs', '1:3.0.7-27.el9', 'openssl').state).toBe('vendor-says-not-affected');
    // A sibling that the record leaves out.
    expect(on('openssl-devel', '1:3.0.7-18.el9', 'openssl').state).not.toBe('not-present');
    for (const sibling of ['libgcc', 'libstdc++', 'gcc']) {
      expect(on(sibling, '11.4.1-3.el9', 'gcc')).toMatchObject({
        ...{ state: 'affected-no-fix', status: 'postponed', note: 'Fix deferred' },
      });
    }
    expect(on('emacs-filesystem', '1:27.2-9.el9', 'emacs')).toMatchObject({ note: 'Will not fix' });
    expect(on('nano', '5.6.1-5.el9')).toMatchObject({
      ...{ state: 'vendor-says-not-affected', note: 'vulnerable_code_not_present' },
    });
    expect(on('vim-minimal', '2:8.2', 'vim')).toMatchObject({ reason: 'undetermined' });
  });

  it.each([
    ['gcc', '11.4.1-3.el9', 'gcc: postponed, Fix deferred'],
    ['emacs-filesystem', '1:27.2-9.el9', 'emacs: ignored, Will not fix'],
    ['vim-minimal', '2:8.2', 'vim: being looked at'],
    ['openssl-libs', '1:3.0.7-18.el9_2', 'openssl-libs: affected below 1:3.0.7-27.el9'],
  ])(
    'is named on what is built from its sources, and decides nothing there: %s',
    (name, version, note) => {
      const [sourceName = ''] = name.split('-');
      const record = right(parseRedhatVex(redhatMany()));
      const alma = 'AlmaLinux:9';
      const other = osv({
        ...{ id: 'ALSA-1', related: ['CVE-2024-2000'] },
        affected: [osvAffected(alma, 'bash', [{ introduced: '0' }, { fixed: '9-1' }])],
      });
      for (const records of [[record], [record, other]]) {
        for (const release of [alma, 'Rocky Linux:9']) {
          const { worst } = ask(
            release,
            [installed(release, name, version, { sourceName })],
            records,
          );
          expect(worst).toMatchObject({ state: 'unknown', reason: 'of-upstream', note });
          expect(worst.record).toMatchObject({ source: 'redhat-vex', ecosystem: red9 });
        }
      }
      const fixed = ask(
        alma,
        [installed(alma, 'openssl-libs', '1:3.0.7-27.el9', { sourceName: 'openssl' })],
        [record],
      );
      expect(fixed.worst).toMatchObject({ state: 'unknown', reason: 'no-record' });
      expect(ask(alma, [installed(alma, 'nano', '5')], [record]).worst.state).toBe('unknown');
      expect(
        ask('AlmaLinux:8', [installed('AlmaLinux:8', 'gcc', '1')], [record]).worst,
      ).toMatchObject({
        reason: 'no-record',
      });
    },
  );

  it('a package may have records that name it and records that name its source', () => {
    const other = osv({
      ...{ id: 'RHSA-1', upstream: ['CVE-2024-2000'] },
      affected: [
        osvAffected('Red Hat:enterprise_linux:9::appstream', 'libgcc', [
          { introduced: '0' },
          { fixed: '0:12-1.el9' },
        ]),
      ],
    });
    const { packages } = ask(
      red9,
      [installed(red9, 'libgcc', '11-1.el9', { sourceName: 'gcc' })],
      [other],
    );
    expect(packages[0]?.verdict.state).toBe('affected-fix-available');
  });
});

describe('Red Hat’s modules', () => {
  const red8 = 'Red Hat:enterprise_linux:8';
  const fix18 = 'nodejs@18.20.2-1.module%2Bel8.9.0?arch=x86_64&epoch=1&rpmmod=nodejs:18:809:a75';
  const npm18 = 'npm@10.5.0-1.18.20.2.1.module%2Bel8.9.0?arch=x86_64&epoch=1&rpmmod=nodejs:18:809';
  const of16 = 'nodejs?arch=src&rpmmod=nodejs:16';
  const node = (version: string, name = 'nodejs', own = version) =>
    installed(red8, name, own, { sourceName: 'nodejs', sourceVersion: version });
  const old18 = node('1:18.14.2-2.module+el8.7.0');
  const new18 = node('1:18.20.2-1.module+el8.9.0');
  const any16 = node('1:16.20.2-4.module+el8.9.0');
  const npmOf18 = node('1:18.14.2-2.module+el8.7.0', 'npm', '1:9.5.0-1.18.14.2.2.module+el8.7.0');

  it.each([
    ['known_not_affected', any16, { state: 'vendor-says-not-affected', because: 'never-affected' }],
    ['known_affected', any16, { state: 'affected-no-fix' }],
    ['under_investigation', any16, { state: 'unknown', reason: 'undetermined' }],
  ])('%s of one stream is not said of another', (status, own, said) => {
    const record = right(parseRedhatVex(redhatOf(8, { fixed: [fix18, npm18], [status]: [of16] })));
    const on = (one: ReturnType<typeof node>) => {
      const { worst } = ask(red8, [one], [record]);
      const [exposed] = exposedBy([one], [record]);
      expect(exposed?.verdict.state).toBe(worst.state.match(/^affected.*/)?.[0]);
      return worst;
    };
    expect(on(old18)).toMatchObject({ state: 'affected-fix-available' });
    expect(on(npmOf18)).toMatchObject({ state: 'affected-fix-available' });
    expect(on(new18)).toMatchObject({ state: 'vendor-says-not-affected', because: 'fixed' });
    expect(on(own)).toMatchObject(said);
    // Of a third stream nothing is said.
    expect(on(node('1:20.1.0-1.module+el8.9.0'))).toMatchObject({ reason: 'module-stream' });
  });

  it('a stream may stand in the id alone', () => {
    const document = redhatOf(8, { known_not_affected: ['nodejs?arch=src'] }, 'nodejs:16/');
    const record = right(parseRedhatVex(document));
    expect(ask(red8, [old18], [record]).worst).toMatchObject({ reason: 'module-stream' });
    expect(ask(red8, [any16], [record]).worst.state).toBe('vendor-says-not-affected');
  });
});

describe('Red Hat’s sources and packages', () => {
  const red9 = 'Red Hat:enterprise_linux:9';
  const on = (statuses: Record<string, string[]>, name: string, version: string, source: string) =>
    ask(
      red9,
      [installed(red9, name, version, { sourceName: source, sourceVersion: version })],
      [right(parseRedhatVex(redhatOf(9, statuses)))],
    ).worst;
  const libs = 'openssl-libs@3.0.7-27.el9?arch=x86_64&epoch=1';

  it('a package without an architecture is one that is installed', () => {
    expect(on({ known_affected: ['libgcc'] }, 'libgcc', '11.3.1-4.3.el9', 'gcc')).toMatchObject({
      state: 'affected-no-fix',
    });
    expect(on({ known_not_affected: ['libgcc'] }, 'libgcc', '11-1.el9', 'gcc').state).toBe(
      'vendor-says-not-affected',
    );
  });

  it.each(['known_not_affected', 'known_affected', 'under_investigation'])(
    'that one of them is %s is not said of the others',
    (status) => {
      expect(on({ [status]: ['openssl'] }, 'openssl-libs', '1:3-1.el9', 'openssl')).toMatchObject({
        ...{ state: 'unknown', reason: 'sibling' },
      });
      expect(
        on({ fixed: [libs], [status]: ['openssl'] }, 'openssl-libs', '1:3.0.7-18.el9', 'openssl'),
      ).toMatchObject({ state: 'affected-fix-available' });
    },
  );

  it('what was repaired, or is affected elsewhere in the release, is not cleared by a word', () => {
    const clears = { known_not_affected: ['openssl-libs', 'openssl?arch=src'] };
    const source = 'openssl@3.0.7-27.el9?arch=src&epoch=1';
    const [name, version] = ['openssl-libs', '1:3.0.7-18.el9'] as const;
    expect(on({ fixed: [libs, source], ...clears }, name, version, 'openssl')).toMatchObject({
      state: 'affected-fix-available',
    });
    const open = { fixed: [libs], known_affected: ['openssl-libs'], ...clears };
    expect(on(open, name, '1:3.0.7-27.el9', 'openssl').state).toBe('affected-no-fix');
  });
});

it.each([
  ['no vulnerability', redhatMany({ vulnerabilities: [] })],
  [
    'two vulnerabilities',
    redhatMany({ vulnerabilities: [{ cve: 'CVE-1-1' }, { cve: 'CVE-1-2' }] }),
  ],
  ['no document', redhatMany({ document: {} })],
  ['nothing', null],
])('refuses %s', (_what, value) => {
  expect(parseRedhatVex(value).state).toBe('unread');
  expect(parseUbuntuVex(value).state).toBe('unread');
});
