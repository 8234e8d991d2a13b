import {
  type Advisory,
  type AdvisoryRecord,
  type Affected,
  vulnerabilitiesOf,
} from './advisory.ts';
import type { InstalledPackage } from './installed.ts';
import { packageKey } from './osv-ecosystems.ts';
import type { VerdictRecord } from './verdict.ts';
import { upstreamOf } from './versions/rpm.ts';

/** What a record says of a package, and how it names it. */
export interface NamedPackage {
  advisory: Advisory;
  affected: Affected;
  /** What the advisory is about: an erratum may be about a hundred. */
  vulnerabilities: readonly string[];
  through: VerdictRecord['through'];
}

/** Finds what records say of a package. */
export interface RecordIndex {
  /** All that names it, each advisory of a sibling only where it does not name the package itself. */
  of(installed: InstalledPackage): readonly NamedPackage[];
  /** How many pairs a package makes with all that names it: one for each vulnerability of each record. */
  pairsOf(installed: InstalledPackage): number;
}

/** By ecosystem, then by name. */
type Names = Map<string, Map<string, NamedPackage[]>>;

/** An index over records that stand: those that were taken back or are no vulnerabilities stay out. */
export function indexRecords(records: Iterable<AdvisoryRecord>): RecordIndex {
  const byName: Names = new Map();
  const bySource: Names = new Map();
  const byOrigin: Names = new Map();
  for (const { advisory, affected: packages } of records) {
    if (!isMatched(advisory)) continue;
    const vulnerabilities = vulnerabilitiesOf(advisory);
    for (const affected of packages) {
      const isSource = affected.nameKind === 'source';
      const through = isSource ? 'source' : 'name';
      const named = { advisory, affected, vulnerabilities };
      add(isSource ? bySource : byName, affected.name, { ...named, through });
      if (affected.nameKind !== 'binary') continue;
      const sibling: NamedPackage = { ...named, through: 'sibling' };
      for (const origin of possibleSources(affected.name)) add(byOrigin, origin, sibling);
    }
  }
  const index: RecordIndex = {
    pairsOf: (installed) =>
      index.of(installed).reduce((sum, one) => sum + one.vulnerabilities.length, 0),
    of(installed) {
      const { ecosystem, name, sourceName, ownedBy } = installed;
      if (ownedBy !== null) return [];
      const ofSource = bySource.get(ecosystem)?.get(sourceName) ?? [];
      const named = byName.get(ecosystem)?.get(packageKey(ecosystem, name)) ?? [];
      const siblings = byOrigin.get(ecosystem)?.get(sourceName);
      const ofBinaries = siblings ? [...named, ...siblingsIn(siblings, installed, named)] : named;
      // Red Hat names what is fixed by its packages, and what is not by what they are built from.
      return ofBinaries.length === 0 ? ofSource : [...ofSource, ...ofBinaries];
    },
  };
  return index;
}

/** True for a record that is matched: it stands, and is about a vulnerability or malware. */
export const isMatched = ({ withdrawn, kind }: Advisory): boolean =>
  withdrawn === null && kind !== 'bug-fix';

function add(index: Names, name: string, named: NamedPackage): void {
  const { ecosystem } = named.affected;
  const names = index.get(ecosystem) ?? new Map<string, NamedPackage[]>();
  index.set(ecosystem, names);
  const known = names.get(name);
  if (known) known.push(named);
  else names.set(name, [named]);
}

/**
 * Records of binary packages may leave out some of a source, `glibc` itself where they name
 * `glibc-utils`. They are built together: one by the source’s name speaks for all, and so does one
 * that has it before a hyphen and repairs the very same upstream version.
 */
function siblingsIn(
  siblings: readonly NamedPackage[],
  installed: InstalledPackage,
  named: readonly NamedPackage[],
): NamedPackage[] {
  const direct = new Set(named.map(({ advisory }) => advisory));
  const found = new Map<Advisory, NamedPackage>();
  for (const sibling of siblings) {
    const { advisory, affected } = sibling;
    if (direct.has(advisory) || found.has(advisory)) continue;
    if (affected.name !== installed.sourceName && !isSameUpstream(affected, installed)) continue;
    found.set(advisory, sibling);
  }
  return [...found.values()];
}

const isSameUpstream = ({ intervals }: Affected, { version }: InstalledPackage): boolean =>
  intervals.some(({ fixed }) => fixed !== null && upstreamOf(fixed) === upstreamOf(version));

/** The name of a binary package itself and all of its beginnings before a hyphen: sources that it may be built from. */
export function* possibleSources(name: string): Generator<string> {
  yield name;
  for (let at = name.lastIndexOf('-'); at > 0; at = name.lastIndexOf('-', at - 1)) {
    yield name.slice(0, at);
  }
}
