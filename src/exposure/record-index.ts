import type { Advisory, AdvisoryRecord, Affected } from './advisory.ts';
import type { InstalledPackage } from './installed.ts';
import { packageKey } from './osv-ecosystems.ts';
import type { VerdictRecord } from './verdict.ts';
import { upstreamOf } from './versions/rpm.ts';

/** What a record says of a package, and how it names it. */
export interface NamedPackage {
  advisory: Advisory;
  affected: Affected;
  through: VerdictRecord['through'];
}

/** Finds what records say of a package. */
export interface RecordIndex {
  /** All that names it; what a record says by the package’s own name goes before what it says otherwise. */
  of(installed: InstalledPackage): NamedPackage[];
}

interface Entry {
  advisory: Advisory;
  affected: Affected;
}

const keyOf = (ecosystem: string, name: string): string => `${ecosystem} ${name}`;

/** An index over records that stand: those that were taken back or are no vulnerabilities stay out. */
export function indexRecords(records: Iterable<AdvisoryRecord>): RecordIndex {
  const byName = new Map<string, Entry[]>();
  const byOrigin = new Map<string, Entry[]>();
  for (const { advisory, affected: packages } of records) {
    if (!isMatched(advisory)) continue;
    for (const affected of packages) {
      const entry = { advisory, affected };
      addTo(byName, keyOf(affected.ecosystem, affected.name), entry);
      if (affected.nameKind !== 'binary') continue;
      for (const origin of possibleSources(affected.name)) {
        addTo(byOrigin, keyOf(affected.ecosystem, origin), entry);
      }
    }
  }
  return {
    of(installed) {
      if (installed.ownedBy !== null) return [];
      const named = namedIn(byName, installed);
      const siblings = byOrigin.get(keyOf(installed.ecosystem, installed.sourceName));
      return siblings === undefined ? named : [...named, ...siblingsIn(siblings, installed, named)];
    },
  };
}

/** True for a record that is matched: it stands, and is about a vulnerability or malware. */
export const isMatched = ({ withdrawn, kind }: Advisory): boolean =>
  withdrawn === null && kind !== 'bug-fix';

function addTo(index: Map<string, Entry[]>, key: string, entry: Entry): void {
  const known = index.get(key);
  if (known) known.push(entry);
  else index.set(key, [entry]);
}

function namedIn(index: ReadonlyMap<string, Entry[]>, installed: InstalledPackage): NamedPackage[] {
  const { ecosystem, sourceName } = installed;
  const name = packageKey(ecosystem, installed.name);
  const direct = (index.get(keyOf(ecosystem, name)) ?? []).filter(
    ({ affected }) => affected.nameKind !== 'source' || sourceName === name,
  );
  const named = direct.map((entry) => ({ ...entry, through: 'name' as const }));
  if (sourceName === name) return named;
  const bySource = (index.get(keyOf(ecosystem, sourceName)) ?? []).filter(
    ({ affected }) => affected.nameKind === 'source',
  );
  return [...named, ...bySource.map((entry) => ({ ...entry, through: 'source' as const }))];
}

/**
 * Records of binary packages may leave out some of a source, `glibc` itself where they name
 * `glibc-utils`. They are built together: one by the source’s name speaks for all, and so does one
 * that has it before a hyphen and repairs the very same upstream version.
 */
function siblingsIn(
  entries: readonly Entry[],
  installed: InstalledPackage,
  named: readonly NamedPackage[],
): NamedPackage[] {
  const direct = new Set(named.map(({ advisory }) => advisory));
  const found = new Map<Advisory, NamedPackage>();
  for (const { advisory, affected } of entries) {
    if (direct.has(advisory) || found.has(advisory)) continue;
    if (affected.name !== installed.sourceName && !isSameUpstream(affected, installed)) continue;
    found.set(advisory, { advisory, affected, through: 'sibling' });
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
