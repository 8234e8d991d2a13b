import type { InstalledPackage } from './installed.ts';
import { judgeOf } from './judge.ts';
import type { NamedPackage } from './record-index.ts';
import { byWorst, type Verdict } from './verdict.ts';
import { hasRepairOfItsMinor, minorReleaseOf } from './versions/minor-release.ts';
import { isOfStream } from './versions/module-stream.ts';
import { isBySource, withoutEpoch } from './versions/rpm-source.ts';

/**
 * The worst that records of one vulnerability say of a package; undefined where none names it. What a vendor
 * said in words of just this package goes before what follows from versions alone, and what is said of other module
 * streams counts only where nothing is said of its own.
 */
export function verdictsOf(
  installed: InstalledPackage,
): (named: readonly NamedPackage[]) => Verdict | undefined {
  const judge = judgeOf(installed);
  return (named) => {
    const [first] = named;
    // Mostly there is one, which nothing goes before.
    if (first !== undefined && named.length === 1) return judge(first);
    return decisiveOf(installed, named).map(judge).sort(byWorst)[0];
  };
}

function decisiveOf(
  installed: InstalledPackage,
  named: readonly NamedPackage[],
): readonly NamedPackage[] {
  const isOwn = ({ affected }: NamedPackage) => isOfStream(affected, installed);
  const about = named.some((one) => isOwn(one) === true)
    ? named.filter((one) => isOwn(one) !== false)
    : named;
  const spoken = about.filter(
    (one) =>
      one.affected.status !== 'affected' &&
      one.record.through !== 'sibling' &&
      isOwn(one) === true &&
      !isContradicted(one, about),
  );
  return spoken.length > 0 ? spoken : withoutOtherMinors(installed, about);
}

/** One record may say of a package that it never was affected, and in which version it was repaired: then it was. */
const isContradicted = (one: NamedPackage, about: readonly NamedPackage[]): boolean =>
  one.affected.status === 'not-affected' &&
  about.some(
    ({ advisory, affected: { status, nameKind, name } }) =>
      advisory === one.advisory &&
      status === 'affected' &&
      nameKind === one.affected.nameKind &&
      name === one.affected.name,
  );

/**
 * One repair comes in an advisory for each minor release: whoever has that of its own one needs no other. Only where
 * just the release differs is it certain that it is one repair.
 */
function withoutOtherMinors(
  installed: InstalledPackage,
  named: readonly NamedPackage[],
): readonly NamedPackage[] {
  const minor = named.length > 1 ? minorReleaseOf(installed.version) : null;
  if (minor === null) return named;
  const own = named.filter((one) => minorReleaseOf(fixOf(one)) === minor).slice(0, OWN_MAX);
  return named.filter(
    (other) =>
      !own.some(
        (one) => one.affected.name === other.affected.name && hasRepairOfOne(installed, one, other),
      ),
  );
}

/** The same of two records of one name, which may be that of the source. */
function hasRepairOfOne(installed: InstalledPackage, one: NamedPackage, other: NamedPackage) {
  const [fixed, otherFixed] = [fixOf(one), fixOf(other)];
  if (!isBySource(one.affected, installed)) {
    return hasRepairOfItsMinor(installed.version, fixed, otherFixed);
  }
  const epoch = /^\d+:/.exec(fixed)?.[0] ?? '';
  const version = epoch + withoutEpoch(installed.sourceVersion);
  return hasRepairOfItsMinor(version, fixed, otherFixed);
}

/** More are of no advisory that we know. */
const OWN_MAX = 50;

/** The version of the only fix of a package of rpm; empty for anything else. */
const fixOf = ({ affected: { scheme, nameKind, intervals } }: NamedPackage): string =>
  scheme === 'rpm' && nameKind === 'binary' && intervals.length === 1
    ? (intervals[0]?.fixed ?? '')
    : '';
