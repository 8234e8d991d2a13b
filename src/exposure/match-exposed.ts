import { otherNames } from './advisory.ts';
import type { FeedCoverage } from './asked-inventory.ts';
import { isSpent, ofFreshest, ofNewer, staleIn, withAge } from './feed-words.ts';
import type { InstalledPackage } from './installed.ts';
import { verdictsOf } from './judge-named.ts';
import type { NamedPackage, OpenRecords, RecordIndex } from './record-index.ts';
import { isAffected, type Verdict } from './verdict.ts';
import { type StatementsHere, withStatement } from './vex-index.ts';

/** That a package is affected, with a fix or without. */
export type AffectedVerdict = Extract<
  Verdict,
  { state: 'affected-fix-available' | 'affected-no-fix' }
>;

/** One package that one vulnerability affects. */
export interface ExposedPackage<P extends InstalledPackage> {
  installed: P;
  vulnerability: string;
  verdict: AffectedVerdict;
  /** True where a feed that is too old clears it, and only newer ones do not: nobody knows. */
  isUnknown: boolean;
}

/**
 * Every package that a vulnerability affects, once for each, as `matchVulnerability` has it: what a vendor
 * says in words goes before versions, and the worst of several records counts. What is not affected
 * or unknown is left out, and so is what a statement clears wherever the package is; but for what a feed that is too old
 * clears against a newer one. Takes time for each package that is named, not for each pair.
 */
export function* matchIndexed<P extends InstalledPackage>(
  packages: Iterable<P>,
  index: OpenRecords,
  statements: StatementsHere | null,
  feeds: readonly FeedCoverage[],
): Generator<ExposedPackage<P>> {
  const stale = new Set(staleIn(feeds));
  const isStale = (source: string) => stale.has(source);
  const isOver = isSpent(feeds);
  for (const installed of packages) {
    // A statement may say that what is repaired is affected.
    const isAllOpen = statements?.mayAffect(installed) ?? false;
    const open = isAllOpen ? index.byVulnerability(installed) : index.unrepaired(installed);
    if (open.length === 0) continue;
    const verdictOf = verdictsOf(installed);
    for (const { vulnerability, named } of open) {
      const ofRecords = ofFreshest(verdictOf, named, isOver);
      const said = statements?.about(namesOf(vulnerability, named), installed) ?? null;
      const verdict = withStatement(ofRecords, said, installed.ecosystem);
      if (isAffectedVerdict(verdict)) {
        yield { installed, vulnerability, verdict, isUnknown: false };
        continue;
      }
      const newer = ofNewer(ofRecords, verdictOf, named, isStale);
      const other = withStatement(newer, said, installed.ecosystem);
      if (isAffectedVerdict(other)) {
        yield { installed, vulnerability, verdict: other, isUnknown: true };
      }
    }
  }
}

/**
 * Those of some vulnerabilities of which a package is cleared by nothing but the word of feeds that are too old: it may have
 * changed since.
 */
export function clearedByOld(
  installed: InstalledPackage,
  vulnerabilities: ReadonlySet<string>,
  index: RecordIndex,
  statements: StatementsHere | null,
  feeds: readonly FeedCoverage[],
): Set<string> {
  const stale = new Set(staleIn(feeds));
  const verdictOf = verdictsOf(installed);
  const found = new Set<string>();
  for (const { vulnerability, named } of index.byVulnerability(installed)) {
    if (!vulnerabilities.has(vulnerability)) continue;
    const ofRecords = verdictOf(named);
    if (ofRecords?.state !== 'vendor-says-not-affected') continue;
    const verdict = ofNewer(ofRecords, verdictOf, named, (source) => stale.has(source));
    const said = statements?.about(namesOf(vulnerability, named), installed) ?? null;
    const aged = withStatement(withAge(verdict ?? ofRecords, feeds), said, installed.ecosystem);
    if (aged.state === 'unknown') found.add(vulnerability);
  }
  return found;
}

const namesOf = (vulnerability: string, named: readonly NamedPackage[]): string[] => [
  vulnerability,
  ...otherNames(named.map(({ advisory }) => advisory)),
];

const isAffectedVerdict = (verdict: Verdict | undefined): verdict is AffectedVerdict =>
  isAffected(verdict?.state);
