import { otherNames } from './advisory.ts';
import type { InstalledPackage } from './installed.ts';
import { verdictsOf } from './judge-named.ts';
import type { NamedPackage, OpenRecords } from './record-index.ts';
import type { Verdict } from './verdict.ts';
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
}

/**
 * Every package that a vulnerability affects, once for each, as `matchVulnerability` has it: what a vendor
 * says in words goes before versions, and the worst of several records counts. What is not affected
 * or unknown is left out, and so is what a statement clears wherever the package is. Takes time for each
 * package that is named, not for each pair.
 */
export function* matchIndexed<P extends InstalledPackage>(
  packages: Iterable<P>,
  index: OpenRecords,
  statements: StatementsHere | null,
): Generator<ExposedPackage<P>> {
  for (const installed of packages) {
    // A statement may say that what is repaired is affected.
    const isAllOpen = statements?.mayAffect(installed) ?? false;
    const open = isAllOpen ? index.byVulnerability(installed) : index.unrepaired(installed);
    if (open.length === 0) continue;
    const verdictOf = verdictsOf(installed);
    for (const { vulnerability, named } of open) {
      const ofRecords = verdictOf(named);
      const said = statements?.about(namesOf(vulnerability, named), installed) ?? null;
      const verdict = withStatement(ofRecords, said, installed.ecosystem);
      if (verdict !== undefined && isAffectedVerdict(verdict)) {
        yield { installed, vulnerability, verdict };
      }
    }
  }
}

const namesOf = (vulnerability: string, named: readonly NamedPackage[]): string[] => [
  vulnerability,
  ...otherNames(named.map(({ advisory }) => advisory)),
];

const isAffectedVerdict = (verdict: Verdict): verdict is AffectedVerdict =>
  verdict.state === 'affected-fix-available' || verdict.state === 'affected-no-fix';
