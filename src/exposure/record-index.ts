import {
  type Advisory,
  type AdvisoryRecord,
  type Affected,
  type AffectedInterval,
  type VersionScheme,
  vulnerabilitiesOf,
} from './advisory.ts';
import type { InstalledPackage } from './installed.ts';
import { linkedVulnerabilities } from './linked-vulnerabilities.ts';
import { packageKey } from './osv-ecosystems.ts';
import type { VerdictRecord } from './verdict.ts';
import { upstreamOf } from './versions/rpm.ts';
import { compareRead, type ReadVersion, versionReader } from './versions/version-order.ts';

/** What a record says of a package, and how it names it. */
export interface NamedPackage {
  advisory: Advisory;
  affected: Affected;
  /** What the advisory is about: an erratum may be about a hundred. */
  vulnerabilities: readonly string[];
  /** Its intervals, in their order. */
  bounds: readonly Bounds[];
  /** The record as a verdict names it. */
  record: VerdictRecord;
}

/** An interval with its bounds, read once for all packages that are compared with them. */
export interface Bounds {
  interval: AffectedInterval;
  introduced: ReadVersion | null;
  fixed: ReadVersion | null;
}

/** What records say of a package about one vulnerability. */
export interface NamedVulnerability {
  vulnerability: string;
  named: readonly NamedPackage[];
}

/** The same so ordered that nobody need look at what a version has repaired. */
interface NamedByFix {
  /** What is said once and of versions below one fix; the newest fix first. */
  fixes: readonly { fix: ReadVersion; said: NamedVulnerability }[];
  others: readonly NamedVulnerability[];
}

/**
 * Finds by what a package may be affected. Records may be missing of which it has the fix: that none is here says
 * nothing of it.
 */
export interface OpenRecords {
  /** What a statement may be about, or the package has not repaired. */
  byVulnerability(installed: InstalledPackage): readonly NamedVulnerability[];
  /** The same without some of what the package has repaired, and without what cannot be compared with it. */
  unrepaired(installed: InstalledPackage): readonly NamedVulnerability[];
  /** How many pairs a package makes with all that names it: one for each vulnerability of each record, here or missing. */
  pairsOf(installed: InstalledPackage): number;
  /** Each record of a library that is about the CVE of another, by its own id in capitals; see `linkedVulnerabilities`. */
  links(): Iterable<{ id: string; vulnerability: string }>;
}

/** Finds all that records say of a package. */
export interface RecordIndex extends OpenRecords {
  /** All that names it, each advisory of a sibling only where it does not name the package itself. */
  of(installed: InstalledPackage): readonly NamedPackage[];
  /** The same by vulnerability: none is missing. */
  byVulnerability(installed: InstalledPackage): readonly NamedVulnerability[];
}

/** What is said under one name. */
class OfName {
  readonly named: NamedPackage[] = [];
  pairs = 0;
  #byVulnerability: readonly NamedVulnerability[] | null = null;
  #byFix: NamedByFix | null = null;

  add(named: NamedPackage): void {
    this.named.push(named);
    this.pairs += named.vulnerabilities.length;
  }

  /** Made by the first of many packages that ask. */
  get byVulnerability(): readonly NamedVulnerability[] {
    this.#byVulnerability ??= groupByVulnerability(this.named);
    return this.#byVulnerability;
  }

  get byFix(): NamedByFix {
    this.#byFix ??= sortByFix(this.byVulnerability);
    return this.#byFix;
  }
}

/** By ecosystem, then by name. */
type Names = Map<string, Map<string, OfName>>;

