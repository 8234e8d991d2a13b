import { once } from '../../shared/once.ts';
import type { VersionScheme } from '../advisory.ts';
import { apkOrder } from './apk.ts';
import { debOrder } from './deb.ts';
import { mavenOrder } from './maven.ts';
import { cutAt, VERSION_CHARACTERS_MAX, type VersionOrder } from './order.ts';
import { packagistOrder } from './packagist.ts';
import { pep440Order } from './pep440.ts';
import { rpmOrder } from './rpm.ts';
import { rubygemsOrder } from './rubygems.ts';
import { goOrder, semverOrder } from './semver.ts';

const orders: Readonly<Record<VersionScheme, VersionOrder>> = {
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

/**
 * Compares two versions of a scheme: negative when `a` is older, 0 when they are equal, positive when
 * it is newer. Null where one of them is no version of the scheme, or longer than 1,000 characters:
 * nothing follows from where such a one would stand.
 */
export const compareVersions = (scheme: VersionScheme, a: string, b: string): number | null =>
  compareRead(readVersion(scheme, a), readVersion(scheme, b));

/** A version that was looked at once, however many it is compared with. */
export interface ReadVersion {
  scheme: VersionScheme;
  text: string;
  /** False for what is no version of the scheme, or too long. */
  isProper: boolean;
  /** What the scheme compares of it. */
  parts: unknown;
}

/** Looks at a version of a scheme. */
export function readVersion(scheme: VersionScheme, text: string): ReadVersion {
  const order = orders[scheme];
  const isVersion = isProper(order, text);
  return { scheme, text, isProper: isVersion, parts: isVersion && order.byParts?.partsOf(text) };
}

/** Looks at each version once, of however many packages and records it is. */
export function versionReader(): (scheme: VersionScheme, text: string) => ReadVersion {
  const known = new Map<VersionScheme, (text: string) => ReadVersion>();
  return (scheme, text) => {
    const ofScheme = known.get(scheme) ?? once((one: string) => readVersion(scheme, one));
    known.set(scheme, ofScheme);
    return ofScheme(text);
  };
}

/** As `compareVersions`, for two of one scheme. */
export function compareRead(a: ReadVersion, b: ReadVersion): number | null {
  if (!a.isProper || !b.isProper) return null;
  if (a.text === b.text) return 0;
  const order = orders[a.scheme];
  return order.byParts?.compare(a.parts, b.parts) ?? order.compare(a.text, b.text);
}

/**
 * As `compareRead`, and null as well where Maven’s reference and Maven itself put two in another order: for the one a word
 * behind a dot is older than behind a hyphen (`1.0.Final.redhat-1` than `1.0.Final`), for the other it is the same.
 */
export function compareSurely(a: ReadVersion, b: ReadVersion): number | null {
  const order = compareRead(a, b);
  if (order === null || a.scheme !== 'maven') return order;
  const other = mavenOrder.compare(withHyphens(a.text), withHyphens(b.text));
  return Math.sign(other) === Math.sign(order) ? order : null;
}

const withHyphens = (version: string): string => version.replace(/\.(?=[a-z])/gi, '-');

const isProper = (order: VersionOrder, version: string): boolean =>
  version.length <= VERSION_CHARACTERS_MAX && order.isProper(version);

/**
 * As `compareSurely`, for "this version" and "up to this version": a name without a local part stands for all builds
 * of it, `2.6.0` for `2.6.0+cu124`, as PEP 440 says.
 */
export function compareWithNamed(
  scheme: VersionScheme,
  version: string,
  named: string,
): number | null {
  const isOfBuilds = scheme === 'pep440' && !named.includes('+');
  const own = isOfBuilds ? cutAt(version, '+')[0] : version;
  return compareSurely(readVersion(scheme, own), readVersion(scheme, named));
}
