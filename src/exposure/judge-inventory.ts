import { type Advisory, idsOf } from './advisory.ts';
import type { InstalledPackage } from './installed.ts';
import { type JudgedPackage, verdictOf } from './match.ts';
import type { NamedPackage, RecordIndex } from './record-index.ts';
import { byWorst, type ExposureState } from './verdict.ts';

/** One vulnerability of an inventory that its records do not clear. */
export interface FoundVulnerability {
  /** The CVE, else the id of the record. */
  id: string;
  /** Of the worst package. */
  state: ExposureState;
  /** Those that are affected, or of which nobody can say; the worst first. */
  packages: JudgedPackage[];
  /** All that names it. */
  advisories: Advisory[];
}

/**
 * Every vulnerability that records have of these packages, but for what they clear: affected, or unknown
 * for a reason. Takes time for each package that is named.
 */
export function vulnerabilitiesOf(
  packages: Iterable<InstalledPackage>,
  index: RecordIndex,
): FoundVulnerability[] {
  const found = new Map<string, FoundVulnerability>();
  for (const installed of packages) {
    for (const [id, named] of byVulnerability(index.of(installed))) {
      const verdict = verdictOf(installed, named);
      if (verdict === undefined || verdict.state === 'vendor-says-not-affected') continue;
      const one = found.get(id) ?? { id, state: verdict.state, packages: [], advisories: [] };
      found.set(id, one);
      one.packages.push({ installed, verdict });
      for (const { advisory } of named) {
        if (!one.advisories.includes(advisory)) one.advisories.push(advisory);
      }
    }
  }
  return [...found.values()].map((one) => {
    const worstFirst = one.packages.toSorted((a, b) => byWorst(a.verdict, b.verdict));
    return { ...one, state: worstFirst[0]?.verdict.state ?? one.state, packages: worstFirst };
  });
}

/** An advisory of a distribution may be about several vulnerabilities at once. */
export function vulnerabilityIds(advisory: Advisory): string[] {
  const cves = idsOf(advisory).filter((id) => id.startsWith('CVE-'));
  return cves.length > 0 ? cves : [advisory.id];
}

function byVulnerability(named: readonly NamedPackage[]): Map<string, NamedPackage[]> {
  const found = new Map<string, NamedPackage[]>();
  for (const one of named) {
    for (const id of vulnerabilityIds(one.advisory)) {
      const known = found.get(id);
      if (known) known.push(one);
      else found.set(id, [one]);
    }
  }
  return found;
}