/** An index over records that stand: those that were taken back or are no vulnerabilities stay out. */
export function indexRecords(records: Iterable<AdvisoryRecord>): RecordIndex {
  const byName: Names = new Map();
  const bySource: Names = new Map();
  const byOrigin: Names = new Map();
  const readOnce = versionReader();
  const bound = (scheme: VersionScheme, text: string | null) =>
    text === null ? null : readOnce(scheme, text);
  for (const { advisory, affected: packages } of records) {
    if (!isMatched(advisory)) continue;
    const vulnerabilities = vulnerabilitiesOf(advisory);
    for (const affected of packages) {
      const { scheme, intervals } = affected;
      const bounds = intervals.map((interval) => ({
        interval,
        introduced: bound(scheme, interval.introduced),
        fixed: bound(scheme, interval.fixed),
      }));
      const namedThrough = (through: VerdictRecord['through']): NamedPackage => {
        const record = recordOf(advisory, affected, through);
        return { advisory, affected, vulnerabilities, bounds, record };
      };
      const isSource = affected.nameKind === 'source';
      const named = namedThrough(isSource ? 'source' : 'name');
      add(isSource ? bySource : byName, affected.name, named);
      if (affected.nameKind !== 'binary') continue;
      const sibling = namedThrough('sibling');
      for (const origin of possibleSources(affected.name)) add(byOrigin, origin, sibling);
    }
  }
  const of = (installed: InstalledPackage): OfName => {
    const { ecosystem, name, sourceName, ownedBy } = installed;
    if (ownedBy !== null) return NOTHING;
    const ofSource = bySource.get(ecosystem)?.get(sourceName);
    const named = byName.get(ecosystem)?.get(packageKey(ecosystem, name));
    const siblings = byOrigin.get(ecosystem)?.get(sourceName);
    if (siblings === undefined && (ofSource === undefined || named === undefined)) {
      return ofSource ?? named ?? NOTHING;
    }
    // Red Hat names what is fixed by its packages, and what is not by what they are built from.
    const all = new OfName();
    const direct = named?.named ?? [];
    for (const one of ofSource?.named ?? []) all.add(one);
    for (const one of direct) all.add(one);
    for (const one of siblingsIn(siblings?.named ?? [], installed, direct)) all.add(one);
    return all;
  };
  return {
    of: (installed) => of(installed).named,
    byVulnerability: (installed) => of(installed).byVulnerability,
    unrepaired(installed) {
      const { fixes, others } = of(installed).byFix;
      if (fixes.length === 0) return others;
      const version = readOnce('deb', installed.sourceVersion);
      const repaired = firstWhere(fixes, ({ fix }) => (compareRead(version, fix) ?? 0) >= 0);
      if (repaired === 0) return others;
      return [...fixes.slice(0, repaired).map(({ said }) => said), ...others];
    },
    pairsOf: (installed) => of(installed).pairs,
    links: () => linksIn(byName),
  };
}

function* linksIn(names: Names): Generator<{ id: string; vulnerability: string }> {
  for (const ofName of [...names.values()].flatMap((one) => [...one.values()])) {
    if (ofName.named[0]?.affected.nameKind !== 'package') continue;
    for (const { vulnerability, named } of ofName.byVulnerability) {
      for (const { vulnerabilities } of named) {
        const [id = ''] = vulnerabilities;
        if (!vulnerabilities.includes(vulnerability)) yield { id, vulnerability };
      }
    }
  }
}

const NOTHING = new OfName();

/** A record as a verdict names it. */
export const recordOf = (
  { id, source, modified }: Advisory,
  { name, ecosystem }: Affected,
  through: VerdictRecord['through'],
): VerdictRecord => ({ id, source, modified, package: name, ecosystem, through });

function groupByVulnerability(all: readonly NamedPackage[]): NamedVulnerability[] {
  const found = new Map<string, NamedVulnerability & { named: NamedPackage[] }>();
  const linked = linkedVulnerabilities(all);
  for (const [index, named] of all.entries()) {
    for (const vulnerability of linked[index] ?? []) {
      const known = found.get(vulnerability);
      if (known) known.named.push(named);
      else found.set(vulnerability, { vulnerability, named: [named] });
    }
  }
  return [...found.values()];
}

/** Only of Debian’s packages, which have thousands under one name, and whose order has no exceptions. */
function sortByFix(all: readonly NamedVulnerability[]): NamedByFix {
  const fixes: { fix: ReadVersion; said: NamedVulnerability }[] = [];
  const others: NamedVulnerability[] = [];
  for (const said of all) {
    const [one, second] = said.named;
    const isOne = one !== undefined && second === undefined && onlyFixOf(one.affected) !== null;
    const fix = isOne ? one.bounds[0]?.fixed : null;
    if (!fix?.isProper) others.push(said);
    else fixes.push({ fix, said });
  }
  return {
    fixes: fixes.sort((a, b) => compareRead(b.fix, a.fix) ?? 0),
    // The very list where nothing is sorted out, rather than a second one to keep.
    others: fixes.length === 0 ? all : others,
  };
}

/**
 * The one fix below which versions are affected and from which on none is; null where more is said. May be no version.
 */
export function onlyFixOf({ scheme, nameKind, status, versions, intervals }: Affected) {
  if (scheme !== 'deb' || nameKind !== 'source' || status !== 'affected') return null;
  const [only, second] = intervals;
  return second === undefined && versions.length === 0 ? (only?.fixed ?? null) : null;
}

/** Where the first of which something holds stands, in a list where it holds of all behind that one. */
function firstWhere<T>(list: readonly T[], is: (one: T) => boolean): number {
  let from = 0;
  let to = list.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    const one = list[middle];
    if (one !== undefined && is(one)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** True for a record that is matched: it stands, and is about a vulnerability or malware. */
export const isMatched = ({ withdrawn, kind }: Advisory): boolean =>
  withdrawn === null && kind !== 'bug-fix';

function add(index: Names, name: string, named: NamedPackage): void {
  const { ecosystem } = named.affected;
  const names = index.get(ecosystem) ?? new Map<string, OfName>();
  index.set(ecosystem, names);
  const known = names.get(name) ?? new OfName();
  names.set(name, known);
  known.add(named);
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
