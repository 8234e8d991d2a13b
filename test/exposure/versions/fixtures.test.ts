import { apkOrder } from '../../../src/exposure/versions/apk.ts';
import { debOrder } from '../../../src/exposure/versions/deb.ts';
import { mavenOrder } from '../../../src/exposure/versions/maven.ts';
import type { VersionOrder } from '../../../src/exposure/versions/order.ts';
import { packagistOrder } from '../../../src/exposure/versions/packagist.ts';
import { pep440Order } from '../../../src/exposure/versions/pep440.ts';
import { rpmOrder } from '../../../src/exposure/versions/rpm.ts';
import { rubygemsOrder } from '../../../src/exposure/versions/rubygems.ts';
import { goOrder, semverOrder } from '../../../src/exposure/versions/semver.ts';
import { fixtureLines } from '../../support/exposure-fixtures.ts';

interface Line {
  a: string;
  sign: string;
  b: string;
}

const signs = { '-1': '<', 0: '=', 1: '>' } as Record<string, string>;
const signOf = (answer: number): string => signs[Math.sign(answer)] ?? '';

function linesOf(scheme: string): Line[] {
  return fixtureLines(`versions/${scheme}.txt`).map((line) => {
    const [, a = '', sign = '', b = ''] = /^(.*) ([<=>]) (.*)$/.exec(line) ?? [];
    return { a, sign, b };
  });
}

/** What a comparator answers in another way than the line says, in both directions. */
function wrongIn(order: VersionOrder, lines: readonly Line[]): string[] {
  const opposite: Record<string, string> = { '<': '>', '=': '=', '>': '<' };
  return lines
    .filter(
      ({ a, sign, b }) =>
        signOf(order.compare(a, b)) !== sign || signOf(order.compare(b, a)) !== opposite[sign],
    )
    .map(({ a, sign, b }) => `${a} ${sign} ${b}`);
}

describe('the order of versions', () => {
  it.each([
    ['deb', debOrder, 14_472],
    ['rpm', rpmOrder, 165],
    ['apk', apkOrder, 14_757],
    ['maven', mavenOrder, 14_854],
    ['pep440', pep440Order, 12_412],
    ['rubygems', rubygemsOrder, 4_123],
    ['semver', semverOrder, 86],
    ['packagist', packagistOrder, 10_725],
  ])('of %s is right on every line', (scheme, order, count) => {
    const lines = linesOf(scheme);

    expect(lines).toHaveLength(count);
    expect(wrongIn(order, lines)).toEqual([]);
  });

  it('of Go is that of SemVer', () => {
    expect(wrongIn(goOrder, linesOf('semver'))).toEqual([]);
  });

  it('of deb is what dpkg answers', () => {
    const lines = fixtureLines('dpkg-pairs.tsv').map((line) => {
      const [, a = '', b = '', answer = ''] = line.split('\t');
      return { a, sign: signs[answer] ?? '', b };
    });

    expect(lines).toHaveLength(300);
    expect(wrongIn(debOrder, lines)).toEqual([]);
  });
});

describe('versions that the tool of their scheme refuses', () => {
  const improper = (scheme: string, order: VersionOrder) => {
    const versions = linesOf(scheme).flatMap(({ a, b }) => [a, b]);
    return [...new Set(versions.filter((version) => !order.isProper(version)))];
  };

  it.each([
    ['deb', debOrder, 0],
    // What Alpine’s own archive holds is proper, `1.9.5p2-r1` included.
    ['apk', apkOrder, 38],
    ['maven', mavenOrder, 0],
    // As many distinct ones as `packaging` 26.2 calls invalid.
    ['pep440', pep440Order, 72],
    ['rubygems', rubygemsOrder, 2],
    ['semver', semverOrder, 1],
  ])('of %s are as many as it refuses', (scheme, order, count) => {
    expect(improper(scheme, order)).toHaveLength(count);
  });
});

/**
 * The reference of the POM and Maven 3.9.9 itself (`ComparableVersion`, asked with these lines) differ
 * in 19 of them: the program takes `.RC` for `-RC`, the reference does not. OSV matches by the reference.
 */
const otherInMaven = [
  '1-1 = 1-ga-1',
  '1.0.0-RC16 < 1.0.0.RC8-beta',
  '1.0.0-gradle-rework-beta3 < 1.0.0.RC7-3',
  '2.9.0-1 < 2.9.0.RC1',
  '6.1.12.rc5 < 6.1.12rc1',
  '1.1.31.sec10 < 1.1.31_noneautotype',
  '1.1.34.sec10 < 1.1.34_noneautotype',
  '1.1.46.sec10 < 1.1.46_noneautotype',
  '1.2.8.sec10_noneautotype < 1.2.8_noneautotype',
  '1.2.31.sec10 < 1.2.31_noneautotype',
  '1.2.48.sec10 < 1.2.48_noneautotype',
  '1.2.50.sec10 < 1.2.50_noneautotype',
  '1.2.54.sec10 < 1.2.54_noneautotype',
  '1.2.57.sec10 < 1.2.57_noneautotype',
  '1.2.60.sec10 < 1.2.60_noneautotype',
  '1.2.67.sec10 < 1.2.67_noneautotype',
  '1.0.0rc0 < 1.0.beta8',
  '1.5.9.RC1 < 1.5.9-RC0',
  '1.1.0-01-glassfish < 1.1.0.Beta1',
];

it('where Maven’s reference and its program differ, the reference is followed', () => {
  const lines = linesOf('maven').filter(({ a, sign, b }) =>
    otherInMaven.includes(`${a} ${sign} ${b}`),
  );

  expect(lines).toHaveLength(otherInMaven.length);
  expect(wrongIn(mavenOrder, lines)).toEqual([]);
});
