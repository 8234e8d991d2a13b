import { parseRedhatVex } from '../../src/exposure/parse-redhat-vex.ts';
import { ask, exposedBy, installed, osv, osvAffected } from '../support/exposure-records.ts';
import { redhatOf } from '../support/vendor-documents.ts';

// AlmaLinux’s errata of CVE-2026-4878, shortened: one repair, built for 10.1 and again for 10.2.

const alma = 'AlmaLinux:10';
const erratum = (id: string, fixed: string) =>
  osv({
    ...{ id, related: ['CVE-2026-4878'] },
    affected: [osvAffected(alma, 'libcap', [{ introduced: '0' }, { fixed }])],
  });

const states = (version: string, fixes: readonly string[]) => {
  const records = fixes.map((fixed, index) => erratum(`ALSA-2026:${index}`, fixed));
  const own = installed(alma, 'libcap', version);
  const all = [records, records.toReversed()].map((some) => ask(alma, [own], some).worst.state);
  const exposed = exposedBy([own], records).map(({ verdict }) => verdict.state);
  expect(exposed).toEqual(all.slice(0, 1).filter((state) => state.startsWith('affected')));
  return [...new Set(all)];
};

it.each([
  ['2.69-7.el10_1.1', 'vendor-says-not-affected'],
  ['2.69-7.el10_1.2', 'vendor-says-not-affected'],
  ['2.69-7.el10_2.1', 'vendor-says-not-affected'],
  ['2.69-7.el10_1', 'affected-fix-available'],
  ['2.69-7.el10_2', 'affected-fix-available'],
  ['2.69-7.el10', 'affected-fix-available'],
  ['2.69-6.el10_1.9', 'affected-fix-available'],
  ['2.69-7.el10_0.9', 'affected-fix-available'],
])('%s, repaired in el10_1.1 and in el10_2.1, is %s', (version, state) => {
  expect(states(version, ['2.69-7.el10_1.1', '2.69-7.el10_2.1'])).toEqual([state]);
});

it.each([
  ['another version', '2.69-7.el10_1.1', ['2.69-7.el10_1.1', '2.70-7.el10_2.1']],
  ['another build', '2.69-7.el10_1.1', ['2.69-7.el10_1.1', '2.69-8.el10_2.1']],
  ['the same minor release', '2.69-7.el10_1.1', ['2.69-7.el10_1.1', '2.69-7.el10_1.3']],
  [
    'the release without a minor one',
    '2.69-7.el10_1.1',
    ['2.69-7.el10_1.1', '2.69-7.el10_2.1', '2.69-9.el10'],
  ],
  ['another major release', '2.69-7.el10_1.1', ['2.69-7.el10_1.1', '2.69-7.el11_2.1']],
])('a later fix of %s counts', (_, version, fixes) => {
  expect(states(version, fixes)).toEqual(['affected-fix-available']);
});

it('holds for the document of Red Hat too', () => {
  const release = 'Red Hat:enterprise_linux:10';
  const parsed = parseRedhatVex(
    redhatOf(10, {
      fixed: ['libcap@2.69-7.el10_1.1?arch=x86_64', 'libcap@2.69-7.el10_2.1?arch=x86_64'],
    }),
  );
  if (parsed.state === 'unread') throw new Error(parsed.reason);
  const on = (version: string) =>
    ask(release, [installed(release, 'libcap', version)], [parsed.value]).worst.state;
  expect(on('2.69-7.el10_1.1')).toBe('vendor-says-not-affected');
  expect(on('2.69-7.el10_1')).toBe('affected-fix-available');
});
