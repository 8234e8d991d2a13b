import { compareVersions } from './version-order.ts';

/** `2.69-7.el10_1.1`: what was built, for which major and minor release, and how often it was built again there. */
const TAGGED = /^(.{1,500})\.(el\d{1,3})_(\d{1,3})((?:\.\d{1,9}){0,3})$/;

/** The minor release in whose name a version of Enterprise Linux was built, e.g. `el10_1`; null where it names none. */
export function minorReleaseOf(version: string): string | null {
  const [, , major, minor] = TAGGED.exec(version) ?? [];
  return major === undefined ? null : `${major}_${minor}`;
}

/**
 * True where `other` is the same build as `fixed` for another minor release, so that both have the same repair, and
 * `version` has that of its own one. The number of a minor release makes one of them newer, and nothing else.
 */
export function hasRepairOfItsMinor(version: string, fixed: string, other: string): boolean {
  const [, build, major, minor] = TAGGED.exec(fixed) ?? [];
  const [, otherBuild, otherMajor, otherMinor] = TAGGED.exec(other) ?? [];
  if (build === undefined || build !== otherBuild || major !== otherMajor || minor === otherMinor) {
    return false;
  }
  return (
    minorReleaseOf(version) === `${major}_${minor}` &&
    (compareVersions('rpm', version, fixed) ?? -1) >= 0
  );
}
