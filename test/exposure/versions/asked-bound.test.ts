import fc from 'fast-check';
import type { VersionScheme } from '../../../src/exposure/advisory.ts';
import { versionSchemes } from '../../../src/exposure/advisory.ts';
import { compareWithBound } from '../../../src/exposure/versions/asked-bound.ts';
import { compareVersions } from '../../../src/exposure/versions/version-order.ts';
import { runs } from '../../support/long-run.ts';

const signs = (scheme: VersionScheme, installed: string, bound: string) =>
  compareWithBound(scheme, installed, bound).orders.map((order) => order && Math.sign(order));
const sign = (scheme: VersionScheme, a: string, b: string) =>
  Math.sign(compareVersions(scheme, a, b) ?? Number.NaN);

// What packages of Debian 12, Ubuntu 24.04, Alpine 3.20 and AlmaLinux 9 are called.
it.each<[VersionScheme, installed: string, bound: string, order: number, compared: string | null]>([
  ['deb', '1:9.2p1-2+deb12u2', '9.8', -1, '9.2p1'],
  ['deb', '1:9.2p1-2+deb12u2', '9.2p1', 0, '9.2p1'],
  ['deb', '1:9.2p1-2+deb12u2', '9.2p1-2+deb12u3', -1, '9.2p1-2+deb12u2'],
  ['deb', '1:9.2p1-2+deb12u2', '1:9.2p1', 0, '1:9.2p1'],
  ['deb', '1:9.2p1-2+deb12u2', '1:9.2p1-2+deb12u2', 0, null],
  ['deb', '9.2p1-2', '1:9.0', -1, '0:9.2p1'],
  ['deb', '1:1.2.13.dfsg-1', '1.3', -1, '1.2.13'],
  ['deb', '1:1.2.13.dfsg-1', '1.2.13', 0, '1.2.13'],
  ['deb', '1:1.2.13.dfsg-1', '1.2.13.dfsg', 0, '1.2.13.dfsg'],
  ['deb', '18.19.0+dfsg-6~deb12u1', '18.19.0', 0, '18.19.0'],
  ['deb', '2.39.2+ds1-1', '2.39.2', 0, '2.39.2'],
  ['deb', '12.4+deb12u5', '12.4', 0, '12.4'],
  ['deb', '13ubuntu10.1', '13', 0, '13'],
  ['deb', '5.6.1+really5.4.5-1', '5.6', -1, '5.4.5'],
  ['deb', '3.0.7-1', '3.0.7', 0, '3.0.7'],
  ['deb', '3.0.7~rc1-1', '3.0.7', -1, '3.0.7~rc1'],
  ['rpm', '1:3.0.1-43.el9_0', '3.0.7', -1, '3.0.1'],
  ['rpm', '1:3.0.7-18.el9_2', '3.0.7', 0, '3.0.7'],
  ['rpm', '1:3.0.7-18.el9_2', '3.0.7-16.el9', 1, '3.0.7-18.el9_2'],
  ['apk', '3.3.0-r2', '3.3.0', 0, '3.3.0'],
  ['apk', '3.3.0-r2', '3.3.0-r3', -1, null],
  ['apk', '9.7_p1-r4', '9.8', -1, '9.7_p1'],
  ['apk', '9.7_p1-r4', '9.7p1', 0, '9.7_p1'],
  ['apk', '1.9.17_p1-r0', '1.9.17p2', -1, '1.9.17_p1'],
  ['apk', '3.0.0_rc1-r0', '3.0.0-rc1', 0, '3.0.0_rc1'],
  ['apk', '3.0.0-r0', '3.0.0-rc1', 1, '3.0.0'],
  ['pep440', '2.6.0+cu124', '2.6.0', 0, '2.6.0'],
  ['pep440', '2.6.0+cu124', '2.6.0+cpu', 1, null],
  ['semver', '4.17.20', '4.17.21', -1, null],
  ['maven', '2.14.1', '2.15.0', -1, null],
])('%s: %s stands to %s', (scheme, installed, bound, order, compared) => {
  expect(signs(scheme, installed, bound)).toEqual([order]);
  expect(compareWithBound(scheme, installed, bound).compared).toBe(compared);
});

it('reads a bound with a hyphen in both ways where upstream has one too', () => {
  expect(signs('deb', '1.2-3-1', '1.2-3')).toEqual([1, 0]);
  expect(signs('deb', '1.2-3-1', '1.2-3-1')).toEqual([0]);
});

const number = fc.nat({ max: 30 }).map(String);
const numbers = fc.array(number, { minLength: 1, maxLength: 4 }).map((some) => some.join('.'));
const epochs = fc.nat({ max: 3 }).map(String);
const times = { numRuns: runs(500, 100_000) };

describe.each(['deb', 'rpm'] as const)('a bound of %s', (scheme) => {
  const whole = fc.tuple(epochs, numbers, numbers);

  it('counts what it names, and nothing else', () => {
    fc.assert(
      fc.property(whole, whole, ([e, u, r], [f, v, s]) => {
        const installed = `${e}:${u}-${r}`;
        expect(signs(scheme, installed, v)).toEqual([sign(scheme, u, v)]);
        expect(signs(scheme, installed, `${f}:${v}`)).toEqual([
          sign(scheme, `${e}:${u}`, `${f}:${v}`),
        ]);
        expect(signs(scheme, installed, `${v}-${s}`)).toEqual([
          sign(scheme, `${u}-${r}`, `${v}-${s}`),
        ]);
        const all = `${f}:${v}-${s}`;
        expect(signs(scheme, installed, all)).toEqual([sign(scheme, installed, all)]);
      }),
      times,
    );
  });
});

it('counts a revision of apk where it names one', () => {
  fc.assert(
    fc.property(numbers, number, numbers, number, (u, r, v, s) => {
      const installed = `${u}-r${r}`;
      expect(signs('apk', installed, v)).toEqual([sign('apk', u, v)]);
      const all = `${v}-r${s}`;
      expect(signs('apk', installed, all)).toEqual([sign('apk', installed, all)]);
    }),
    times,
  );
});

it.each(versionSchemes.filter((one) => !['deb', 'rpm', 'apk'].includes(one)))(
  'compares versions of %s as they are',
  (scheme) => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), numbers, (text, bound) => {
        // Of Python a build counts only where the bound has one.
        const installed = text.replaceAll('+', '');
        expect(compareWithBound(scheme, installed, bound)).toEqual({
          orders: [compareVersions(scheme, installed, bound)],
          compared: null,
        });
      }),
      times,
    );
  },
);

it.each(['latest', '', '1:', '-', '1-'])('says nothing of “%s”', (bound) => {
  for (const scheme of ['deb', 'rpm', 'apk'] as const) {
    if (bound === 'latest' && scheme === 'rpm') continue;
    expect(signs(scheme, '1:1.0-1', bound)).toContain(null);
  }
});
