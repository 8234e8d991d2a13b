import fc from 'fast-check';
import { type VersionScheme, versionSchemes } from '../../../src/exposure/advisory.ts';
import { apkOrder } from '../../../src/exposure/versions/apk.ts';
import { debOrder } from '../../../src/exposure/versions/deb.ts';
import { mavenOrder } from '../../../src/exposure/versions/maven.ts';
import type { VersionOrder } from '../../../src/exposure/versions/order.ts';
import { packagistOrder } from '../../../src/exposure/versions/packagist.ts';
import { pep440Order } from '../../../src/exposure/versions/pep440.ts';
import { rpmOrder } from '../../../src/exposure/versions/rpm.ts';
import { rubygemsOrder } from '../../../src/exposure/versions/rubygems.ts';
import { goOrder, semverOrder } from '../../../src/exposure/versions/semver.ts';
import { compareVersions } from '../../../src/exposure/versions/version-order.ts';
import { runs } from '../../support/long-run.ts';
import { processorMs } from '../../support/processor-ms.ts';

const orders: Record<VersionScheme, VersionOrder> = {
  deb: debOrder,
  rpm: rpmOrder,
  apk: apkOrder,
  pep440: pep440Order,
  rubygems: rubygemsOrder,
  maven: mavenOrder,
  semver: semverOrder,
  go: goOrder,
  packagist: packagistOrder,
};

const piece = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 12 }).map(String) },
  { weight: 6, arbitrary: fc.constantFrom('.', '.', '-', '+', '~', '_', ':', '^', '!') },
  { weight: 2, arbitrary: fc.constantFrom('a', 'b', 'm', 'z', 'X', 'rc', 'alpha', 'post', 'dev') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('0', '00', '007', '-r1', '_p1', '_rc', 'el9', 'sp', 'ga'),
  },
  { weight: 1, arbitrary: fc.constantFrom('99999999999999999999', 'ß', ' ', 'go', 'v', '~abc') },
);
const version = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join(''));

/** A word behind a dot, or nothing: Maven’s reference goes round there, as the test below shows. */
const GOES_ROUND = /\.(?!\d)/;

describe.each(versionSchemes)('the order of %s', (scheme) => {
  const { compare } = orders[scheme];
  const times = { numRuns: runs(500, 200_000) };

  it('turns around when its sides do', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(Math.sign(compare(a, b))).toBe(-Math.sign(compare(b, a)) + 0);
        expect(compare(a, a)).toBe(0);
      }),
      times,
    );
  });

  it('is one of a line', () => {
    const one = version.filter((text) => scheme !== 'maven' || !GOES_ROUND.test(text));
    fc.assert(
      fc.property(one, one, one, (...three) => {
        const [a, b, c] = three.sort(compare) as [string, string, string];
        expect([compare(a, b), compare(b, c), compare(a, c)].every((one) => one <= 0)).toBe(true);
      }),
      times,
    );
  });

  it.each(['9', '0', '1.', '1-', '1a', '~', '^', '.', '-', '_p', '1_rc2', '=', '\u{1f4a5}'])(
    'takes a thousand characters of "%s" like any other',
    (part) => {
      const long = part.repeat(1_000).slice(0, 1_000);
      const compareOften = () => {
        for (let count = 0; count < 20; count += 1) compare(`1${long}`, `1${long}2`);
      };
      expect(processorMs(compareOften)[0]).toBeLessThan(2_000);
    },
  );

  it('takes digits that no number holds', () => {
    const digits = '9'.repeat(400);
    expect(compareVersions(scheme, `1.${digits}`, `1.${digits.slice(1)}8`)).toBeGreaterThan(0);
  });

  it.each(['', ' ', '1 || 2', '$(x)', '1\n2', `1${'.1'.repeat(500)}`])(
    'says nothing of "%s"',
    (foreign) => {
      expect(compareVersions(scheme, foreign, '1.0')).toBeNull();
      expect(compareVersions(scheme, '1.0', foreign)).toBeNull();
    },
  );
});

test('by Maven’s reference a word behind a dot is older than one behind a hyphen, however old that is', () => {
  const round = ['1.x', '1-alpha', '1', '1.x'];
  const steps = round.slice(1).map((one, at) => compareVersions('maven', round[at] ?? '', one));
  expect(steps.map((step) => Math.sign(step ?? 0))).toEqual([-1, -1, -1]);
});
