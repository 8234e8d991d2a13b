import type { Affected } from '../advisory.ts';
import type { InstalledPackage } from '../installed.ts';
import type { Bounds } from '../record-index.ts';
import { readVersion } from './version-order.ts';

/**
 * True where a record means a package by what it is built from, and so by the version of that. OSV’s records of Rocky
 * Linux name sources. Where one of rpm names packages, that with the name of a source has its version: rpm names the
 * source after it.
 */
export const isBySource = (
  { nameKind, scheme, name }: Pick<Affected, 'nameKind' | 'scheme' | 'name'>,
  installed: Pick<InstalledPackage, 'name' | 'sourceName'>,
): boolean =>
  nameKind === 'source' ||
  (scheme === 'rpm' && name === installed.sourceName && name !== installed.name);

const EPOCH = /^\d+(?=:)/;

/** A version of rpm without its epoch. */
export const withoutEpoch = (version: string): string => version.replace(/^\d+:/, '');

/**
 * Bounds as the version of a source is compared with them. rpm keeps that without its epoch, and a package need not
 * have the epoch of its source (`mod_ssl` has one that `httpd` has not), so where either side has none both go without.
 */
export function boundsOfSource(bounds: readonly Bounds[], sourceVersion: string): Bounds[] {
  const epoch = EPOCH.exec(sourceVersion)?.[0];
  const alike = (bound: Bounds['fixed']): Bounds['fixed'] => {
    if (bound === null || (epoch !== undefined && EPOCH.test(bound.text))) return bound;
    const bare = withoutEpoch(bound.text);
    return readVersion('rpm', epoch === undefined ? bare : `${epoch}:${bare}`);
  };
  return bounds.map(({ interval, introduced, fixed }) => ({
    ...{ interval, introduced: alike(introduced), fixed: alike(fixed) },
  }));
}

/**
 * True where a fix may have raised the epoch, so that a comparison without epochs finds it in older versions: the package
 * has the version of its source, and mostly its epoch then, and that is lower than the one of the fix. Of a package that
 * has another version nothing shows the epoch of its source, and it is taken to be that of the fix.
 */
export function mayHaveRaisedEpoch(
  fixed: string | null,
  { version, sourceVersion }: Pick<InstalledPackage, 'version' | 'sourceVersion'>,
): boolean {
  if (EPOCH.test(sourceVersion) || withoutEpoch(version) !== sourceVersion) return false;
  return epochOf(version) < epochOf(fixed ?? '');
}

const epochOf = (version: string): number => Number(EPOCH.exec(version)?.[0] ?? '0');
