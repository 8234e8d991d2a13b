import { compareLists, compareWords, cutAt, type VersionOrder } from './order.ts';

/**
 * The order of Semantic Versioning 2.0.0, part 11. A `v` before it and missing parts are taken for
 * what everybody means by them.
 */
export const semverOrder: VersionOrder = {
  isProper: (version) =>
    /^v?\d+(?:\.\d+){0,2}(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/.test(version),
  compare(a, b) {
    const left = partsOf(a);
    const right = partsOf(b);
    return (
      compareLists(left.numbers, right.numbers, '0', compareIdentifiers) ||
      comparePrereleases(left.prerelease, right.prerelease)
    );
  },
};

const PREFIX = /^(?:go|v)(?=\d)/;

/**
 * The order of Go modules and of Go itself. `go1.21rc2` is `1.21.0-rc.2` in advisories, and the
 * experiments that a toolchain names behind its version (` X:…`) are no part of it.
 */
export const goOrder: VersionOrder = {
  isProper: (version) => semverOrder.isProper(inSemver(version)),
  compare: (a, b) => semverOrder.compare(inSemver(a), inSemver(b)),
};

function inSemver(version: string): string {
  const plain = cutAt(version, ' X:')[0].replace(PREFIX, '');
  const candidate = /^(\d+\.\d+(?:\.\d+)?)(rc|beta)(\d+)$/.exec(plain);
  if (candidate === null) return plain;
  const [, numbers = '', word = '', number = ''] = candidate;
  return `${numbers}${numbers.split('.').length < 3 ? '.0' : ''}-${word}.${number}`;
}

function partsOf(version: string) {
  const [precedence] = cutAt(version, '+');
  const [core, prerelease] = cutAt(precedence, '-');
  // A fourth number is taken for a build, as most tools do.
  const numbers = core.replace(/^v/, '').split('.', 3);
  return { numbers, prerelease: prerelease?.split('.') ?? null };
}

/** A release is newer than what came before it. */
function comparePrereleases(a: readonly string[] | null, b: readonly string[] | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const shared = Math.min(a.length, b.length);
  const compared = compareLists(a.slice(0, shared), b.slice(0, shared), '', compareIdentifiers);
  return compared || a.length - b.length;
}

const compareIdentifiers = (a: string, b: string): number => compareWords(a, b, 1);
