import { addTo } from '../shared/add-to.ts';
import { type Advisory, otherNames } from './advisory.ts';
import type { JudgedPackage } from './asked-inventory.ts';
import { ofFreshest } from './feed-words.ts';
import type { InstalledPackage } from './installed.ts';
import { verdictsOf } from './judge-named.ts';
import { linkedVulnerabilities } from './linked-vulnerabilities.ts';
import type { NamedPackage, RecordIndex } from './record-index.ts';
import { byWorst, type ExposureState, type Verdict } from './verdict.ts';

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

/** What records of one vulnerability say of one package, unless they clear it. */
export interface SaidOfPackage {
  id: string;
  judged: JudgedPackage;
  advisories: Advisory[];
}

/**
 * Every vulnerability that the index has of a package; of what it clears only those of which somebody says otherwise. What
 * feeds that are too old clear is not cleared where a newer one says otherwise.
 */
export function saidOf(
  installed: InstalledPackage,
  index: RecordIndex,
  doubted: ReadonlySet<string>,
  stale: ReadonlySet<string>,
): SaidOfPackage[] {
  const found: SaidOfPackage[] = [];
  const verdictOf = verdictsOf(installed);
  for (const [id, named] of byVulnerability(index.of(installed))) {
    const verdict = ofFreshest(verdictOf, named, (source) => stale.has(source));
    const advisories = [...new Set(named.map(({ advisory }) => advisory))];
    const isDoubted = [id, ...otherNames(advisories)].some((one) => doubted.has(one.toUpperCase()));
    if (verdict === undefined || (isCleared(verdict) && !isDoubted)) continue;
    found.push({ id, judged: { installed, verdict }, advisories });
  }
  return found;
}

/** True for what is not affected. */
export const isCleared = ({ state }: Verdict): boolean => state === 'vendor-says-not-affected';

/** What is said of the packages of one inventory, by vulnerability: affected, or unknown for a reason. */
export function byInventory(said: Iterable<SaidOfPackage>): FoundVulnerability[] {
  const found = new Map<string, { packages: JudgedPackage[]; advisories: Set<Advisory> }>();
  for (const { id, judged, advisories } of said) {
    const one = found.get(id) ?? { packages: [], advisories: new Set<Advisory>() };
    found.set(id, one);
    one.packages.push(judged);
    for (const advisory of advisories) one.advisories.add(advisory);
  }
  return [...found].map(([id, { packages, advisories }]) => {
    const worstFirst = packages.toSorted((a, b) => byWorst(a.verdict, b.verdict));
    const state = worstFirst[0]?.verdict.state ?? 'unknown';
    return { id, state, packages: worstFirst, advisories: [...advisories] };
  });
}

/** An advisory of a distribution may be about several vulnerabilities at once; one of no CVE has its id as it is written. */
const writtenAs = ({ id: own }: Advisory, id: string): string =>
  id === own.toUpperCase() ? own : id;

function byVulnerability(named: readonly NamedPackage[]): Map<string, NamedPackage[]> {
  const found = new Map<string, NamedPackage[]>();
  const linked = linkedVulnerabilities(named);
  for (const [index, one] of named.entries()) {
    for (const vulnerability of linked[index] ?? []) {
      addTo(found, writtenAs(one.advisory, vulnerability), one);
    }
  }
  return found;
}
