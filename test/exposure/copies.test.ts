import { copiesOf } from '../../src/exposure/installed.ts';
import { byVersion, exposureQuestion } from '../../src/inspections/exposure-question.ts';
import { ask, installed, osv, osvAffected } from '../support/exposure-records.ts';

// A copy that lies beside what is installed makes nobody affected, and nothing of it a “no”.

const record = osv({
  id: 'GHSA-5j98-mcp5-4vw2',
  aliases: ['CVE-2025-64756'],
  affected: [osvAffected('npm', 'glob', [{ introduced: '10.2.0' }, { fixed: '10.5.0' }])],
});
const at = 'usr/lib/node_modules/pnpm/dist/node_modules/glob/package.json';
const copy = (name: string, version: string, ecosystem: 'npm' | 'PyPI' = 'npm') => ({
  ...{ path: at, reason: '', ecosystem },
  copies: [{ name, version }],
});
const withCopies = (...unread: ReturnType<typeof copy>[]) => ({
  whole: {
    unseenOf: () => null,
    copies: copiesOf({ unread }),
    ...{ programs: [], isWithoutSystem: true },
  },
});
const about = (packages: string[], ...unread: ReturnType<typeof copy>[]) =>
  ask(
    'Debian:12',
    packages.map((version) => installed('npm', 'glob', version)),
    [record],
    withCopies(...unread),
  ).worst;

it.each([
  ['not installed', [], copy('glob', '10.4.5')],
  ['installed repaired', ['11.1.0'], copy('glob', '10.4.5')],
  ['of no version that can be compared', [], copy('glob', 'latest')],
])('an affected one of what is %s is unknown', (_, packages, unread) => {
  expect(about(packages, unread)).toMatchObject({
    ...{ state: 'unknown', reason: 'copy-beside', record: { id: 'GHSA-5j98-mcp5-4vw2' } },
    note: `${at}: glob ${unread.copies[0]?.version}`,
  });
});

it('one that is not affected changes nothing, nor does one of another language, nor any where more is affected', () => {
  expect(about([], copy('glob', '10.5.0'))).toMatchObject({ state: 'not-present' });
  expect(about(['11.1.0'], copy('glob', '7.2.3'))).toMatchObject({
    state: 'vendor-says-not-affected',
  });
  expect(about([], copy('glob', '10.4.5', 'PyPI'))).toMatchObject({ state: 'not-present' });
  expect(about(['10.3.0'], copy('glob', '10.4.5'))).toMatchObject({
    state: 'affected-fix-available',
  });
});

it('of a library that only a distribution has a record of it is there', () => {
  const debian = osv({
    id: 'DEBIAN-CVE-2025-64756',
    upstream: ['CVE-2025-64756'],
    affected: [osvAffected('Debian:12', 'node-glob', [{ introduced: '0' }, { fixed: '8.0.3-2' }])],
  });
  const { worst } = ask('Debian:12', [], [debian], withCopies(copy('glob', '10.4.5')));
  expect(worst).toMatchObject({ state: 'unknown', reason: 'no-record' });
});

it.each([
  ['glob', 'unknown'],
  ['glob<10.5.0', 'unknown'],
  ['glob=10.4.5', 'unknown'],
  ['glob>=10.5.0', 'not-present'],
  ['globby', 'not-present'],
])('asked for by its name, %s, it is %s', (text, state) => {
  const asked = exposureQuestion([text]);
  if (asked.kind !== 'package') throw new Error('no package');
  const judged = byVersion(asked)({
    inventory: {
      ...{ manager: 'dpkg', packages: [], unread: null },
      operatingSystem: { id: 'debian', versionId: '12', prettyName: 'Debian 12' },
    },
    filesystem: { id: 1, cut: null, components: [], unread: [copy('glob', '10.4.5')] },
    ...{ readFrom: 'image', reason: null, listed: null },
  } as never);
  expect(judged.state).toBe(state);
});
