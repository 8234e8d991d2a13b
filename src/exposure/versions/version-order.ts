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
export function compareVersions(scheme: VersionScheme, a: string, b: string): number | null {
  const order = orders[scheme];
  if (!isProper(order, a)) return null;
  if (a === b) return 0;
  return isProper(order, b) ? order.compare(a, b) : null;
}

const isProper = (order: VersionOrder, version: string): boolean =>
  version.length <= VERSION_CHARACTERS_MAX && order.isProper(version);

/**
 * As `compareVersions`, for "this version" and "up to this version": a name without a local part stands for all builds
 * of it, `2.6.0` for `2.6.0+cu124`, as PEP 440 says.
 */
export function compareWithNamed(
  scheme: VersionScheme,
  version: string,
  named: string,
): number | null {
  const isOfBuilds = scheme === 'pep440' && !named.includes('+');
  return compareVersions(scheme, isOfBuilds ? cutAt(version, '+')[0] : version, named);
}
